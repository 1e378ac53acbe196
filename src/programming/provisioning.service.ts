import { Injectable } from '@nestjs/common';
import { Endpoints } from '../aws-iot/endpoints.js';
import { UnitRegistrationRepository } from '../aws-iot/unit-registrations.repository.js';
import { type Issued, IssuanceService } from '../issuance/issuance.service.js';
import type { Abandoned, Admission } from '../issuance/reservation-desk.js';
import type { Ledger } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { type WorkOrder, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';

/** One unit of an order and the CSR of the key it made. */
export interface UnitRequest {
  actor: string;
  unit: { id: number; serial: string };
  order: WorkOrder;
  /** PEM. */
  csr: string;
}

/** What a device needs to connect. Certificates in PEM. */
export interface Identity {
  certificate: string;
  chain: string;
  fingerprint: string;
  certificateId: string;
  thingName: string;
  notAfter: Date;
  authority: string;
  endpoints: { target: string; accountId: string; region: string; host: string; port: number }[];
}

/** Gives a unit its identity: the rules of order and quota around the issuance, and what AWS must learn after it. */
@Injectable()
export class ProvisioningService {
  constructor(
    private readonly issuance: IssuanceService,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly registrations: UnitRegistrationRepository,
    private readonly endpoints: Endpoints,
  ) {}

  /**
   * `guard` runs inside the transaction that commits the intent and again inside the one that stores the certificate;
   * it throws when the caller has lost its right meanwhile, and then nothing of it happens.
   */
  async provision(request: UnitRequest, guard: (tx: Ledger) => Promise<void>): Promise<{ identity: Identity; replayed: boolean }> {
    const { actor, unit, order, csr } = request;
    const endpoints = await this.endpoints.for(order.targets);
    const admission: Admission = {
      admit: async (tx) => {
        await guard(tx);
        await this.units.advance(tx, unit.id, 'reserved');
        await this.orders.takeQuota(tx, order.id);
      },
      completed: async (tx, certificateId) => {
        await guard(tx);
        await this.units.advance(tx, unit.id, 'certified');
        await this.registrations.expect(tx, unit.id, order.targets, certificateId);
      },
      abandoned: this.giveBack,
    };
    const issued = await this.issuance.issue({ actor, unit, workOrder: order, csr }, admission);
    return { identity: toIdentity(issued, unit.serial, endpoints), replayed: issued.replayed };
  }

  /** Abandons on record what was reserved and left behind by a crash. */
  settle(): Promise<number> {
    return this.issuance.settle(this.giveBack);
  }

  /** A reservation came to nothing: the order gets its quota back, and the unit is still with whoever claimed it. */
  private readonly giveBack: Abandoned = async (tx, { unitId, workOrderId }) => {
    await this.orders.giveQuotaBack(tx, workOrderId);
    await this.units.advanceIf(tx, unitId, ['reserved'], 'claimed');
  };
}

function toIdentity(issued: Issued, serial: string, endpoints: Identity['endpoints']): Identity {
  return {
    certificate: toPem('CERTIFICATE', issued.certificate),
    chain: toPem('CERTIFICATE', issued.authority.certificate),
    fingerprint: issued.fingerprint,
    certificateId: issued.fingerprint,
    thingName: serial,
    notAfter: issued.notAfter,
    authority: issued.authority.id,
    endpoints,
  };
}
