import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createRedisBackend, type Job as QueueJob, Queue, UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { type AnyRedis, isCluster } from '../platform/redis/redis.js';
import { RedisCircuit } from '../platform/redis/redis-circuit.js';
import { jobName } from './job.schema.js';
import { differenceOf } from './queue-difference.js';
import { placeKey, placeOfKey, type QueuePlace, queueName } from './queue-place.js';
import type { QueuedJob } from './waiting-jobs.queries.js';
import { WorkWakes } from './work-wakes.js';

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
/** Entries that are over and stay for people who look into Redis: few, where there may be thousands of queues. */
const keptIn = ({ assignedTo }: QueuePlace) => ({ count: assignedTo === '' ? 1_000 : 10 });

/** The job of an entry's id. */
export const jobOf = (entry: string) => Number(/^job-(\d+)-a/.exec(entry)?.[1] ?? 0);

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
/** Queues whose depth is asked for together. */
const ASKED_AT_ONCE = 500;
/** Queues and claimers that a process has open. Those of slots come and go with what is assigned. */
const MOST_OPEN = 512;

/** What is in a queue: ids of entries, those that wait in their order. */
interface Entries {
  waiting: string[];
  taken: string[];
}

/** The BullMQ queues: a pool per line and step, and one per station and slot to which work is assigned. They move work and may be lost: the ledger rebuilds them. Whatever asks Redis rejects soon when it is away or hangs. */
@Injectable()
export class LineQueues implements OnApplicationShutdown {
  private readonly logger = new Logger(LineQueues.name);
  private readonly queues = openOnes<Queue<Entry>>();
  private readonly workers = openOnes<Worker<Entry>>();

