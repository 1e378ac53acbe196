import { BaseAdapter } from '@bull-board/api/dist/queueAdapters/base.js';
import type { JobCounts, JobStatus, QueueJob, Status } from '@bull-board/api/typings/app';
import { JobId } from '../programming/job.schema.js';
import type { JobCounts as LedgerCounts } from '../programming/job-counts.repository.js';
import type { JobState } from '../programming/job.tables.js';
import type { QueuePlace } from '../programming/queue-place.js';
import type { JobsQueries, ShownJob } from './jobs.queries.js';

/** The board's words for a job's states. Cancelled jobs are not shown: GET /v1/queues counts them. */
const STATE_OF: Partial<Record<JobStatus, JobState>> = { active: 'leased', waiting: 'queued', completed: 'passed', failed: 'failed' };
const STATUSES = ['active', 'waiting', 'completed', 'failed'] as const satisfies JobStatus[];

/** Where the board reads. */
export interface LineOfLedger {
  place: QueuePlace;
  name: string;
  jobs: JobsQueries;
  counts: () => Promise<LedgerCounts>;
}

/**
 * The jobs of a queue for bull-board, from the ledger: the queue in Redis holds ids of what comes next, keeps the last of what is over, and
 * may be away. Read-only: the board asks for nothing that changes anything.
 */
export class LedgerQueue extends BaseAdapter {
  constructor(private readonly from: LineOfLedger) {
    super('bull', { readOnlyMode: true, description: `${from.place.assignedTo === '' ? `Jobs of the step ${from.place.step}` : `What is assigned to ${from.place.assignedTo}`} on line ${from.place.line}, as the ledger has them` });
  }

  getName(): string {
    return this.from.name;
  }

  override getStatuses(): Status[] {
    return ['latest', ...STATUSES];
  }

  override getJobStatuses(): JobStatus[] {
    return [...STATUSES];
  }

  async getJobCounts(): Promise<JobCounts> {
    const { queued, leased, passed, failed } = await this.from.counts();
    return { latest: 0, waiting: queued, active: leased, completed: passed, failed, delayed: 0, prioritized: 0, paused: 0, 'waiting-children': 0 };
  }

  async getJobs(statuses: JobStatus[], start = 0, end = 9): Promise<QueueJob[]> {
    const states = statuses.map((status) => STATE_OF[status]).filter((state) => state !== undefined);
    const pages = await Promise.all(states.map((state) => this.from.jobs.of(this.from.place, state, start, end - start + 1)));
    return pages.flat().map(toQueueJob);
  }

  async getJob(id: string): Promise<QueueJob | undefined> {
    const number = JobId.safeParse(id);
    const job = number.success ? await this.from.jobs.find(number.data) : undefined;
    return job && toQueueJob(job);
  }

  getJobLogs = () => Promise.resolve([]);
  getMetrics = () => Promise.resolve({ meta: { count: 0, prevTS: 0, prevCount: 0 }, data: [], count: 0 });
  getRedisInfo = () => Promise.resolve(null);
  isPaused = () => Promise.resolve(false);
  getGlobalConcurrency = () => Promise.resolve(null);
  getJobSchedulers = () => Promise.resolve([]);
  getJobSchedulersCount = () => Promise.resolve(0);

  clean = readOnly;
  addJob = readOnly;
  pause = readOnly;
  resume = readOnly;
  empty = readOnly;
  obliterate = readOnly;
  promoteAll = readOnly;
  removeJobScheduler = readOnly;
  updateJobScheduler = readOnly;
  runJobSchedulerNow = readOnly;
  setGlobalConcurrency = readOnly;
}

/** The board's own routes refuse before they come here. */
function readOnly(): Promise<never> {
  return Promise.reject(new Error('The board is read-only'));
}

function toQueueJob(job: ShownJob): QueueJob {
  const { id, state, serial, workOrder, attempt, station, slot, phase, updatedAt } = job;
  const at = +updatedAt;
  const isOver = state !== 'queued' && state !== 'leased';
  const status = STATUSES.find((each) => STATE_OF[each] === state) ?? 'unknown';
  return {
    opts: {},
    promote: readOnly,
    remove: readOnly,
    retry: readOnly,
    getState: () => Promise.resolve(status),
    toJSON: () => ({
      id, name: `${serial} · ${workOrder}`, data: { serial, workOrder, attempt, station, slot, phase }, progress: 0, attemptsMade: attempt, timestamp: at,
      processedOn: state === 'queued' ? null : at, finishedOn: isOver ? at : null, failedReason: state === 'failed' ? 'failed' : '', stacktrace: [], returnvalue: null, opts: {},
    }),
  };
}
