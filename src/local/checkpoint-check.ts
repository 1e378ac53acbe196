import { existsSync } from 'node:fs';
import type pg from 'pg';
import { type Checkpoint, describeLoss, judge, type LedgerView, LOOK, lookFor } from '../audit/checkpoint.js';
import { CheckpointDamaged, readCheckpoint } from '../audit/checkpoint-file.js';
import { askLedger, type Examined, type Finding } from './examination.js';

const ACCEPT = 'See "Backup and restore" in docs/operations.md, then run: npm run lineside -- ledger accept';

/** Where what the ledger held last is kept: as the service's settings say, or as `npm start` sets them. */
export function checkpointFolders({ settings, place }: Examined): string[] {
  return [settings.checkpointDir ?? place.checkpoint, settings.checkpointCopyDir].filter((folder) => folder !== undefined && existsSync(folder)) as string[];
}

/** Whether the ledger holds what was kept outside of it, and whether it may issue. */
export async function checkCheckpoint(examined: Examined): Promise<Finding> {
  const name = 'ledger checkpoint';
  try {
    const kept = (await Promise.all(checkpointFolders(examined).map(readCheckpoint))).filter((checkpoint) => checkpoint !== undefined);
    const fault = await askLedger(examined, (client) => findFault(client, kept)).catch((): 'unknown' => 'unknown');
    if (examined.databaseUrl === undefined || fault === 'unknown') return { name, state: 'ok', finding: 'not compared: the ledger does not answer' };
    if (fault !== undefined) return { name, state: 'fail', finding: `Nothing is issued: ${fault}.`, remedy: ACCEPT };
    return { name, state: 'ok', finding: kept[0] === undefined ? 'none is kept yet' : `the ledger holds leaf ${kept[0].index}, kept at ${kept[0].at}` };
  } catch (error) {
    if (error instanceof CheckpointDamaged) return { name, state: 'fail', finding: `${error.message}.`, remedy: ACCEPT };
    throw error;
  }
}

async function findFault(client: pg.Client, checkpoints: readonly Checkpoint[]): Promise<string | undefined> {
  const look = async (checkpoint?: Checkpoint) => (await client.query<LedgerView>(LOOK, lookFor(checkpoint))).rows[0]!;
  const { hold, reason } = await look();
  if (hold !== null) return reason ?? hold;
  for (const checkpoint of checkpoints) {
    const view = await look(checkpoint);
    const verdict = judge(checkpoint, view, null);
    if (verdict === 'other') return `the data folder belongs to the ledger ${checkpoint.ledger}, and this is the ledger ${view.ledger}`;
    if (verdict === 'older') return describeLoss(checkpoint, view);
  }
  return undefined;
}