  constructor(
    @Inject(Redis) private readonly redis: AnyRedis,
    @Inject(RedisCircuit) private readonly circuit: RedisCircuit,
    private readonly wakes: WorkWakes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Queues the next attempts of these jobs, each behind those of its rank. What is in the queue already stays as it is. */
  async put(at: QueuePlace, jobs: readonly QueuedJob[], atOnce = PUT_AT_ONCE): Promise<void> {
    if (jobs.length === 0) return;
    // Each has a priority: BullMQ hands out those without one before all others.
    const entries = jobs.map(({ id, attempt, rank }) => ({ name: 'program', data: { jobId: id }, opts: { jobId: entryId(id, attempt + 1), priority: rank } }));
    for (let first = 0; first < entries.length; first += atOnce) {
      await this.keep(() => this.queue(at).addBulk(entries.slice(first, first + atOnce)));
    }
    await this.keep(() => this.wakes.announce(at));
  }

  /**
   * Brings the queue to what the ledger hands out there (`next`, asked after the queue was looked at), in its order. A claim that finds it empty meanwhile asks the ledger.
   * Answers ids of entries that were taken and not finished.
   */
  async bring(at: QueuePlace, next: () => Promise<QueuedJob[]>): Promise<string[]> {
    const { waiting, taken } = await this.entries(at);
    const held = new Set(taken);
    const wanted = (await next()).map((job) => ({ ...job, entry: entryId(job.id, job.attempt + 1) })).filter(({ entry }) => !held.has(entry));
    const difference = differenceOf(waiting, wanted);
    if (difference === 'anew') {
      await this.keep(() => this.queue(at).drain());
      // In one piece, so that another process that does the same at this moment puts nothing in between.
      await this.put(at, wanted, wanted.length);
    } else {
      for (const entry of difference.stale) await this.keep(() => this.queue(at).remove(entry));
      await this.put(at, difference.missing);
    }
    return taken;
  }

  /** The next entry, or undefined when the queue is empty. A claim goes on from the ledger when this rejects. */
  async take(at: QueuePlace): Promise<TakenEntry | undefined> {
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
  async finish(at: QueuePlace, jobId: number, attempt: number, ending: 'passed' | 'handed-back' | { failure: string }): Promise<void> {
    await this.keep(async () => {
      const entry = await this.queue(at).getJob(entryId(jobId, attempt));
      if (!entry) return;
      if (!(await entry.isActive())) await entry.remove(); // claimed by its serial, so never taken from the queue
      else if (ending === 'passed') await entry.moveToCompleted('passed', TOKEN, false);
      else if (ending === 'handed-back') await removeTaken(entry);
      else await entry.moveToFailed(new UnrecoverableError(ending.failure), TOKEN, false);
    });
  }

  async waitingCount(at: QueuePlace): Promise<number> {
    return this.circuit.ask(() => this.queue(at).getJobCountByTypes('waiting', 'prioritized'));
  }

  /** Those of these entries that were taken and not finished. */
  async findTaken(at: QueuePlace, entries: readonly string[]): Promise<TakenEntry[]> {
    const found = await this.keep(() => Promise.all(entries.map((entry) => this.queue(at).getJob(entry))));
    return found.filter((entry) => entry !== undefined).map((entry) => this.toTaken(entry));
  }

  /** How many entries wait in each of these, in their order. */
  async depths(places: readonly QueuePlace[]): Promise<number[]> {
    const depths: number[] = [];
    for (let first = 0; first < places.length; first += ASKED_AT_ONCE) {
      depths.push(...(await this.keep(() => Promise.all(places.slice(first, first + ASKED_AT_ONCE).map((at) => this.redis.zcard(this.keyOf(at, 'prioritized')))))));
    }
    return depths;
  }

  private entries(at: QueuePlace): Promise<Entries> {
    return this.keep(async () => {
      const key = (part: string) => this.keyOf(at, part);
      // What waits without a priority was put there by an earlier version; the newest stands first.
      const [old, waiting, taken] = await Promise.all([this.redis.lrange(key('wait'), 0, -1), this.redis.zrange(key('prioritized'), 0, '-1'), this.redis.lrange(key('active'), 0, -1)]);
      return { waiting: [...old.toReversed(), ...waiting], taken };
    });
  }

  async onApplicationShutdown() {
    // BullMQ's parts wait for a Redis that hangs.
    const closed = Promise.allSettled([...this.workers.values(), ...this.queues.values()].map((part) => part.close()));
    await Promise.race([closed, pause(this.circuit.isAway ? 0 : CLOSE_MS, undefined, { ref: false })]);
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
  known(): QueuePlace[] {
    return [...this.queues.keys()].map(placeOfKey);
  }

  private queue(at: QueuePlace): Queue<Entry> {
    return this.kept(this.queues, at, () =>
      new Queue<Entry>(queueName(at), {
        connection: this.redis,
        ...this.prefixOf(at),
        defaultJobOptions: { attempts: 1, removeOnComplete: keptIn(at), removeOnFail: keptIn(at) },
        streams: { events: { maxLen: keptIn(at).count / 10 } },
      }).on('error', (error) => this.warn(at, error)));
  }

  /** A worker that only claims by hand, on the shared connection: hundreds of queues need no connection of their own. */
  private worker(at: QueuePlace): Worker<Entry> {
    return this.kept(this.workers, at, () =>
      new Worker<Entry>(
        queueName(at),
        null,
        { connection: this.redis, ...this.prefixOf(at), autorun: false, skipStalledCheck: true, lockDuration: LOCK_MS, name: `api-${randomUUID()}` },
        (name, options, roles) => createRedisBackend(name, options, { ...roles, withBlockingConnection: false }),
      ).on('error', (error) => this.warn(at, error)));
  }

  /** In a Cluster all keys of a queue must lie in one slot, and those of different queues on different nodes. */
  private prefixOf(at: QueuePlace): { prefix?: string } {
    return isCluster(this.config) ? { prefix: `{bull-${placeKey(at)}}` } : {};
  }

  /** As BullMQ names the parts of a queue. */
  private keyOf(at: QueuePlace, part: string): string {
    return `${this.prefixOf(at).prefix ?? 'bull'}:${queueName(at)}:${part}`;
  }

  /** One that Redis did not greet in time stays useless for good, and is made anew the next time. */
  private kept<Part extends { waitUntilReady(): Promise<unknown>; close(): Promise<void> }>(parts: OpenOnes<Part>, at: QueuePlace, make: () => Part): Part {
    const key = placeKey(at);
    const known = parts.get(key);
    if (known) return known;
    const part = make();
    part.waitUntilReady().catch(() => {
      if (parts.get(key) === part) parts.delete(key);
    });
    parts.set(key, part);
    return part;
  }

  private warn(at: QueuePlace, error: Error) {
    this.logger.warn({ event: 'queues.error', ...at, error: error.message });
  }
}

type OpenOnes<Part extends { close(): Promise<void> }> = LRUCache<string, Part>;

/** They share a connection: one that is closed because others were used since costs nothing but the next one of its name. */
function openOnes<Part extends { close(): Promise<void> }>(): OpenOnes<Part> {
  return new LRUCache<string, Part>({ max: MOST_OPEN, dispose: (part) => void part.close().catch(() => undefined) });
}

/** BullMQ keeps what has failed, and would swallow another entry of the same id. */
async function removeTaken(entry: QueueJob<Entry>): Promise<void> {
  entry.opts.removeOnFail = true;
  await entry.moveToFailed(new UnrecoverableError('handed back'), TOKEN, false);
}
