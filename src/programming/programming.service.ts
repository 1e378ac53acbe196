import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { type Identified, IdentityService } from '../identity/identity.service.js';
import { slotUnknown } from '../stations/station.errors.js';
import type { Station } from '../stations/station.repository.js';
import { identityStep } from '../work-orders/route.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { type Claimant, Claims } from './claims.js';
import { Heartbeats } from './heartbeats.js';
import { type Job, JobRepository, leaseOf } from './job.repository.js';
import type { CertificateRequest, Claim, Heartbeat } from './job.schema.js';
import { LateReports } from './late-reports.js';
import { Leases } from './leases.js';
import { Passing } from './passing.js';
import { jobNotFound, leaseOver, slotOccupied, stepWithoutIdentity } from './programming.errors.js';
import { Refusals } from './refusals.js';

/** A station at work. */
export interface AtStation {
  actor: string;
  station: Pick<Station, 'id'>;
  /** The moment at which a lease of its must not have been over (`LeaseAbsence.asOfReceipt`). */
  asOf: number;
}

/** A job that a slot was given now, or had already. */
export interface Claimed {
  job: Job;
  /** How long its lease lasts if it is not renewed. */
  leaseMs: number;
  isNew: boolean;
}

/** What a station does with a job, from claim to certificate. After the claim, every step needs the lease's own fence. */
@Injectable()
export class ProgrammingService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly claims: Claims,
    private readonly leases: Leases,
    private readonly heartbeats: Heartbeats,
    private readonly lateReports: LateReports,
    private readonly refusals: Refusals,
    private readonly passing: Passing,
    private readonly orders: WorkOrderRepository,
    private readonly identities: IdentityService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The scanned unit's job, or the line's next one; undefined when none came within `waitMs`. A slot that holds a job already gets
   * that one again: the first answer may have been lost on its way.
   */
  async claim({ actor, station, asOf }: AtStation & { station: Station }, { slot, serial, revision, workOrder, confirm, waitMs }: Claim, claimant: Claimant): Promise<Claimed | undefined> {
    if (claimant.gone.aborted) return undefined;
    if (!station.slots.includes(slot)) throw slotUnknown(station.id, slot);
    const present = await this.jobs.findInSlot(station.id, slot, asOf);
    if (present && !present.held) await this.leases.takeBackExpired(present.id);
    if (present?.held) {
      if (serial !== undefined && serial !== present.serial) throw slotOccupied(slot, present.serial);
      const leaseMs = await this.leases.renew(present, {});
      if (leaseMs !== undefined) return { job: present, leaseMs, isNew: false };
    }
    const place = { actor, station, slot };
    const job = serial === undefined
      ? await this.claims.claimNext(place, workOrder, Math.min(waitMs, this.config.POLL_WAIT_MS), claimant)
      : await this.claims.claimSerial(place, { serial, revision, workOrder, confirm });
    const claimed = job && { job, leaseMs: job.leftMs, isNew: true };
    if (!claimed || !claimant.gone.aborted) return claimed;
    await this.undo({ actor, station, asOf }, claimed);
    return undefined;
  }

  /** The caller hung up before it had the answer: nobody has the unit, and it goes to the next who asks. */
  async undo(at: AtStation, { job, isNew }: Claimed): Promise<void> {
    if (isNew) await this.leases.undo(at, job);
  }

  /** Renews the lease, and says whether the station goes on; `cancel`: stop and release. */
  async heartbeat(at: AtStation, jobId: number, { fence, ...progress }: Heartbeat) {
    const kept = progress.checkpoint === undefined ? await this.heartbeats.submit({ jobId, station: at.station.id, fence, asOf: at.asOf, ...progress }) : undefined;
    if (kept) return { expiresInMs: kept.expiresInMs, directive: await this.passing.directiveOf(kept) };
    const job = await this.getHeld(at, jobId, fence, 'heartbeat');
    const expiresInMs = await this.leases.renew(job, progress);
    if (expiresInMs === undefined) return this.lateReports.refuse(at.actor, at.station.id, job, fence, { kind: 'heartbeat' });
    return { expiresInMs, directive: await this.passing.directiveOf(job) };
  }

  /** The certificate for the key that the device made, or with one made for it. The lease is checked again in each transaction of the issuance. */
  async certify(at: AtStation, jobId: number, { fence, ...keySource }: CertificateRequest): Promise<Identified> {
    const job = this.getHeld(at, jobId, fence, 'certificate');
    try {
      return await this.identities.issue(job.then((held) => this.requestFor(at, held)), keySource, 'station');
    } catch (error) {
      await job.then((held) => this.refusals.note(held, error), () => undefined);
      throw error;
    }
  }

  private async requestFor({ actor }: AtStation, job: Job) {
    const workOrder = await this.orders.getTerms(job.workOrderId);
    const { route } = workOrder;
    // In another step the unit gets the certificate that it has, and no first one.
    if (job.stepNumber !== identityStep(route) && job.unitState !== 'certified') throw stepWithoutIdentity(job.serial, job.step, route[identityStep(route) - 1]!.name);
    return { actor, unit: { id: job.unitId, serial: job.serial, state: job.unitState }, workOrder, lease: leaseOf(job) };
  }

  /** Hands the job back, with no word on the unit. A job that was handed back under this fence is answered the same. */
  async release({ actor, station, asOf }: AtStation, jobId: number, fence: number): Promise<void> {
    if (await this.leases.release(actor, station.id, jobId, { fence, asOf })) return;
    throw leaseOver(await this.getJob(jobId, asOf));
  }

  /** The job that the station has under this fence. Throws `job-unknown`, or `lease-lost` and keeps what was late. */
  private async getHeld(at: AtStation, jobId: number, fence: number, kind: string): Promise<Job> {
    const job = await this.getJob(jobId, at.asOf);
    if (job.held && job.station === at.station.id && job.fence === fence) return job;
    return this.lateReports.refuse(at.actor, at.station.id, job, fence, { kind });
  }

  private async getJob(id: number, asOf: number): Promise<Job> {
    const job = await this.jobs.find(id, { asOf });
    if (!job) throw jobNotFound();
    return job;
  }
}
