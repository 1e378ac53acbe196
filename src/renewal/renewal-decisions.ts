import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { TargetRepository } from '../aws-iot/targets/targets.repository.js';
import { CertificatePlaces } from '../aws-iot/units/certificate-places.repository.js';
import { Database } from '../platform/database/database.js';
import { renewalState } from './renewal.errors.js';
import { type Renewal, RenewalRepository } from './renewal.repository.js';
import { OLD_IS_REVOKED, Switchover } from './switchover.js';

/** What people and backends say of a renewal that goes on. */
@Injectable()
export class RenewalDecisions {
  constructor(
    private readonly renewals: RenewalRepository,
    private readonly switchover: Switchover,
    private readonly places: CertificatePlaces,
    private readonly targets: TargetRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /**
   * A backend or a person says that the device was seen connected with the new certificate in the target; its word counts as what AWS tells. Throws `renewal-state`,
   * `renewal-unknown`, `target-unknown`.
   */
  async reportSeen(actor: string, serial: string, target: string): Promise<Renewal> {
    const { id } = await this.renewals.getLast(serial);
    await this.targets.get(target);
    await this.db.transaction().execute(async (tx) => {
      const { state, certificateId, seenAt } = await this.renewals.lock(tx, id);
      if (state === 'cancelled') throw renewalState(serial, state, 'nothing is to be seen of it');
      if (!(await this.places.connected(tx, certificateId, target))) throw renewalState(serial, state, `its certificate is not ACTIVE in ${target} and no device can be connected with it there`);
      await this.renewals.makeDue(tx, [certificateId]);
      if (seenAt === null) await this.audit.record(tx, actor, 'renewal.sighting-reported', `unit:${serial}`, { serial, certificate: certificateId, target });
    });
    return this.renewals.getLast(serial);
  }

  /** The old certificate stays the unit's, or becomes it again, and the new one is revoked. Asked again it answers the same. Throws `renewal-state` once it is done, or where the old one is revoked. */
  async cancel(actor: string, serial: string, reason: string): Promise<Renewal> {
    await this.db.transaction().execute(async (tx) => {
      const { unit, renewal } = await this.renewals.lockWithUnit(tx, serial);
      if (renewal.state === 'cancelled') return;
      if (renewal.state === 'done') throw renewalState(serial, renewal.state, OLD_IS_REVOKED);
      await this.switchover.withdraw(tx, actor, renewal, unit.state);
      await this.renewals.change(tx, renewal, { state: 'cancelled', detail: reason, ended_at: new Date() }, 0);
      await this.audit.record(tx, actor, 'renewal.cancelled', `unit:${serial}`, { serial, certificate: renewal.certificateId, reason });
    });
    return this.renewals.getLast(serial);
  }

  /** What it waits for is tried again now, however long that would have been put off. Throws `renewal-unknown`. */
  async retry(serial: string): Promise<Renewal> {
    const { certificateId, formerCertificateId } = await this.renewals.getLast(serial);
    await this.db.transaction().execute(async (tx) => {
      await this.renewals.makeDue(tx, [certificateId]);
      await this.places.makeDue(tx, [certificateId, formerCertificateId]);
    });
    return this.renewals.getLast(serial);
  }
}
