import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { AuditEvents } from '../audit/audit-log.js';
import { type IndexedLeaf, LogFollower } from '../audit/log-follower.js';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { StationRepository } from '../stations/station.repository.js';
import { JobRepository } from './job.repository.js';
import { LineQueues } from './line-queues.js';

const EVENTS = ['work-order.released', 'job.released', 'job.lease-expired', 'job.result'] as const;
type Leaf = IndexedLeaf<(typeof EVENTS)[number]>;

const REPAIR_EVERY_MS = 10_000;
const PAGE = 1_000;
/** An entry this old whose job the ledger still counts as queued belongs to a claim that died half-way. */
const STRANDED_MS = 10_000;

/**
 * Keeps the queues true to the ledger: what the log tells goes into them within a moment, and what Redis has missed or lost is put
 * right every ten seconds. Runs in the worker role; no request waits for it.
 */
@Injectable()
export class QueueUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;

  constructor(
    private readonly jobs: JobRepository,
    private readonly stations: StationRepository,
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
    const [lines, counts] = await Promise.all([this.stations.lines(), this.jobs.countByState()]);
    for (const { id: line } of lines) {
      await this.returnStranded(line);
      const queued = counts.find((row) => row.line === line && row.state === 'queued')?.count ?? 0;
      if (queued > (await this.queues.waitingCount(line))) await this.fill(line);
    }
  }

  /** The entries of attempts that have ended are over, and jobs that may be worked on get their next one. */
  private async read(leaves: readonly Leaf[]): Promise<void> {
    const ended = leaves.filter((leaf): leaf is IndexedLeaf<'job.released' | 'job.lease-expired' | 'job.result'> => leaf.event !== 'work-order.released');
    const lines = await this.jobs.linesOf(ended.map(({ facts }) => facts.job));
    for (const { event, facts } of ended) {
      const line = lines.get(facts.job);
      if (line !== undefined) await this.queues.finish(line, facts.job, facts.attempt, failureOf(event, 'outcome' in facts ? facts.outcome : undefined));
    }
    const again = await this.jobs.queuedAmong([...new Set(ended.map(({ facts }) => facts.job))]);
    for (const [line, jobs] of Map.groupBy(again, (job) => job.line)) await this.queues.put(line, jobs);
    for (const leaf of leaves) {
      if (leaf.event !== 'work-order.released') continue;
      const line = await this.jobs.lineOfOrder((leaf.facts as AuditEvents['work-order.released']).id);
      if (line !== undefined) await this.fill(line);
    }
  }

  /** Entries that were taken by a claim which then died: back into the queue, or out of it where the job has moved on. */
  private async returnStranded(line: string): Promise<void> {
    for (const entry of await this.queues.taken(line)) {
      if (Date.now() - entry.takenAt < STRANDED_MS) continue;
      const job = await this.jobs.find(entry.jobId);
      if (job?.state === 'queued') await entry.putBack();
      else if (job?.state !== 'leased') await entry.drop();
    }
  }

  private async fill(line: string): Promise<void> {
    let after = 0;
    for (;;) {
      const jobs = await this.jobs.queued(line, after, PAGE);
      await this.queues.put(line, jobs);
      const last = jobs.at(-1);
      if (!last || jobs.length < PAGE) return;
      after = last.id;
    }
  }
}

/** What the queue shows of an attempt that did not pass; undefined for one that did. */
function failureOf(event: Leaf['event'], outcome: string | undefined): string | undefined {
  if (event !== 'job.result') return 'handed back';
  return outcome === 'PASS' ? undefined : outcome;
}
