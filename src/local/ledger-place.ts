import { INSTALLATION } from '../config/installation.js';
import { checkpointFolders } from './checkpoint-check.js';
import { lookAround } from './examination.js';

/** Where the ledger is that this machine's service uses, and where its checkpoints are kept. */
export async function locateLedger(env: NodeJS.ProcessEnv): Promise<{ url: string | undefined; folders: string[] }> {
  const examined = await lookAround(INSTALLATION, env);
  return { url: examined.databaseUrl, folders: checkpointFolders(examined) };
}
