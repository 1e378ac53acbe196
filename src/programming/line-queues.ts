import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createRedisBackend, type Job as QueueJob, Queue, UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { CONFIG, type Config } from '../config/config.js';
import { type AnyRedis, channelOf, isCluster, openRedis } from '../platform/redis/redis.js';
import { RedisCircuit } from '../platform/redis/redis-circuit.js';
import { jobName } from './job.schema.js';
import { type LineStep, lineStepKey, lineStepOf, queueName } from './line-step.js';

/** What a queue entry holds: an id. Whatever else there is to know is read fresh from the ledger. */
interface Entry {
  jobId: number;
}

/** A queue entry that was taken and is not finished. */
export interface TakenEntry extends Entry {
  /** Milliseconds since 1970, by this machine's clock. */
  takenAt: number;
  /** The ledger could not be asked, or still counts the job as queued. */
  putBack(): Promise<void>;
  /** Somebody claimed the unit by its serial, or the job is over or may not be handed out. It leaves no trace, so that it can come again. */
  drop(): Promise<void>;
}

/** One entry per attempt: an id that BullMQ keeps for the record would silently swallow the next attempt. */
const entryId = (jobId: number, attempt: number) => `${jobName(jobId)}-a${attempt}`;

/**
 * Leases are the ledger's business. One token for all lets any process finish what another took, and a lock longer
 * than any shift keeps BullMQ from handing out by itself what the ledger still counts as held.
 */
const TOKEN = 'ledger';
const LOCK_MS = 24 * 3_600_000;
/** How long a shutdown waits for Redis, in milliseconds. */
const CLOSE_MS = 2_000;
/** How long the upkeep of the queues waits for Redis, in milliseconds. No station waits for it. */
const UPKEEP_MS = 5_000;
/** Entries that one question puts into a queue. */
const PUT_AT_ONCE = 100;

/** The BullMQ queues, one per line and step. They move work and may be lost: the ledger rebuilds them. Whatever asks Redis rejects soon when it is away or hangs. */
@Injectable()
export class LineQueues implements OnApplicationShutdown {
  private readonly logger = new Logger(LineQueues.name);
  private readonly queues = new Map<string, Queue<Entry>>();
  private readonly workers = new Map<string, Worker<Entry>>();
  /** By line. */
  private readonly waiting = new Map<string, Set<{ steps: readonly string[]; wake: () => void }>>();
  private readonly wakeChannel: string;
  private readonly subscriber: AnyRedis;

  constructor(
    @Inject(Redis) private readonly redis: AnyRedis,
    @Inject(RedisCircuit) private readonly circuit: RedisCircuit,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.wakeChannel = channelOf(config, 'lineside:wake');
    this.subscriber = openRedis(config, 'wake');
    this.subscriber.on('message', (_channel, at) => this.wakeHere(lineStepOf(at)));
    // Redis may come later than this process, or come back.
    this.subscriber.on('ready', () => {
      this.subscriber.subscribe(this.wakeChannel).catch((error: unknown) => this.logger.warn({ event: 'queues.no_wake_channel', error }));
    });
    this.subscriber.connect().catch(() => undefined); // it goes on trying
  }

  /** Queues the next attempts of these jobs. What is in the queue already stays as it is. */
  async put(at: LineStep, jobs: readonly { id: number; attempt: number }[]): Promise<void> {
    if (jobs.length === 0) return;
    const entries = jobs.map(({ id, attempt }) => ({ name: 'program', data: { jobId: id }, opts: { jobId: entryId(id, attempt + 1) } }));
    for (let first = 0; first < entries.length; first += PUT_AT_ONCE) {
      await this.keep(() => this.queue(at).addBulk(entries.slice(first, first + PUT_AT_ONCE)));
    }
    await this.keep(() => this.redis.publish(this.wakeChannel, lineStepKey(at)));
  }

  /** The next entry, or undefined when the queue is empty. A claim goes on from the ledger when this rejects. */
  async take(at: LineStep): Promise<TakenEntry | undefined> {
    const take = async () => {
      // BullMQ answers null, undefined or a job without data, depending on how the queue is empty.
      const entry = (await this.worker(at).getNextJob(TOKEN, { block: false })) as QueueJob<Entry> | null | undefined;
      return entry?.data ? entry : undefined;
    };
    // An answer that comes too late was taken for nobody, and goes back while the circuit still keeps everybody else waiting.
    const entry = await this.circuit.ask(take, { tooLate: (late) => void late?.moveToWait(TOKEN).catch(() => undefined) });
    return entry && this.toTaken(entry);
  }

