import { Injectable } from '@nestjs/common';
import type { AuditEvents } from '../../audit/audit-log.js';
import type { IndexedLeaf } from '../../audit/log-follower.js';
import { textArray } from '../../platform/database/arrays.js';
import { type Ledger, run } from '../../platform/database/database.js';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { ProvisioningMethods } from '../methods/methods.js';
import { FIRST_SUCCESSOR_STEP } from '../methods/provisioning-method.js';
import { type IssuedUnit, UnitExpectationRepository } from './unit-expectations.repository.js';
import { UnmetUnitRepository } from './unmet-units.repository.js';

/** What becomes of units and their certificates. */
export const UNIT_EVENTS = [
  'certificate.issued', 'certificate.imported', 'job.result', 'certificate.revoked', 'unit.quarantined', 'unit.released', 'unit.registered', 'renewal.seen', 'renewal.cancelled',
] as const;
export type UnitLeaf = IndexedLeaf<(typeof UNIT_EVENTS)[number]>;

const ISSUED = 'select certificate_id as "certificateId", unit_id as "unitId", order_id as "orderId", succeeds from issued_certificates($1)';

/** What AWS must learn of units follows from the log: rows of `unit_target` for each certificate. */
@Injectable()
export class LoggedUnits {
  constructor(
    private readonly units: UnitExpectationRepository,
    private readonly unmet: UnmetUnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
  ) {}

  /** In the transaction in which the reader moves on. */
  async read(leaves: readonly UnitLeaf[], tx: Ledger): Promise<void> {
    const fingerprints = (event: 'certificate.issued' | 'certificate.imported' | 'certificate.revoked') =>
      leaves.filter((leaf) => leaf.event === event).map(({ facts }) => (facts as AuditEvents[typeof event]).fingerprint);
    const issued = [...fingerprints('certificate.issued'), ...fingerprints('certificate.imported')];
    if (issued.length > 0) await this.units.expect(tx, await this.expectationsOf(tx, issued));
    // In the order in which it happened, since a unit may be quarantined and released in one batch.
    for (const { event, facts } of leaves) {
      // AWS may sign while the unit is set aside.
      if (event === 'certificate.imported' && (facts as AuditEvents['certificate.imported']).quarantined) await this.units.expectSuspended(tx, (facts as AuditEvents['certificate.imported']).fingerprint, true);
      if (event !== 'unit.quarantined' && event !== 'unit.released') continue;
      const { certificate } = facts as AuditEvents['unit.quarantined' | 'unit.released'];
      if (certificate !== null) await this.units.expectSuspended(tx, certificate, event === 'unit.quarantined');
    }
    const passed = leaves.filter(({ event }) => event === 'job.result').map(({ facts }) => facts as AuditEvents['job.result']).filter(({ outcome, next }) => outcome === 'PASS' && next === undefined);
    if (passed.length > 0) await this.units.expectPassed(tx, passed.map(({ serial }) => serial));
    // After the certificates of the same leaves: whichever was revoked was issued before.
    const revoked = fingerprints('certificate.revoked');
    if (revoked.length > 0) await this.units.expectRevoked(tx, revoked);
    await this.unmet.recount(tx, { serials: [...new Set(leaves.flatMap(({ facts }) => ('serial' in facts ? facts.serial : 'unit' in facts ? facts.unit : [])))] });
  }

  private async expectationsOf(tx: Ledger, fingerprints: readonly string[]): Promise<IssuedUnit[]> {
    const rows = await run<{ certificateId: string; unitId: number; orderId: string; succeeds: string | null }>(tx, ISSUED, [textArray(fingerprints)]);
    return Promise.all(rows.map(async ({ certificateId, unitId, orderId, succeeds }) => {
      const order = await this.orders.getTerms(orderId);
      const expected = this.methods.get(order.method).expect(order);
      return { unitId, certificateId, succeeds, method: order.method, expected: succeeds === null ? expected : expected.map(({ target }) => ({ target, step: FIRST_SUCCESSOR_STEP, firstLookMs: 0 })) };
    }));
  }
}
