import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { certificateMissing } from '../issuance/issuance.errors.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import type { ErrorCode } from '../platform/errors/error-codes.js';
import { Pauses } from '../stations/pauses.js';
import { identityStep } from '../work-orders/route.js';
import { isOpen } from '../work-orders/order-state.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { refusalOfDeviceCheck } from './device-check-report.js';
import type { Kept } from './heartbeats.js';
import type { Job } from './job.repository.js';
import { shipGateUnmet } from './programming.errors.js';
import { ShipGates } from './ship-gates.js';
import type { TestRecord } from './test-record.js';

/** What is asked about. */
type AtWork = Pick<Job, 'unitId' | 'unitState' | 'workOrderId' | 'stepNumber'>;
type AtResult = AtWork & Pick<Job, 'serial' | 'step'>;
type AtStation = AtWork & Pick<Job, 'line' | 'station' | 'slot' | 'attemptLeftMs'>;

/** What these say of a unit does not pass by itself, and nobody can lift it. */
const FOR_GOOD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['certificate-revoked', 'authority-compromised']);

/** Whoever hears one of these takes the unit for good; after the others it is plain that a PASS is not the last word. */
const GOOD: ReadonlySet<UnitState> = new Set<UnitState>(['certified', 'passed', 'shipped']);

/** A unit that a station holds goes on in these. */
const AT_WORK: ReadonlySet<UnitState> = new Set<UnitState>(['claimed', 'reserved', 'certified']);

/** Whether a unit at work goes on, and whether it can pass, by the method of its order. */
@Injectable()
export class Passing {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly pauses: Pauses,
    private readonly revocation: RevocationService,
    private readonly gates: ShipGates,
    private readonly db: Database,
  ) {}

  /**
   * Whether the station that holds the unit goes on. While an order is held, outside its window, and after it was closed, stations finish units that have their certificate. A unit on which a
   * person decided meanwhile, that only rework helps, or for which AWS signs nothing any more, is given back, and one whose attempt takes longer than its step allows. `drain`: the station goes on with this unit, and takes none after it.
   */
  async directiveOf(job: AtStation & Partial<Pick<Kept, 'order'>>): Promise<'continue' | 'cancel' | 'drain'> {
    const { unitState, workOrderId, line, station, slot, attemptLeftMs } = job;
    if (attemptLeftMs !== null && attemptLeftMs < 0) return 'cancel';
    const order = job.order ?? (await this.orders.get(workOrderId));
    if (!AT_WORK.has(unitState) || order.state === 'cancelled' || (!isOpen(order) && unitState !== 'certified')) return 'cancel';
    if ((await this.obstacleTo(this.db, job)) !== undefined || (await this.asksNoMore(job))) return 'cancel';
    return (await this.pauses.drains({ line, station: station ?? '', slot: slot ?? '' })) ? 'drain' : 'continue';
  }

  /** Why a PASS is refused at this moment; undefined when it is taken. */
  async refusalOf(ledger: Ledger, job: AtResult, record: TestRecord | undefined): Promise<DomainError | undefined> {
    const { route } = await this.orders.getTerms(job.workOrderId);
    if (job.stepNumber >= identityStep(route)) {
      const refusal = await this.refusalOfIdentity(ledger, job);
      if (refusal || route[job.stepNumber - 1]?.check !== 'device') return refusal;
      return refusalOfDeviceCheck(record?.deviceCheck, { serial: job.serial, certificate: await this.revocation.fingerprintOf(ledger, job.unitId) });
    }
    // What can be set right before the unit has its identity keeps it from no step before that.
    const refusal = job.unitState === 'certified' ? await this.refusalOfIdentity(ledger, job) : undefined;
    return refusal && FOR_GOOD.has(refusal.code) ? refusal : undefined;
  }

  /** Whether its step waits for AWS. */
  async isToWait({ workOrderId, stepNumber }: Pick<AtWork, 'workOrderId' | 'stepNumber'>): Promise<boolean> {
    return (await this.orders.getTerms(workOrderId)).route[stepNumber - 1]?.waitFor === 'shipGate';
  }

  /** Why a PASS has to wait, where its step waits for AWS. Asks AWS, and so not in a transaction: what it knows of a unit it does not forget. */
  async waitsFor({ serial, workOrderId, stepNumber, step }: AtResult): Promise<DomainError | undefined> {
    const terms = await this.orders.getTerms(workOrderId);
    if (terms.route[stepNumber - 1]?.waitFor !== 'shipGate') return undefined;
    const lacking = await this.gates.lacking(serial, terms, () => true);
    return lacking.length === 0 ? undefined : shipGateUnmet(serial, step, terms.shipGate, lacking);
  }

  /** Why a unit in this state is not good any more (`certificate-revoked`, `authority-compromised`): only rework helps it. Undefined where it holds, or the state says how the unit stands. */
  async refusalOfGood({ unitId, unitState, workOrderId }: Pick<AtWork, 'unitId' | 'unitState' | 'workOrderId'>, ledger: Ledger = this.db): Promise<DomainError | undefined> {
    const refusal = GOOD.has(unitState) ? await this.askMethod(ledger, { unitId, workOrderId }) : undefined;
    return refusal && FOR_GOOD.has(refusal.code) ? refusal : undefined;
  }

  private async refusalOfIdentity(ledger: Ledger, { unitId, unitState, workOrderId }: AtWork): Promise<DomainError | undefined> {
    return unitState === 'certified' ? this.askMethod(ledger, { unitId, workOrderId }) : certificateMissing();
  }

  /** Why no attempt can make the unit pass any more, only rework; undefined while one can. */
  async obstacleTo(ledger: Ledger, job: AtWork): Promise<ErrorCode | undefined> {
    const code = (await this.refusalOfIdentity(ledger, job))?.code;
    return code !== undefined && FOR_GOOD.has(code) ? code : undefined;
  }

  /** Its PASS is refused until somebody else has set it right, which the station can't wait for: AWS signs nothing for the unit (`claim-ended`). Steps before the one with the identity pass without. */
  private async asksNoMore({ unitId, workOrderId, stepNumber }: AtWork): Promise<boolean> {
    const { method, route } = await this.orders.getTerms(workOrderId);
    return stepNumber >= identityStep(route) && (await this.methods.get(method).asksNoMore?.(workOrderId, unitId)) !== undefined;
  }

  private async askMethod(ledger: Ledger, { unitId, workOrderId }: Pick<AtWork, 'unitId' | 'workOrderId'>): Promise<DomainError | undefined> {
    const { method } = await this.orders.getTerms(workOrderId);
    return this.methods.get(method).mayPass(ledger, unitId);
  }
}