  /** Marks an attempt's entry as over, for the people who look at the queue. `handedBack`: it leaves no trace. */
  async finish(at: LineStep, jobId: number, attempt: number, ending: 'passed' | 'handed-back' | { failure: string }): Promise<void> {
    await this.keep(async () => {
      const entry = await this.queue(at).getJob(entryId(jobId, attempt));
      if (!entry) return;
      if (await entry.isWaiting()) await entry.remove(); // claimed by its serial, so never taken from the queue
      else if (ending === 'passed') await entry.moveToCompleted('passed', TOKEN, false);
      else if (ending === 'handed-back') await removeTaken(entry);
      else await entry.moveToFailed(new UnrecoverableError(ending.failure), TOKEN, false);
    });
  }

  /** Resolves true when work may have come for one of these steps of the line (none: any), false after `ms` or when `signal` aborts. */
  waitForWork(line: string, steps: readonly string[], ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const waiters = this.waiting.get(line) ?? new Set();
      this.waiting.set(line, waiters);
      const end = (woken: boolean) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
        resolve(woken);
      };
      const waiter = { steps, wake: () => end(true) };
      const abort = () => end(false);
      const timer = setTimeout(() => end(false), ms);
      waiters.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  async waitingCount(at: LineStep): Promise<number> {
    return this.circuit.ask(() => this.queue(at).getWaitingCount());
  }

  /** Entries that were taken and not finished. */
  async taken(at: LineStep): Promise<TakenEntry[]> {
    return this.keep(async () => (await this.queue(at).getActive(0, 999)).map((entry) => this.toTaken(entry)));
  }

  async onApplicationShutdown() {
    // BullMQ's parts wait for a Redis that hangs.
    const closed = Promise.allSettled([...this.workers.values(), ...this.queues.values()].map((part) => part.close()));
    await Promise.race([closed, pause(this.circuit.isAway ? 0 : CLOSE_MS, undefined, { ref: false })]);
    this.subscriber.disconnect();
  }

  private keep<T>(work: () => Promise<T>): Promise<T> {
    return this.circuit.ask(work, { withinMs: UPKEEP_MS });
  }

  private toTaken(entry: QueueJob<Entry>): TakenEntry {
    return {
      jobId: entry.data.jobId,
      takenAt: entry.processedOn ?? 0,
      putBack: () => this.circuit.ask(async () => void (await entry.moveToWait(TOKEN))),
      drop: () => this.circuit.ask(() => removeTaken(entry)),
    };
  }

  /** Those of which this process has put or counted anything. */
  known(): LineStep[] {
    return [...this.queues.keys()].map(lineStepOf);
  }

  private queue(at: LineStep): Queue<Entry> {
    return this.kept(this.queues, at, () =>
      new Queue<Entry>(queueName(at), {
        connection: this.redis,
        ...this.prefixOf(at),
        defaultJobOptions: { attempts: 1, removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } },
        streams: { events: { maxLen: 100 } },
      }).on('error', (error) => this.warn(at, error)));
  }

  /** A worker that only claims by hand, on the shared connection: hundreds of queues need no connection of their own. */
  private worker(at: LineStep): Worker<Entry> {
    return this.kept(this.workers, at, () =>
      new Worker<Entry>(
        queueName(at),
        null,
        { connection: this.redis, ...this.prefixOf(at), autorun: false, skipStalledCheck: true, lockDuration: LOCK_MS, name: `api-${randomUUID()}` },
        (name, options, roles) => createRedisBackend(name, options, { ...roles, withBlockingConnection: false }),
      ).on('error', (error) => this.warn(at, error)));
  }

  /** In a Cluster all keys of a queue must lie in one slot, and those of different queues on different nodes. */
  private prefixOf(at: LineStep) {
    return isCluster(this.config) ? { prefix: `{bull-${lineStepKey(at)}}` } : {};
  }

  /** One that Redis did not greet in time stays useless for good, and is made anew the next time. */
  private kept<Part extends { waitUntilReady(): Promise<unknown>; close(): Promise<void> }>(parts: Map<string, Part>, at: LineStep, make: () => Part): Part {
    const key = lineStepKey(at);
    const known = parts.get(key);
    if (known) return known;
    const part = make();
    part.waitUntilReady().catch(() => {
      if (parts.get(key) === part) parts.delete(key);
      part.close().catch(() => undefined);
    });
    parts.set(key, part);
    return part;
  }

  private warn(at: LineStep, error: Error) {
    this.logger.warn({ event: 'queues.error', ...at, error: error.message });
  }

  private wakeHere({ line, step }: LineStep) {
    for (const { steps, wake } of this.waiting.get(line)?.values().toArray() ?? []) if (steps.length === 0 || steps.includes(step)) wake();
  }
}

/** BullMQ keeps what has failed, and would swallow another entry of the same id. */
async function removeTaken(entry: QueueJob<Entry>): Promise<void> {
  entry.opts.removeOnFail = true;
  await entry.moveToFailed(new UnrecoverableError('handed back'), TOKEN, false);
}
