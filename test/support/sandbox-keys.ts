import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServerAuthority } from '../../src/sandbox/mqtt/server-certificate.js';
import { newFolder, RUNS } from './run-folders.js';

/**
 * Gives a new sandbox the keys and roots of its server certificates: RSA keys take a second of a processor, and a run starts dozens of
 * sandboxes. They are made once and kept for later runs.
 */
export async function giveServerKeys(dataDir: string): Promise<void> {
  const kept = join(RUNS, 'sandbox-keys');
  if (!existsSync(kept)) {
    const made = newFolder('keys');
    await ServerAuthority.open(made);
    try {
      renameSync(made, kept);
    } catch {
      // Another test has been quicker.
      rmSync(made, { recursive: true, force: true });
    }
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(kept, dataDir, { recursive: true, force: false });
}
