import { AuditLog } from '../audit/audit-log.js';
import { type Checkpoint, describeLoss, judge, type LedgerView, LOOK, lookFor } from '../audit/checkpoint.js';
import { CheckpointDamaged, putCheckpointAside, readCheckpoint } from '../audit/checkpoint-file.js';
import { LedgerEpochs } from '../audit/ledger-epochs.js';
import { type Database, openDatabase, run } from '../platform/database/database.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { OrderConfirmations } from '../work-orders/order-confirmations.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { LedgerAcceptance } from './ledger-acceptance.js';

export interface LedgerPlace {
  /** Of PostgreSQL; undefined when it is not known or not running. */
  url: string | undefined;
  /** Where checkpoints are kept. */
  folders: readonly string[];
}

/** What was kept in one folder. */
interface Kept {
  folder: string;
  checkpoint: Checkpoint | undefined;
  /** Why the ledger is not what the folder tells of. */
  fault: string | undefined;
}

/** `lineside ledger accept`. Whoever may read the data folder may do it: no key and no role is asked for. Exit code 1 when nothing was accepted. */
export async function acceptCommand({ url, folders }: LedgerPlace, { json }: { json: boolean }): Promise<void> {
  const say = (text: string, facts: object) => process.stdout.write(json ? `${JSON.stringify(facts)}\n` : `${text}\n`);
  if (url === undefined || folders.length === 0) {
    process.exitCode = 1;
    return void say('The ledger or the folder of its checkpoint is not known here: run this where the service runs and with its settings, while PostgreSQL runs.', { accepted: false });
  }
  const db = await openDatabase({ url, connections: 2, onIdleError: () => undefined });
  try {
    const kept = await Promise.all(folders.map((folder) => look(db, folder)));
    const faults = kept.map(({ fault }) => fault).filter((fault) => fault !== undefined);
    const audit = new AuditLog();
    const acceptance = new LedgerAcceptance(db, new LedgerEpochs(audit), new WorkOrderRepository(db), new OrderConfirmations(db), new UnitRepository(db, new LeaseAbsence({ LEASE_MS: 0 })), audit);
    const checkpoints = kept.map(({ checkpoint }) => checkpoint).filter((checkpoint) => checkpoint !== undefined);
    const accepted = await acceptance.accept('system', checkpoints, ({ reason }) => reason ?? faults[0]);
    if (!accepted) {
      process.exitCode = 1;
      return void say('There is nothing to accept: the ledger holds what was kept outside of it.', { accepted: false });
    }
    // The service keeps what this ledger holds from now on.
    for (const { folder } of kept) await putCheckpointAside(folder);
    const lost = accepted.to === null ? `from index ${accepted.from} on` : `between index ${accepted.from} and ${accepted.to}`;
    say(
      [
        `Accepted. What the log held ${lost} is lost, and certificates that were issued then are not known to this ledger.`,
        `Held until a manager resumes each: ${accepted.heldOrders.length === 0 ? 'no order was released' : accepted.heldOrders.join(', ')}.`,
        `Units of ${accepted.unconfirmedOrders} orders, those that have ended too, get no renewal until a manager has confirmed their order (POST /v1/work-orders/confirm).`,
        'See "Backup and restore" in docs/operations.md for what to compare before that.',
      ].join('\n'),
      { accepted: true, ...accepted },
    );
  } finally {
    await db.destroy();
  }
}

async function look(db: Database, folder: string): Promise<Kept> {
  try {
    const checkpoint = await readCheckpoint(folder);
    if (!checkpoint) return { folder, checkpoint, fault: undefined };
    const [view] = await run<LedgerView>(db, LOOK, lookFor(checkpoint));
    const verdict = judge(checkpoint, view!, null);
    if (verdict === 'other') return { folder, checkpoint, fault: `the folder ${folder} belonged to the ledger ${checkpoint.ledger}` };
    return { folder, checkpoint, fault: verdict === 'older' ? describeLoss(checkpoint, view!) : undefined };
  } catch (error) {
    if (error instanceof CheckpointDamaged) return { folder, checkpoint: undefined, fault: error.message };
    throw error;
  }
}
