import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import type { DeviceKey } from '../issuance/device-key.js';
import { Successors } from '../issuance/successors.js';
import type { Unit } from '../work-orders/unit.repository.js';
import { OrderConfirmations } from '../work-orders/order-confirmations.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { assertRenewable, type RenewedCertificate } from './renewable.js';
import { type Renewal, RenewalRepository } from './renewal.repository.js';
import { TargetReadiness } from './target-readiness.js';

const DAY_MS = 24 * 3_600_000;

/** Begins a renewal: the new certificate is reserved, signed and stored, with the renewal in the same transaction. */
@Injectable()
export class RenewalStart {
  constructor(
    private readonly renewals: RenewalRepository,
    private readonly readiness: TargetReadiness,
    private readonly successors: Successors,
    private readonly orders: WorkOrderRepository,
    private readonly confirmations: OrderConfirmations,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async begin(actor: string, unit: Unit, key: DeviceKey, current: RenewedCertificate): Promise<Renewal> {
    const { id: unitId, serial } = unit;
    const workOrder = await this.orders.getTerms(current.workOrderId);
    await this.successors.issue({
      actor, unit, workOrder, key, replaces: current.serialNumber,
      lockUnit: async (tx) => assertRenewable(await this.renewals.lockUnit(tx, serial)),
      permit: async (tx, authority) => {
        await this.confirmations.require(tx, workOrder.id);
        await this.readiness.permit(tx, workOrder.id, authority);
      },
      stored: async (tx, { fingerprint: certificateId, authority }) => {
        const limitMs = this.config.RENEWAL_LIMIT_DAYS * DAY_MS;
        await this.renewals.insert(tx, { unitId, certificateId, formerCertificateId: current.fingerprint, spkiSha256: key.spkiSha256, requestedBy: actor, limitMs });
        await this.audit.record(tx, actor, 'renewal.started', `unit:${serial}`, { serial, certificate: certificateId, replaces: current.fingerprint, authority });
      },
    });
    return this.renewals.getLast(serial);
  }
}
