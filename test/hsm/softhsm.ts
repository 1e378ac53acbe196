import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSoftHsmLibrary } from '../../setup/programs.mjs';
import type { HsmSettings } from '../../src/hsm/signer-pool.js';
import { initSoftHsmToken, writeSoftHsmConf, type SoftHsmToken } from '../../src/hsm/token-setup.js';
import { newFolder } from '../support/run-folders.js';

/** A folder for one spec, with PIN files and a softhsm2.conf, but no token yet. */
export interface SoftHsmFolder {
  folder: string;
  tokenDir: string;
  pin: string;
  soPin: string;
  setup: SoftHsmToken;
  remove(): Promise<void>;
}

/** A SoftHSM with one token, private to one spec. */
export interface SoftHsm extends SoftHsmFolder {
  /** The part of the configuration that concerns the HSM; one signer unless the test bends it. */
  settings: HsmSettings;
  /** Where signers find SoftHSM's settings. The library calls getenv, which does not see what jest puts into process.env. */
  environment: NodeJS.ProcessEnv;
}

export async function makeSoftHsmFolder(): Promise<SoftHsmFolder> {
  const module = findSoftHsmLibrary();
  if (!module) throw new Error('SoftHSM is not installed (Debian: softhsm2)');
  const folder = newFolder('hsm');
  const tokenDir = join(folder, 'tokens');
  const [pin, soPin] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const setup = { module, conf: join(folder, 'softhsm2.conf'), label: 'line-token', pinFile: join(folder, 'pin'), soPinFile: join(folder, 'so-pin') };
  await writeFile(setup.pinFile, `${pin}\n`, { mode: 0o600 });
  await writeFile(setup.soPinFile, `${soPin}\n`, { mode: 0o600 });
  await writeSoftHsmConf(setup.conf, tokenDir);
  return { folder, tokenDir, pin, soPin, setup, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function makeSoftHsm(): Promise<SoftHsm> {
  const base = await makeSoftHsmFolder();
  await initSoftHsmToken(base.setup);
  const { module, label, pinFile, conf } = base.setup;
  const settings = {
    HSM_MODULE: module,
    HSM_TOKEN: label,
    HSM_PIN_FILE: pinFile,
    HSM_SIGNERS: 1,
    HSM_SESSIONS_MAX: 16,
    HSM_KEEPALIVE_MS: 10_000,
    HSM_QUEUE: 2_000,
    HSM_DEADLINE_MS: 5_000,
    HSM_BATCH_DEADLINE_MS: 30_000,
    CSR_READERS: 1,
  };
  return { ...base, settings, environment: { PATH: process.env['PATH'], SOFTHSM2_CONF: conf } };
}
