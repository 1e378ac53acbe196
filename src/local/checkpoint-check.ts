import { existsSync } from 'node:fs';
import type pg from 'pg';
import { type Checkpoint, describeLoss, judge, type LedgerView, LOOK, lookFor } from '../audit/checkpoint.js';
import { CheckpointDamaged, readCheckpoint } from '../audit/checkpoint-file.js';
import { askLedger, type Examined, type Finding } from './examination.js';

/** The service keeps it once a second, in seconds; a disk or a share may be slow. */
const LAG_SECONDS = 60;
const MEND = 'Mend the disk or the share of that folder: mounted, with room, and with the rights of the user that Lineside runs as. It is written again within a second. Until then certificates could be issued twice after a restore, and nobody would be told.';
const ACCEPT = 'See "Backup and restore" in docs/operations.md, then run: npm run lineside -- ledger accept';

/** Where what the ledger held last is kept: as the service's settings say, or as `npm start` sets them. */
export function checkpointFolders(examined: Examined): string[] {
  return foldersOf(examined).filter((folder) => existsSync(folder));
}

const foldersOf = ({ settings, place }: Examined) => [settings.checkpointDir ?? place.checkpoint, settings.checkpointCopyDir].filter((folder) => folder !== undefined);

/** What a folder tells, or why it tells nothing. */
interface Told {
  folder: string;
  checkpoint?: Checkpoint | undefined;
  fault?: string;
}

/** Whether the ledger holds what was kept outside of it, whether it may issue, and whether what it holds is being kept. */
export async function checkCheckpoint(examined: Examined): Promise<Finding> {
  const name = 'ledger checkpoint';
  try {
    const told = await Promise.all(foldersOf(examined).map(ask));
    const kept = told.map(({ checkpoint }) => checkpoint).filter((checkpoint) => checkpoint !== undefined);
    const fault = await askLedger(examined, (client) => findFault(client, kept)).catch((): 'unknown' => 'unknown');
    if (examined.databaseUrl === undefined || fault === 'unknown') return { name, state: 'ok', finding: 'not compared: the ledger does not answer' };
    if (fault !== undefined) return { name, state: 'fail', finding: `Nothing is issued: ${fault}.`, remedy: ACCEPT };
    const lags = examined.isRunning ? await askLedger(examined, (client) => findLags(client, told)) : undefined;
    if (lags !== undefined && lags.length > 0) return { name, state: 'warn', finding: lags.map((lag) => `${lag}.`).join(' '), remedy: MEND };
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

async function ask(folder: string): Promise<Told> {
  if (!existsSync(folder)) return { folder, fault: `The folder ${folder} is not there` };
  try {
    return { folder, checkpoint: await readCheckpoint(folder) };
  } catch (error) {
    if (error instanceof CheckpointDamaged) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown reason';
    return { folder, fault: `The folder ${folder} can't be read (${code})` };
  }
}

/** Folders in which the log has not been kept since it went on, a minute ago or longer. */
async function findLags(client: pg.Client, told: readonly Told[]): Promise<string[]> {
  const lags: string[] = [];
  for (const { folder, checkpoint, fault } of told) {
    if (fault !== undefined) lags.push(fault);
    else if (await wentOn(client, (checkpoint?.index ?? -1) + 1)) lags.push(`${checkpoint === undefined ? 'Nothing' : `Since ${checkpoint.at} nothing`} has been kept in ${folder}, while the log went on`);
  }
  return lags;
}

async function wentOn(client: pg.Client, index: number): Promise<boolean> {
  const { rows } = await client.query<{ seconds: number }>('select extract(epoch from now() - leaf.at)::float8 as seconds from log_index join log_leaf leaf using (seq) where index = $1', [index]);
  return (rows[0]?.seconds ?? 0) > LAG_SECONDS;
}
