import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CertificatePlaces } from '../aws-iot/units/certificate-places.repository.js';
import { UnitExpectationRepository } from '../aws-iot/units/unit-expectations.repository.js';
import { CONFIG, type Config } from '../config/config.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { SuccessorRepository } from '../issuance/successor.repository.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { renewalState } from './renewal.errors.js';
import { type Renewal, type RenewalChange, RenewalRepository } from './renewal.repository.js';
import { TargetReadiness } from './target-readiness.js';

const HOUR_MS = 3_600_000;
const OLD_IS_REVOKED = 'it can’t be cancelled: the old certificate is revoked';
const NOT_FETCHED = 'Nobody has fetched the new certificate in time';

/**
 * Takes renewals from one state to the next, each step in one transaction, so that whoever dies leaves one that anybody can go on with. Nothing is switched off before the
 * device was seen connected with the new certificate, in one of the targets at least, while each target would let it in.
 */
@Injectable()
export class RenewalProgress {
  constructor(
    private readonly renewals: RenewalRepository,
    private readonly readiness: TargetReadiness,
    private readonly places: CertificatePlaces,
    private readonly expectations: UnitExpectationRepository,
    private readonly successors: SuccessorRepository,
    private readonly certificates: CertificateRepository,
    private readonly revocation: RevocationService,
    private readonly units: UnitRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** One step, if it may be taken. Otherwise what it waits for is kept, and it is looked at again `againMs` from now. Answers whether it went on. */
  async advance({ id, serial }: Pick<Renewal, 'id' | 'serial'>, againMs: number): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      // The unit first, as all changes of a unit do.
      await this.units.lock(tx, serial);
      const renewal = await this.renewals.lock(tx, id);
      const step = await this.stepOf(tx, renewal);
      await this.renewals.change(tx, renewal, step, step.state === undefined ? againMs : 0);
      return step.state !== undefined;
    });
  }

  /** A backend or a person says that the device was seen connected with the new certificate in the target; its word counts as what AWS tells. Throws `renewal-state`, `renewal-unknown`. */
  async reportSeen(actor: string, serial: string, target: string): Promise<Renewal> {
    await this.db.transaction().execute(async (tx) => {
      const { state, certificateId, seenAt } = await this.renewals.lock(tx, (await this.renewals.getLast(serial, tx)).id);
      if (state === 'cancelled') throw renewalState(serial, state, 'nothing is to be seen of it');
      if (!(await this.places.connected(tx, certificateId, target))) throw renewalState(serial, state, `its certificate is not ACTIVE in ${target} and no device can be connected with it there`);
      await this.renewals.makeDue(tx, [certificateId]);
      if (seenAt === null) await this.audit.record(tx, actor, 'renewal.sighting-reported', `unit:${serial}`, { serial, certificate: certificateId, target });
    });
    return this.renewals.getLast(serial);
  }

  /**
   * The old certificate stays the unit's, or becomes it again, and the new one is revoked. Asked again it answers the same. Throws `renewal-state` once it is done, or where the old one is revoked.
   */
  async cancel(actor: string, serial: string, reason: string): Promise<Renewal> {
    await this.db.transaction().execute(async (tx) => {
      const unit = await this.units.lock(tx, serial);
      const renewal = await this.renewals.lock(tx, (await this.renewals.getLast(serial, tx)).id);
      if (renewal.state === 'cancelled') return;
      if (renewal.state === 'done') throw renewalState(serial, renewal.state, OLD_IS_REVOKED);
      await this.renewals.change(tx, renewal, await this.withdraw(tx, actor, renewal, unit.state, reason), 0);
    });
    return this.renewals.getLast(serial);
  }

  private async stepOf(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    // Another worker was faster.
    if (renewal.endedAt !== null) return {};
    const ended = await this.endOf(tx, renewal);
    if (ended) return ended;
    switch (renewal.state) {
      case 'registering': return this.whenReady(tx, renewal);
      case 'ready':
      case 'delivered': return this.whenSeen(tx, renewal);
      case 'seen': return this.whenOutOfUse(tx, renewal);
      case 'grace': return this.whenGraceIsOver(tx, renewal);
      case 'done':
      case 'cancelled': return {};
    }
  }

  /** One of the two certificates was revoked by somebody else meanwhile. */
  private async endOf(tx: Ledger, renewal: Renewal): Promise<RenewalChange | undefined> {
    const { certificateId, formerCertificateId, serial } = renewal;
    const isRevoked = async (id: string) => (await this.certificates.getByFingerprint(id, tx)).state === 'revoked';
    const isOver = renewal.state === 'seen' || renewal.state === 'grace';
    if (isOver || !(await isRevoked(certificateId))) return (await isRevoked(formerCertificateId)) ? this.done(tx, renewal, 'The old certificate was revoked') : undefined;
    await this.audit.record(tx, 'system', 'renewal.cancelled', `unit:${serial}`, { serial, certificate: certificateId, reason: 'its certificate was revoked' });
    return { state: 'cancelled', detail: 'The new certificate was revoked', ended_at: new Date() };
  }

  private async whenReady(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    if (renewal.overdue && renewal.deliveredAt === null) return this.withdraw(tx, 'system', renewal, null, NOT_FETCHED);
    const lacking = await this.readiness.lacking(renewal.certificateId, tx);
    if (lacking.length > 0) return { detail: lacking.join('; ') };
    const { serial, certificateId: certificate } = renewal;
    await this.audit.record(tx, 'system', 'renewal.ready', `unit:${serial}`, { serial, certificate });
    return { state: 'ready', detail: null };
  }

  private async whenSeen(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    const { unitId, serial, certificateId, formerCertificateId } = renewal;
    if (renewal.overdue && renewal.deliveredAt === null) return this.withdraw(tx, 'system', renewal, null, NOT_FETCHED);
    const seen = (await this.places.of(certificateId, tx)).find(({ connectedAt }) => connectedAt !== null);
    if (!seen) return { detail: renewal.overdue ? 'Its device was not seen with the new certificate in time' : null };
    const lacking = await this.readiness.lacking(certificateId, tx);
    if (lacking.length > 0) return { detail: lacking.join('; ') };
    if (!(await this.successors.promote(tx, unitId, certificateId))) return {};
    await this.expectations.expectOutOfUse(tx, formerCertificateId);
    await this.audit.record(tx, 'system', 'renewal.seen', `unit:${serial}`, { serial, certificate: certificateId, replaces: formerCertificateId, target: seen.target });
    return { state: 'seen', detail: null, seen_at: seen.connectedAt, seen_in: seen.target };
  }

  private async whenOutOfUse(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    const { serial, formerCertificateId: certificate } = renewal;
    const inUse = (await this.places.of(certificate, tx)).filter(({ state, desired }) => state !== 'in-sync' || desired === 'ACTIVE');
    if (inUse.length > 0) return { detail: inUse.map(({ target, detail }) => `${target}: ${detail ?? 'the old certificate is not INACTIVE there yet'}`).join('; ') };
    const graceEndsAt = new Date(Date.now() + this.config.RENEWAL_GRACE_HOURS * HOUR_MS);
    await this.audit.record(tx, 'system', 'renewal.out-of-use', `unit:${serial}`, { serial, certificate, graceEndsAt: graceEndsAt.toISOString() });
    return { state: 'grace', detail: null, grace_ends_at: graceEndsAt };
  }

  private async whenGraceIsOver(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    if (+renewal.graceEndsAt! > Date.now()) return {};
    await this.revocation.revokeIn(tx, 'system', renewal.formerCertificateId, 'superseded');
    return this.done(tx, renewal, null);
  }

  private async done(tx: Ledger, { serial, certificateId: certificate, formerCertificateId: replaces }: Renewal, detail: string | null): Promise<RenewalChange> {
    await this.audit.record(tx, 'system', 'renewal.done', `unit:${serial}`, { serial, certificate, replaces });
    return { state: 'done', detail, ended_at: new Date() };
  }

  /** `unitState`: a unit that is set aside stays out until a person releases it. */
  private async withdraw(tx: Ledger, actor: string, renewal: Renewal, unitState: UnitState | null, reason: string): Promise<RenewalChange> {
    const { unitId, serial, certificateId, formerCertificateId } = renewal;
    await this.revocation.revokeIn(tx, actor, certificateId, 'superseded');
    if (!(await this.successors.reinstate(tx, unitId, formerCertificateId))) throw renewalState(serial, renewal.state, OLD_IS_REVOKED);
    if (renewal.seenAt !== null && unitState !== 'quarantined') await this.expectations.expectOutOfUse(tx, formerCertificateId, { again: true });
    await this.audit.record(tx, actor, 'renewal.cancelled', `unit:${serial}`, { serial, certificate: certificateId, reason });
    return { state: 'cancelled', detail: reason, ended_at: new Date() };
  }
}
