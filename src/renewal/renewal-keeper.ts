import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditLog, type AuditEvents } from '../audit/audit-log.js';
import { LogFollower } from '../audit/log-follower.js';
import { AwsIotClients } from '../aws-iot/clients/aws-iot-clients.js';
import { CONFIG, type Config } from '../config/config.js';
import { backoffMs } from '../platform/backoff.js';
import { WorkLoop } from '../platform/work-loop.js';
import { RenewalProgress } from './renewal-progress.js';
import { RenewalRepository } from './renewal.repository.js';

/** Asking AWS takes nine seconds where a target hangs; that is known after the first ones, and the others are not kept waiting by it any more. */
const WIDTH = 8;
/** Most steps are made due by the log; what comes without a leaf is found by looking. */
const RETRY = { firstMs: 1_000, mostMs: 10 * 60_000 };
/** `attempts`: looks in its present state, this one included. */
type DueRenewal = { id: number; serial: string; attempts: number };

const EVENTS = ['unit.registered', 'unit.in-sync', 'unit.certificate-suspended', 'unit.certificate-revoked', 'certificate.revoked', 'work-order.confirmed'] as const;

/** Goes on with renewals that are due. Runs in the worker role. */
@Injectable()
export class RenewalKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RenewalKeeper.name);
  private readonly loop: WorkLoop<DueRenewal>;
  /** How often a target has answered again that had kept others waiting. */
  private answers = 0;

  constructor(
    private readonly progress: RenewalProgress,
    private readonly renewals: RenewalRepository,
    private readonly audit: AuditLog,
    log: LogFollower,
    clients: AwsIotClients,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.loop = new WorkLoop({ name: RenewalKeeper.name, everyMs: config.RECONCILE_MS, width: WIDTH, take: (limit) => this.take(limit), work: (due) => this.work(due) });
    log.follow({
      name: 'renewals',
      events: EVENTS,
      read: async (leaves, tx) => {
        const [confirmed, ofCertificates] = [leaves.filter(({ event }) => event === 'work-order.confirmed'), leaves.filter(({ event }) => event !== 'work-order.confirmed')];
        await renewals.makeDue(tx, ofCertificates.map(({ event, facts }) => (event === 'certificate.revoked' ? (facts as AuditEvents[typeof event]).fingerprint : (facts as AuditEvents['unit.registered']).certificateId)));
        if (confirmed.length > 0) await renewals.makeDueOf(tx, confirmed.map(({ facts }) => (facts as AuditEvents['work-order.confirmed']).id));
      },
      afterwards: () => this.loop.wake(),
    });
    clients.whenAnswered((target) => {
      this.answers++;
      renewals.makeDueIn(target).then(() => this.loop.wake(), (error: unknown) => this.logger.warn({ event: 'renewals.not-due', target, error }));
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  private async take(limit: number): Promise<DueRenewal[]> {
    return this.audit.mayActAlone ? this.renewals.claimDue(limit) : [];
  }

  private async work({ id, serial, attempts }: DueRenewal): Promise<void> {
    const { answers } = this;
    const wentOn = await this.progress.advance({ id, serial }, backoffMs(attempts, RETRY));
    // What it has kept may be over already.
    const isToldAnew = !wentOn && this.answers !== answers;
    if (isToldAnew) await this.renewals.lookAgain(id);
    if (wentOn || isToldAnew) this.loop.wake();
    else this.logger.debug({ event: 'renewal.waits', renewal: id, attempts });
  }
}
