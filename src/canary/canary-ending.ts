import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { CanaryRepository, type EndedCanary } from './canary.repository.js';
import type { CanaryResult } from './canary.tables.js';

const logger = new Logger('CanaryEnding');

/**
 * The end of a canary, in one transaction: how it went, its certificate revoked, its unit scrapped. The log tells the targets, which are rid of it then
 * (`aws-iot/units/canary-removal.ts`). What a process leaves behind is ended by the next one.
 */
@Injectable()
export class CanaryEnding {
  constructor(
    private readonly canaries: CanaryRepository,
    private readonly orders: WorkOrderRepository,
    private readonly units: UnitRepository,
    private readonly revocation: RevocationService,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Does nothing where it has ended already. */
  async end(canary: EndedCanary, results: readonly CanaryResult[]): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      // The unit first, as all changes of a unit do.
      const { state } = await this.units.lockById(tx, canary.unitId);
      if (!(await this.canaries.end(tx, canary.id, results))) return;
      // What is reserved may be stored still; `sweep` comes back to it.
      const certificate = state === 'reserved' ? canary.certificate : await this.discard(tx, canary, state);
      const failed = results.filter(({ passed }) => !passed);
      const facts = { serial: canary.serial, order: canary.workOrder, certificate };
      if (failed.length === 0) await this.audit.record(tx, 'system', 'canary.passed', `work-order:${canary.workOrder}`, facts);
      else await this.audit.record(tx, 'system', 'canary.failed', `work-order:${canary.workOrder}`, { ...facts, failed: failed.map(({ target }) => target), problem: failed.map(({ problem }) => problem).join('; ').slice(0, 1_000) });
    });
  }

  /** Ends what processes that are gone were at, and discards what could not be discarded when it ended. One that can't be ended is logged, and holds up no other. */
  async sweep(): Promise<void> {
    for (const canary of await this.canaries.abandoned()) {
      await guarded(canary, async () => {
        const { targets } = await this.orders.getTerms(canary.workOrder);
        await this.end(canary, targets.map(interrupted));
      });
    }
    for (const canary of await this.canaries.undiscarded()) {
      await guarded(canary, () => this.db.transaction().execute(async (tx) => {
        const { state } = await this.units.lockById(tx, canary.unitId);
        if (state !== 'reserved') await this.discard(tx, canary, state);
      }));
    }
  }

  /** Answers the fingerprint of its certificate. */
  private async discard(tx: Ledger, { id, unitId, serial, certificate }: EndedCanary, state: UnitState): Promise<string | null> {
    const revoked = await this.revocation.revokeOfUnit(tx, 'system', { id: unitId, serial }, 'cessationOfOperation');
    if (state !== 'scrapped') await this.units.advance(tx, unitId, 'scrapped');
    await this.canaries.discarded(tx, id, certificate ?? revoked);
    return certificate ?? revoked;
  }
}

async function guarded({ serial }: EndedCanary, end: () => Promise<void>): Promise<void> {
  try {
    await end();
  } catch (error) {
    logger.error({ event: 'canary.not-ended', canary: serial, error });
  }
}

function interrupted(target: string): CanaryResult {
  return { target, passed: false, step: 'connect', problem: 'The process that ran the canary ended before it was through, and its key with it', remedy: 'Run the canary again.', checks: [] };
}
