import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createRedisBackend, type Job as QueueJob, Queue, UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { openRedis } from '../platform/redis/redis.js';
import { CONFIG, type Config } from '../config/config.js';
import { jobName } from './job.schema.js';

/** What a conveyor job holds: an id. Whatever else there is to know is read fresh from the ledger. */
interface Ticket {
  jobId: number;
}

/** A ticket taken off the belt. */
export interface Taken extends Ticket {
  takenAt: number;
  /** Returns it to the belt: the ledger could not be asked, or still counts the job as queued. */
  putBack(): Promise<void>;
  /** It stands for nothing any more: somebody claimed the unit by its serial, or it is done. */
  drop(): Promise<void>;
}

export const queueName = (line: string) => `line-${line}`;

/** One ticket per attempt: an id that BullMQ keeps for the record would silently swallow the next attempt. */
const ticketId = (jobId: number, attempt: number) => `${jobName(jobId)}-a${attempt}`;

/**
 * Leases are the ledger's business. One token for all lets any process finish what another took, and a lock longer
 * than any shift keeps BullMQ from handing out by itself what the ledger still counts as held.
 */
const TOKEN = 'ledger';
const LOCK_MS = 24 * 3_600_000;
const WAKE_CHANNEL = 'lineside:wake';

/** The BullMQ queues, one per line. They move work and may be lost: the ledger rebuilds them. */
@Injectable()
export class Conveyor implements OnApplicationShutdown {
  private readonly logger = new Logger(Conveyor.name);
  private readonly queues = new Map<string, Queue<Ticket>>();
  private readonly workers = new Map<string, Worker<Ticket>>();
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly subscriber: Redis;

  constructor(
    @Inject(Redis) private readonly redis: Redis,
    @Inject(CONFIG) config: Config,
  ) {
    this.subscriber = openRedis(config.REDIS_URL, 'wake');
    // A dropped subscriber subscribes again by itself (ioredis: autoResubscribe).
    this.subscriber.on('message', (_channel, line) => this.wakeHere(line));
    this.subscriber
      .connect()
      .then(() => this.subscriber.subscribe(WAKE_CHANNEL))
      .catch((error: unknown) => this.logger.warn({ event: 'conveyor.no_wake_channel', error }));
  }

  /** Puts the next attempts of these jobs on the line's belt. What lies there already stays as it is. */
  async put(line: string, jobs: readonly { id: number; attempt: number }[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.queue(line).addBulk(jobs.map(({ id, attempt }) => ({ name: 'program', data: { jobId: id }, opts: { jobId: ticketId(id, attempt + 1) } })));
    await this.redis.publish(WAKE_CHANNEL, line);
  }

  /** The next ticket, or undefined when the belt is empty. Rejects when Redis is away. */
  async take(line: string): Promise<Taken | undefined> {
    // BullMQ answers null, undefined or a job without data, depending on how the belt is empty.
    const ticket = (await this.worker(line).getNextJob(TOKEN, { block: false })) as QueueJob<Ticket> | null | undefined;
    if (!ticket?.data) return undefined;
    return toTaken(ticket);
  }

  /** Marks an attempt's ticket as over, for the people who look at the queue. Best effort: the ledger knows better. */
  async finish(line: string, jobId: number, attempt: number, failure?: string): Promise<void> {
    try {
      const ticket = await this.queue(line).getJob(ticketId(jobId, attempt));
      if (!ticket) return;
      if (await ticket.isWaiting()) await ticket.remove(); // claimed by its serial, so never taken off the belt
      else if (failure === undefined) await ticket.moveToCompleted('passed', TOKEN, false);
      else await ticket.moveToFailed(new UnrecoverableError(failure), TOKEN, false);
    } catch (error) {
      this.logger.debug({ event: 'conveyor.ticket_left', line, jobId, attempt, error });
    }
  }

  /** Resolves true when work may have come for the line, false after `ms` or when `signal` aborts. */
  waitForWork(line: string, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const waiters = this.waiting.get(line) ?? new Set();
      this.waiting.set(line, waiters);
      const settle = (woken: boolean) => {
        clearTimeout(timer);
        waiters.delete(wake);
        signal.removeEventListener('abort', abort);
        resolve(woken);
      };
      const wake = () => settle(true);
      const abort = () => settle(false);
      const timer = setTimeout(() => settle(false), ms);
      waiters.add(wake);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  async waitingCount(line: string): Promise<number> {
    return this.queue(line).getWaitingCount();
  }

  /** Tickets that were taken and not finished. */
  async taken(line: string): Promise<Taken[]> {
    return (await this.queue(line).getActive(0, 999)).map(toTaken);
  }

  queue(line: string): Queue<Ticket> {
    let queue = this.queues.get(line);
    if (!queue) {
      queue = new Queue<Ticket>(queueName(line), {
        connection: this.redis,
        defaultJobOptions: { attempts: 1, removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } },
        streams: { events: { maxLen: 100 } },
      });
      queue.on('error', (error) => this.logger.warn({ event: 'conveyor.error', line, error: error.message }));
      this.queues.set(line, queue);
    }
    return queue;
  }

  async onApplicationShutdown() {
    await Promise.allSettled([...this.workers.values(), ...this.queues.values()].map((part) => part.close()));
    this.subscriber.disconnect();
  }

  /** A worker that only claims by hand, on the shared connection: hundreds of lines need no connection of their own. */
  private worker(line: string): Worker<Ticket> {
    let worker = this.workers.get(line);
    if (!worker) {
      worker = new Worker<Ticket>(
        queueName(line),
        null,
        { connection: this.redis, autorun: false, skipStalledCheck: true, lockDuration: LOCK_MS, name: `api-${randomUUID()}` },
        (name, options, roles) => createRedisBackend(name, options, { ...roles, withBlockingConnection: false }),
      );
      worker.on('error', (error) => this.logger.warn({ event: 'conveyor.error', line, error: error.message }));
      this.workers.set(line, worker);
    }
    return worker;
  }

  private wakeHere(line: string) {
    for (const wake of [...(this.waiting.get(line) ?? [])]) wake();
  }
}

function toTaken(ticket: QueueJob<Ticket>): Taken {
  return {
    jobId: ticket.data.jobId,
    takenAt: ticket.processedOn ?? 0,
    putBack: async () => void (await ticket.moveToWait(TOKEN)),
    drop: async () => void (await ticket.moveToFailed(new UnrecoverableError('settled by the ledger'), TOKEN, false)),
  };
}
