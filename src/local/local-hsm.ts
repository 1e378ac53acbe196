import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findSoftHsmLibrary } from '../../setup/programs.mjs';
import { findDamagedFiles } from '../hsm/softhsm-files.js';
import { initSoftHsmToken, writeSoftHsmConf } from '../hsm/token-setup.js';
import { LocalProblem } from './local.errors.js';
import { ensureSecretFile } from './secret-file.js';

const LABEL = 'lineside';

/** The service's settings for its HSM, by their names in the environment. */
export interface HsmEnvironment {
  HSM_MODULE: string;
  HSM_TOKEN: string;
  HSM_PIN_FILE: string;
  SOFTHSM2_CONF: string;
}

/** Makes a SoftHSM token in `folder`, or checks the one that is there against its PIN. NOT FOR PRODUCTION. */
export async function ensureLocalToken(folder: string): Promise<HsmEnvironment> {
  const module = findSoftHsmLibrary();
  if (!module) {
    throw new LocalProblem(
      'SoftHSM is not installed.',
      'Install it with: apt-get install softhsm2   – or name another HSM with HSM_MODULE, HSM_TOKEN and HSM_PIN_FILE.',
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { pinFile, soPinFile, conf } = hsmFiles(folder);
  ensureSecretFile(pinFile);
  ensureSecretFile(soPinFile);
  try {
    await writeSoftHsmConf(conf, join(folder, 'tokens'));
    await initSoftHsmToken({ module, conf, label: LABEL, pinFile, soPinFile });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalProblem(
      `The SoftHSM token is not usable: ${reason}`,
      tokenRemedy(reason, folder, pinFile),
      { cause: error },
    );
  }
  return { HSM_MODULE: module, HSM_TOKEN: LABEL, HSM_PIN_FILE: pinFile, SOFTHSM2_CONF: conf };
}

/** What helps, by what is wrong: only a lost PIN is a reason to give keys up. */
export function tokenRemedy(reason: string, folder: string, pinFile: string): string {
  const damage = damageIn(folder);
  if (damage) return damage.remedy;
  if (/PIN/.test(reason)) return `Put the right PIN back into ${pinFile} (mode 600). If it is lost, its keys are lost too: put ${folder} aside and start again.`;
  return `Look at ${join(folder, 'tokens')}: it must hold one token labelled ${LABEL}, the one with the authorities' keys (HSM_TOKEN_SERIAL is for an HSM of your own). Move any other folder out of it, and delete nothing before you know which one that is.`;
}

/** The files of the private token that SoftHSM can't read through; undefined while it can. */
export function damageIn(folder: string): { finding: string; remedy: string } | undefined {
  const damaged = findDamagedFiles(join(folder, 'tokens'));
  if (damaged.length === 0) return undefined;
  const named = damaged.slice(0, 5).map(({ path, octet }) => `${path} (from octet ${octet} on)`).join(', ');
  return {
    finding: `SoftHSM can't read ${damaged.length} of the token's files: ${named}. It leaves out the key of such a file, or ends each process that opens the token, so that no key can be used.`,
    remedy: `Stop Lineside, put ${damaged.length > 1 ? 'these files' : 'this file'} back from the last backup of ${folder}: ${named}; without such a backup put nothing else in the place and keep the file. Then start again ("Backup and restore" in docs/operations.md, step 3).`,
  };
}

/** Where the private token's files are. */
export function hsmFiles(folder: string): { pinFile: string; soPinFile: string; conf: string } {
  return { pinFile: join(folder, 'pin'), soPinFile: join(folder, 'so-pin'), conf: join(folder, 'softhsm2.conf') };
}
