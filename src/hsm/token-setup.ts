import { fork } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pathOfProgram, pickEnvironment } from './child-programs.js';

export interface SoftHsmToken {
  /** Path of libsofthsm2.so. */
  module: string;
  /** Path of the softhsm2.conf to use. */
  conf: string;
  /** Up to 32 octets. */
  label: string;
  pinFile: string;
  /** Needed only while the token is being made. Empty: nothing is made, and a token that is missing is an error. */
  soPinFile: string;
}

/** What init-token.ts reports. `made: false`: the token existed, and its PIN is the one in the file. */
export type InitTokenOutcome = { made: boolean } | { error: string };

const TEMPLATE = fileURLToPath(new URL('../../hsm-config/softhsm2.conf', import.meta.url));
const DEADLINE_MS = 30_000;

/** Writes a softhsm2.conf for tokens in the folder `tokenDir`, and makes that folder. NOT FOR PRODUCTION. */
export async function writeSoftHsmConf(conf: string, tokenDir: string): Promise<void> {
  if (/[\r\n]/.test(tokenDir)) throw new Error('The token folder has a line break in its name.');
  await mkdir(tokenDir, { recursive: true, mode: 0o700 });
  const template = await readFile(TEMPLATE, 'utf8');
  await writeFile(conf, template.replace('@TOKEN_DIR@', () => tokenDir), { mode: 0o600 });
}

/**
 * Makes a SoftHSM token with the PINs from two files, or checks that the one with this label takes the PIN. Safe to
 * repeat, also after a run that was killed. NOT FOR PRODUCTION.
 * @throws Error with one sentence that says what to do
 */
export async function initSoftHsmToken({ module, conf, label, pinFile, soPinFile }: SoftHsmToken): Promise<{ made: boolean }> {
  if (label === '' || Buffer.byteLength(label) > 32) throw new Error('A token label has 1 to 32 octets.');
  const program = pathOfProgram('init-token');
  const outcome = await new Promise<InitTokenOutcome>((resolve, reject) => {
    const child = fork(program, [], {
      env: { ...pickEnvironment(process.env), SOFTHSM2_CONF: conf, HSM_MODULE: module, HSM_TOKEN: label, HSM_PIN_FILE: pinFile, HSM_SO_PIN_FILE: soPinFile },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    child.once('message', (message: InitTokenOutcome) => resolve(message));
    child.once('error', reject);
    // Not 'exit', which may come before the message.
    child.once('disconnect', () => reject(new Error('The program that initialises the token ended without an answer.')));
  });
  if ('error' in outcome) throw new Error(outcome.error);
  return outcome;
}
