import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LogFollower } from '../audit/log-follower.js';
import { CONFIG, type Config } from '../config/config.js';
import { backoffMs } from '../platform/backoff.js';
import { Clock } from '../platform/clock.js';
import { WorkLoop } from '../platform/work-loop.js';
import { CrlPublisher } from './crl-publisher.js';
import { CrlRepository } from './crl.repository.js';

/** How long a revocation that another process made, or a list that is half over, goes unnoticed. */
const LOOK_EVERY_MS = 1_000;
/** Revocations that come meanwhile share the next list. */
const LEAST_REST_MS = 1_000;
/** A long list takes at most this part of a process's time, however often somebody revokes. */
const SHARE = 1 / 10;
const LONGEST_REST_MS = 60_000;
/** After a failed list: the HSM or the ledger may be back at any time. */
const RETRY = { firstMs: 1_000, mostMs: 10_000 };

/** Keeps a fresh list of every authority that ever issued. Runs in the worker role. */
@Injectable()
export class CrlKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(CrlKeeper.name);
  /** By authority: no list before this time of the process's own clock. */
  private readonly restUntil = new Map<string, number>();
  private readonly failures = new Map<string, number>();
  private readonly loop: WorkLoop<string>;

  constructor(
    private readonly crls: CrlRepository,
    private readonly publisher: CrlPublisher,
    private readonly clock: Clock,
    log: LogFollower,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.loop = new WorkLoop({
      name: CrlKeeper.name,
      everyMs: LOOK_EVERY_MS,
      width: 1,
      take: (limit) => this.due(limit),
      work: (authority) => this.attempt(authority),
    });
    log.follow({ name: 'revocation-lists', events: ['certificate.revoked', 'certificate.reason-raised'], read: () => Promise.resolve(), afterwards: () => this.loop.wake() });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  private async due(limit: number): Promise<string[]> {
    const due = await this.crls.due(this.clock.now());
    return due.filter((authority) => performance.now() >= (this.restUntil.get(authority) ?? 0)).slice(0, limit);
  }

  private async attempt(authority: string) {
    const started = performance.now();
    try {
      await this.publisher.publish(authority);
      this.failures.delete(authority);
      const ended = performance.now();
      this.restUntil.set(authority, ended + Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, (ended - started) / SHARE)));
    } catch (error) {
      const failures = (this.failures.get(authority) ?? 0) + 1;
      this.failures.set(authority, failures);
      this.restUntil.set(authority, performance.now() + backoffMs(failures, RETRY));
      this.logger.warn({ event: 'crl.not_published', authority, failures, error });
    }
  }
}
