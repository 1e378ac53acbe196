import { Injectable } from '@nestjs/common';
import { type IndexedLeaf, LogFollower } from '../audit/log-follower.js';
import type { Ledger } from '../platform/database/database.js';
import { Reconciler } from './registrations/reconciler.js';
import { TargetChecker } from './targets/target-checker.js';
import { LoggedUnits, UNIT_EVENTS, type UnitLeaf } from './units/logged-units.js';
import { UnitReconciler } from './units/unit-reconciler.js';

const EVENTS = [
  ...UNIT_EVENTS, 'work-order.created', 'authority.generated', 'authority.cloud-stopped', 'authority.unfrozen', 'target.created', 'target.changed', 'target.resumed', 'target.verified',
] as const;
type Leaf = IndexedLeaf<(typeof EVENTS)[number]>;

const isOfUnit = (leaf: Leaf): leaf is UnitLeaf => (UNIT_EVENTS as readonly string[]).includes(leaf.event);

/** Follows the log for all that AWS must learn: what is wanted of units, and a look at once where there is something new. */
@Injectable()
export class AwsIotLogReader {
  constructor(
    private readonly units: LoggedUnits,
    private readonly reconciler: Reconciler,
    private readonly unitReconciler: UnitReconciler,
    private readonly checker: TargetChecker,
    log: LogFollower,
  ) {
    log.follow({ name: 'aws-iot', events: EVENTS, read: (leaves, tx) => this.read(leaves, tx), afterwards: (leaves) => this.wake(leaves) });
  }

  private read(leaves: readonly Leaf[], tx: Ledger): Promise<void> {
    return this.units.read(leaves.filter(isOfUnit), tx);
  }

  private wake(leaves: readonly Leaf[]) {
    const has = (...events: readonly Leaf['event'][]) => leaves.some(({ event }) => events.includes(event));
    if (has('authority.generated', 'authority.cloud-stopped', 'authority.unfrozen', 'target.verified', 'work-order.created')) this.reconciler.wake();
    if (has('target.created', 'target.changed', 'target.resumed')) this.checker.wake();
    if (has('certificate.issued', 'certificate.imported', 'job.result', 'certificate.revoked', 'unit.quarantined', 'unit.released', 'target.verified')) this.unitReconciler.wake();
  }
}
