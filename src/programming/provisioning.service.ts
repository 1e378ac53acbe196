import { Injectable } from '@nestjs/common';
import { Endpoints } from '../aws-iot/endpoints.js';
import { UnitRegistrationRepository } from '../aws-iot/unit-registrations.repository.js';
import type { WorkClass } from '../hsm/hsm.js';
import { type Issued, IssuanceService } from '../issuance/issuance.service.js';
import type { Admission } from '../issuance/reservation-desk.js';
import { type Ledger, together } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository, type WorkOrderTerms } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import { JobRepository, type Lease } from './job.repository.js';

/** One unit of an order and the CSR of the key it made. */
export interface UnitRequest {
  actor: string;
  unit: { id: number; serial: string };
  workOrder: WorkOrderTerms;
  /** PEM. */
  csr: string;
  /** The lease under which the station asks. Without one the caller's role is enough, but no station may hold the unit. */
  lease: Lease | undefined;
  work: WorkClass;
  /** More to put on record in the transaction that commits the intent. */
  record?: (tx: Ledger) => Promise<void>;
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
    private readonly jobs: JobRepository,
  ) {}

  /** PEM by authority. An authority's certificate never changes. */
  private readonly chains = new Map<string, string>();

  /**
   * The lease is checked in the transaction that commits the intent and again in the one that stores the certificate:
   * who has lost it meanwhile gets nothing, and nothing of it happened.
   */
  private readonly admission: Admission<UnitRequest> = {
    admit: async (tx, requests) => {
      // In one order everywhere, so that two transactions never wait for each other's orders.
      const byOrder = [...Map.groupBy(requests, ({ workOrder }) => workOrder.id)].toSorted(([one], [other]) => (one < other ? -1 : 1));
      await together([
        this.assertEntitled(tx, requests),
        this.units.advance(tx, requests.map(({ unit }) => unit.id), 'reserved'),
        ...requests.map(async ({ record }) => record?.(tx)),
        ...byOrder.map(([orderId, { length }]) => this.orders.takeQuota(tx, orderId, length)),
      ]);
    },
    completed: async (tx, done) => {
      await together([
        this.assertEntitled(tx, done.map(({ request }) => request)),
        this.units.advance(tx, done.map(({ request }) => request.unit.id), 'certified'),
        this.registrations.expect(tx, done.map(({ request, certificateId }) => ({ unitId: request.unit.id, targets: request.workOrder.targets, certificateId }))),
      ]);
    },
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

  private async assertEntitled(tx: Ledger, requests: readonly UnitRequest[]): Promise<void> {
    await together([
      this.jobs.lockLeases(tx, requests.flatMap(({ lease }) => lease ?? [])),
      this.jobs.assertNotLeased(tx, requests.flatMap(({ lease, unit }) => (lease ? [] : [unit.id]))),
    ]);
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
