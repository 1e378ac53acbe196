import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type IndexedLeaf, LogFollower } from '../audit/log-follower.js';
import { CONFIG, type Config } from '../config/config.js';
import type { AssignedQueue } from '../stations/assigned-work.js';
import { WorkLoop } from '../platform/work-loop.js';
import { JobCountsRepository } from './job-counts.repository.js';
import { jobOf, LineQueues } from './line-queues.js';
import { distinct, placeKey, placeOfKey, placeOfQueue, type QueuePlace } from './queue-place.js';
import { WaitingJobsQueries } from './waiting-jobs.queries.js';

/** An attempt is over. */
const ENDS = ['job.released', 'job.lease-expired', 'job.result', 'job.claim-undone'] as const;
/** What is handed out of an order changes, or when. */
const ORDER_CHANGES = ['work-order.released', 'work-order.held', 'work-order.resumed', 'work-order.raised', 'work-order.prioritised', 'work-order.closed', 'work-order.cancelled'] as const;
/** A unit has a new job. */
const NEW_JOBS = ['unit.reworked', 'unit.released'] as const;
/** A job waits elsewhere, or before others. */
const JOB_CHANGES = ['job.moved', 'job.put-first'] as const;
const EVENTS = [...JOB_CHANGES, ...ORDER_CHANGES, ...ENDS, ...NEW_JOBS] as const;
type NewJobLeaf = IndexedLeaf<(typeof NEW_JOBS)[number]>;
type OrderLeaf = IndexedLeaf<(typeof ORDER_CHANGES)[number]>;
type ChangedLeaf = IndexedLeaf<(typeof JOB_CHANGES)[number]>;
type EndLeaf = IndexedLeaf<(typeof ENDS)[number]>;
type Leaf = IndexedLeaf<(typeof EVENTS)[number]>;

const REPAIR_EVERY_MS = 10_000;
/** So many entries of a queue at most: whoever finds its queue empty asks the ledger, so that more of them would only cost. */
const DEPTH = 1_000;
/** An entry this old whose job the ledger still counts as queued belongs to a claim that died half-way. */
const STRANDED_MS = 10_000;
const REPAIRED_AT_ONCE = 8;
/** Repairs within which each queue of a slot is looked at, also where it has as many entries as it should. */
const TURNS = 6;

/**
 * Keeps the queues true to the ledger: what the log tells goes into them within a moment, and what Redis has missed or lost is put
 * right every ten seconds. Runs in the worker role; no request waits for it.
 */
@Injectable()
export class QueueUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;
  private turn = 0;

  constructor(
    private readonly counts: JobCountsRepository,
    private readonly waiting: WaitingJobsQueries,
    private readonly queues: LineQueues,
    @Inject(CONFIG) private readonly config: Config,
    log: LogFollower,
  ) {
    log.follow({ name: 'queues', events: EVENTS, read: (leaves) => this.read(leaves) });
    this.loop = WorkLoop.every(QueueUpkeep.name, REPAIR_EVERY_MS, () => this.repair());
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** Makes the queues true again after Redis was wiped, restarted or missed something. Rejects when Redis is away. */
  async repair(): Promise<void> {
    await this.counts.fold();
    const [pools, assigned] = [await this.waiting.pools(), await this.amiss(await this.waiting.countAssigned())];
    const places = distinct([...pools, ...assigned, ...this.queues.known()]);
    for (let first = 0; first < places.length; first += REPAIRED_AT_ONCE) {
      await Promise.all(places.slice(first, first + REPAIRED_AT_ONCE).map(async (place) => this.returnStranded(place, await this.bring(place))));
    }
  }

  /** Those of these queues that have not as many entries as jobs wait there, and in turns some of the others: there may be thousands of them, in which nothing has changed. */
  private async amiss(assigned: readonly AssignedQueue[]): Promise<QueuePlace[]> {
    const places = assigned.map(({ queue, line }) => placeOfQueue(queue, line)!);
    const depths = await this.queues.depths(places);
    this.turn = (this.turn + 1) % TURNS;
    return places.filter((_, at) => depths[at] !== Math.min(assigned[at]!.jobs, DEPTH) || at % TURNS === this.turn);
  }

  /** The entries of attempts that have ended are over, jobs that may be worked on get their next one, and where orders or jobs come before or after others now, the queue does as the ledger. */
  private async read(leaves: readonly Leaf[]): Promise<void> {
    const ended = leaves.filter((leaf): leaf is EndLeaf => ENDS.some((event) => event === leaf.event));
    const places = await this.waiting.placesOf(ended.map(({ facts }) => facts.job));
    for (const { event, facts } of ended) {
      const place = places.get(facts.job);
      if (place !== undefined) await this.queues.finish(place, facts.job, facts.attempt, endingOf(event, 'outcome' in facts ? facts.outcome : undefined));
    }
    const made = leaves.filter((leaf): leaf is NewJobLeaf => NEW_JOBS.some((event) => event === leaf.event)).flatMap(({ facts }) => facts.job ?? []);
    const following = ended.flatMap(({ facts }) => ('next' in facts ? (facts.next ?? []) : []));
    const again = await this.waiting.queuedAmong([...new Set([...ended.map(({ facts }) => facts.job), ...following, ...made])]);
    for (const [key, jobs] of Map.groupBy(again, ({ place }) => placeKey(place))) await this.queues.put(placeOfKey(key), jobs);
    const changed = leaves.filter((leaf): leaf is OrderLeaf => ORDER_CHANGES.some((event) => event === leaf.event));
    const orders = await this.waiting.placesOfOrders([...new Set(changed.map(({ facts }) => facts.id))]);
    const moved = await this.placesOfChanged(leaves.filter((leaf): leaf is ChangedLeaf => JOB_CHANGES.some((event) => event === leaf.event)));
    for (const place of distinct([...orders, ...moved])) await this.bring(place);
  }

  /** Where these jobs wait, and where they did. */
  private async placesOfChanged(leaves: readonly ChangedLeaf[]): Promise<QueuePlace[]> {
    const places = await this.waiting.placesOf([...new Set(leaves.map(({ facts }) => facts.job))]);
    const before = leaves.flatMap(({ facts }) => ('from' in facts ? (placeOfQueue(facts.from, places.get(facts.job)?.line ?? '') ?? []) : []));
    return distinct([...places.values(), ...before]);
  }

  /** Entries that were taken by a claim which then died: back into the queue, or out of it where the job has moved on. */
  private async returnStranded(place: QueuePlace, taken: readonly string[]): Promise<void> {
    const notLeased = await this.waiting.notLeasedAmong(taken.map(jobOf));
    const entries = await this.queues.findTaken(place, taken.filter((entry) => notLeased.has(jobOf(entry))));
    const stranded = entries.filter(({ takenAt }) => Date.now() - takenAt >= STRANDED_MS);
    const queued = new Map((await this.waiting.queuedAmong(stranded.map(({ jobId }) => jobId))).map((job) => [job.id, placeKey(job.place)]));
    for (const entry of stranded) {
      if (queued.get(entry.jobId) === placeKey(place)) await entry.putBack();
      else await entry.drop();
    }
  }

  private bring(place: QueuePlace): Promise<string[]> {
    return this.queues.bring(place, () => this.waiting.next(place, DEPTH));
  }
}

/** What the queue shows of an attempt. */
function endingOf(event: Leaf['event'], outcome: string | undefined): Parameters<LineQueues['finish']>[3] {
  if (event !== 'job.result' || outcome === undefined) return 'handed-back';
  return outcome === 'PASS' ? 'passed' : { failure: outcome };
}
