import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { type DeviceKey, DeviceKeys } from '../issuance/device-key.js';
import { certificateMissing, certificateRevoked } from '../issuance/issuance.errors.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { SuccessorRepository, type UnitCertificate } from '../issuance/successor.repository.js';
import { Successors } from '../issuance/successors.js';
import { type Unit, UnitRepository } from '../work-orders/unit.repository.js';
import { unitQuarantined } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { Delivery, type Delivered } from './delivery.js';
import { certificateNotOurs, renewalNeedsNewKey, renewalOfAnother, renewalOpen, unitNotRenewable } from './renewal.errors.js';
import { type Renewal, RenewalRepository } from './renewal.repository.js';
import { TargetReadiness } from './target-readiness.js';

const DAY_MS = 24 * 3_600_000;

export interface RenewalRequest {
  serial: string;
  /** PEM. */
  csr: string;
  /** Fingerprint of the certificate whose place the new one is to take. A device that can't make another key names it. */
  replaces?: string | undefined;
}

/** Begins renewals. The same request again is answered the same, and that is how a device asks whether its certificate is ready. */
@Injectable()
export class RenewalService {
  constructor(
    private readonly renewals: RenewalRepository,
    private readonly delivery: Delivery,
    private readonly readiness: TargetReadiness,
    private readonly successors: Successors,
    private readonly ofUnits: SuccessorRepository,
    private readonly certificates: CertificateRepository,
    private readonly deviceKeys: DeviceKeys,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Throws what a first certificate is refused for, and `unit-not-renewable`, `certificate-not-ours`, `renewal-needs-new-key`, `renewal-of-another`, `renewal-open`. */
  async renew(actor: string, { serial, csr, replaces }: RenewalRequest): Promise<Delivered & { begun: boolean }> {
    const unit = await this.units.getBySerial(serial);
    const key = await this.deviceKeys.read(csr, 'batch');
    const known = await this.renewals.findOfKey(unit.id, key.spkiSha256, replaces);
    if (known) return { ...(await this.delivery.handOut(actor, known)), begun: false };
    const renewal = await this.begin(actor, unit, key, await this.replaceable(unit, key, replaces));
    return { ...(await this.delivery.handOut(actor, renewal)), begun: true };
  }

  private async begin(actor: string, unit: Unit, key: DeviceKey, current: UnitCertificate & { fingerprint: string }): Promise<Renewal> {
    const { id: unitId, serial } = unit;
    const workOrder = await this.orders.getTerms(current.workOrderId);
    await this.successors.issue({
      actor, unit, workOrder, key, replaces: current.serialNumber,
      lockUnit: async (tx) => assertRenewable(await this.units.lock(tx, serial)),
      permit: (tx, authority) => this.readiness.permit(tx, workOrder.id, authority),
      stored: async (tx, { fingerprint: certificateId, authority }) => {
        const limitMs = this.config.RENEWAL_LIMIT_DAYS * DAY_MS;
        await this.renewals.insert(tx, { unitId, certificateId, formerCertificateId: current.fingerprint, spkiSha256: key.spkiSha256, requestedBy: actor, limitMs });
        await this.audit.record(tx, actor, 'renewal.started', `unit:${serial}`, { serial, certificate: certificateId, replaces: current.fingerprint, authority });
      },
    });
    return this.renewals.getLast(serial);
  }

  /** The unit's current certificate, if it may be replaced by one for this key. */
  private async replaceable(unit: Unit, { spkiSha256 }: DeviceKey, replaces: string | undefined): Promise<UnitCertificate & { fingerprint: string }> {
    const { id, serial } = unit;
    assertRenewable(unit);
    const all = await this.ofUnits.ofUnit(id);
    const current = all.find(({ standing, state }) => standing === 'current' && state === 'valid');
    if (!current || current.fingerprint === null) throw (await this.certificates.hasRevoked(id)) ? certificateRevoked(serial) : certificateMissing();
    const { fingerprint } = current;
    if (replaces !== undefined && fingerprint !== replaces) throw renewalOfAnother(serial, fingerprint);
    if (all.some(({ standing, state }) => standing !== 'current' && state === 'valid')) throw renewalOpen(serial);
    if (current.authorityId === null) throw certificateNotOurs(serial);
    if (replaces === undefined && current.spkiSha256.equals(spkiSha256)) throw renewalNeedsNewKey(serial, fingerprint);
    return { ...current, fingerprint };
  }
}

function assertRenewable({ serial, state }: Unit): void {
  if (state === 'quarantined') throw unitQuarantined(serial);
  if (state !== 'passed' && state !== 'shipped') throw unitNotRenewable(serial, state);
}
