import { Injectable } from '@nestjs/common';
import { Endpoints } from '../aws-iot/endpoints.js';
import { FIRST_LOOK_MS } from '../aws-iot/unit-registrations.repository.js';
import type { WorkClass } from '../hsm/hsm.js';
import { type IssuanceRequest, type Issued, IssuanceService } from '../issuance/issuance.service.js';
import type { Admission } from '../issuance/reservation-desk.js';
import { brokenRule } from '../platform/database/pg-errors.js';
import { statesBefore } from '../work-orders/unit-state.js';
import { stuckUnit, UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository, type WorkOrderTerms } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import { ClaimedElsewhere, LeaseLost } from './programming.errors.js';

/** One unit of an order and the CSR of the key it made. Without a lease the caller's role is enough, but no station may hold the unit. */
export interface UnitRequest extends IssuanceRequest {
  workOrder: WorkOrderTerms;
  work: WorkClass;
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
    private readonly endpoints: Endpoints,
  ) {}

  /** PEM by authority. An authority's certificate never changes. */
  private readonly chains = new Map<string, string>();

  /**
   * The lease is checked by the statement that commits the intent and again by the one that stores the certificate: who has
   * lost it meanwhile gets nothing, and nothing of it happened.
   */
  private readonly admission: Admission = {
    from: { reserved: statesBefore('reserved'), certified: statesBefore('certified') },
    firstLookMs: FIRST_LOOK_MS,
    refusal: (error) => this.refusal(error),
    // A reservation came to nothing: the order gets its quota back, and the unit is still with whoever claimed it.
    abandoned: async (tx, { unitId, workOrderId }) => {
      await this.orders.giveQuotaBack(tx, workOrderId);
      await this.units.advanceIf(tx, unitId, ['reserved'], 'claimed');
    },
  };

  async provision(request: UnitRequest): Promise<{ identity: Identity; replayed: boolean }> {
    const { unit, workOrder } = request;
    const endpoints = await this.endpoints.for(workOrder.targets);
    const issued = await this.issuance.issue(request, this.admission);
    return { identity: this.toIdentity(issued, unit.serial, endpoints), replayed: issued.replayed };
  }

  /** Abandons on record what was reserved and left behind by a crash. */
  settle(): Promise<number> {
    return this.issuance.settle(this.admission.abandoned);
  }

  private async refusal(error: unknown): Promise<Error | undefined> {
    const broken = brokenRule(error);
    if (broken?.rule === 'quota') return this.orders.refusalOf(broken.detail);
    if (broken?.rule === 'lease') return new LeaseLost(Number(broken.detail));
    if (broken?.rule === 'no-lease') return new ClaimedElsewhere(broken.detail, broken.hint);
    return stuckUnit(error);
  }

  private toIdentity({ certificate, fingerprint, notAfter, authority }: Issued, serial: string, endpoints: Identity['endpoints']): Identity {
    let chain = this.chains.get(authority.id);
    if (chain === undefined) this.chains.set(authority.id, (chain = toPem('CERTIFICATE', authority.certificate)));
    return {
      certificate: toPem('CERTIFICATE', certificate), chain, fingerprint, certificateId: fingerprint,
      thingName: serial, notAfter, authority: authority.id, endpoints,
    };
  }
}
