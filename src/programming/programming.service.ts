import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { SlotUnknown } from '../stations/station.errors.js';
import type { Station } from '../stations/station.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { IdentityService, type KeyedIdentity } from './identity.service.js';
import type { CertificateRequest, Claim, Heartbeat } from './job.schema.js';
import { type Job, JobRepository } from './job.repository.js';
import { LeaseService } from './lease.service.js';
import { JobNotFound, LeaseLost, SlotOccupied } from './programming.errors.js';

/** A station at work. */
export interface AtStation {
  actor: string;
  station: Station;
}

/** What a station does with a job, from claim to certificate. After the claim, every step needs the lease's own fence. */
@Injectable()
export class ProgrammingService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly leases: LeaseService,
    private readonly orders: WorkOrderRepository,
    private readonly identities: IdentityService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The scanned unit's job, or the line's next one; undefined when none came within `waitMs`. A slot that holds a job
   * already gets that one again: the first answer may have been lost on its way.
   */
  async claim({ actor, station }: AtStation, { slot, serial, waitMs }: Claim, signal: AbortSignal): Promise<Job | undefined> {
    if (!station.slots.includes(slot)) throw new SlotUnknown(station.id, slot);
    const held = await this.jobs.findInSlot(station.id, slot);
    if (held) {
      if (serial !== undefined && serial !== held.serial) throw new SlotOccupied(slot, held.serial);
      if (await this.jobs.renew(held.id, station.id, held.fence ?? 0, this.config.LEASE_MS, {})) return held;
    }
    const holder = { actor, station, slot };
    if (serial !== undefined) return this.leases.claimSerial(holder, serial);
    return this.leases.claimNext(holder, Math.min(waitMs, this.config.POLL_WAIT_MS), signal);
  }

  /** Renews the lease. `cancel`: the order was put on hold or closed, so stop and release. */
  async heartbeat({ actor, station }: AtStation, jobId: number, { fence, ...told }: Heartbeat) {
    const renewed = await this.jobs.renew(jobId, station.id, fence, this.config.LEASE_MS, told);
    if (!renewed) return this.fencedOff(actor, jobId, fence, 'heartbeat');
    const order = await this.orders.get(renewed.workOrderId);
    return { expiresInMs: this.config.LEASE_MS, directive: order.state === 'released' ? 'continue' : 'cancel' };
  }

  /** The certificate for the key that the device made, or with one made for it. The fence is checked in each transaction of the issuance. */
  certify(at: AtStation, jobId: number, { fence, ...keySource }: CertificateRequest): Promise<{ identity: KeyedIdentity; replayed: boolean }> {
    return this.identities.provision(this.lookUp(at, jobId, fence), keySource, 'station');
  }

  private async lookUp({ actor, station }: AtStation, jobId: number, fence: number) {
    const job = await this.jobs.find(jobId);
    if (!job) throw new JobNotFound();
    if (!holds(job, station, fence)) return this.fencedOff(actor, jobId, fence, 'certificate');
    const workOrder = await this.orders.getTerms(job.workOrderId);
    const lease = { jobId, station: station.id, fence };
    return { actor, unit: { id: job.unitId, serial: job.serial, state: job.unitState }, workOrder, lease };
  }

  private async fencedOff(actor: string, jobId: number, fence: number, kind: string): Promise<never> {
    if (!(await this.jobs.find(jobId))) throw new JobNotFound();
    await this.leases.keepLateReport(actor, jobId, fence, { kind });
    throw new LeaseLost(jobId);
  }
}

function holds(job: Job, station: Station, fence: number): boolean {
  return job.state === 'leased' && job.station === station.id && job.fence === fence;
}
