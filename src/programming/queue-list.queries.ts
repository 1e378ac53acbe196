import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../config/config.js';
import { textArray } from '../platform/database/arrays.js';
import { Database } from '../platform/database/database.js';
import { type Pause, Pauses } from '../stations/pauses.js';
import { silentMs } from '../stations/pace.js';
import { type JobCounts, JobCountsRepository, NONE } from './job-counts.repository.js';
import { LineQueues } from './line-queues.js';
import { placeKey, type QueuePlace, queueName } from './queue-place.js';
import { WaitingJobsQueries } from './waiting-jobs.queries.js';

/** Why nobody comes for what is assigned there. */
export type Stranded = 'out-of-service' | 'paused' | 'no-session' | 'step-not-done';

/** A queue as people look at it. */
export interface ShownQueue {
  id: string;
  line: string;
  /** Empty for what is assigned: of whichever step it is. */
  step: string;
  name: string;
  station: string | null;
  slot: string | null;
  jobs: JobCounts;
  /** Entries in Redis; null: it is away. */
  waiting: number | null;
  /** Since when its oldest job waits; null: none does. */
  oldestSince: Date | null;
  paused: Pick<Pause, 'line' | 'station' | 'slot' | 'reason' | 'endsAt'> | null;
  stranded: Stranded | null;
}

/** Which queues are asked for. `withWork`: those in which something waits. */
export interface QueueFilter {
  line?: string | undefined;
  station?: string | undefined;
  withWork: boolean;
}

interface Attendance {
  station: string;
  name: string;
  line: string;
  slots: string[];
  steps: string[];
  inService: boolean;
  isLive: boolean;
}

interface Listed {
  place: QueuePlace;
  id: string;
  name: string;
  at: Attendance | undefined;
  slot: string | null;
}

/** All queues: pools of lines and steps, stations, slots. What it reads grows with the stations and the jobs that wait, not with those that there were; Redis is asked about the page alone. */
@Injectable()
export class QueueListQueries {
  constructor(
    private readonly db: Database,
    private readonly waiting: WaitingJobsQueries,
    private readonly counts: JobCountsRepository,
    private readonly queues: LineQueues,
    private readonly pauses: Pauses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** At most `limit` in the order of their ids, of those after `after`. */
  async list(limit: number, after: string | undefined, filter: QueueFilter): Promise<ShownQueue[]> {
    const [listed, counts] = await Promise.all([this.listed(filter), this.counts.byPlace()]);
    const jobsOf = ({ place }: Listed) => counts.get(placeKey(place)) ?? NONE;
    const page = listed
      .filter((each) => (after === undefined || each.id > after) && (!filter.withWork || jobsOf(each).queued > 0))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
    const oldest = await this.oldest(page.filter((each) => jobsOf(each).queued > 0).map(({ place }) => place));
    return Promise.all(page.map(async (each) => {
      const { place, id, name, at, slot } = each;
      const jobs = jobsOf(each);
      const there = oldest.get(placeKey(place));
      const [paused] = await this.pauses.at({ line: place.line, station: at?.station ?? null, slot });
      return {
        id, line: place.line, step: place.step, name, station: at?.station ?? null, slot, jobs, oldestSince: there?.since ?? null,
        // One to which nothing is assigned is not looked for in Redis.
        waiting: place.assignedTo !== '' && jobs.queued === 0 ? 0 : await this.queues.waitingCount(place).catch(() => null),
        paused: paused === undefined ? null : { line: paused.line, station: paused.station, slot: paused.slot, reason: paused.reason, endsAt: paused.endsAt },
        stranded: at === undefined || there === undefined ? null : strandedAt(at, paused !== undefined, there.steps),
      };
    }));
  }

  async exists(id: string): Promise<boolean> {
    return (await this.listed({ withWork: false })).some((each) => each.id === id);
  }

  private async listed({ line, station }: QueueFilter): Promise<Listed[]> {
    const [lines, pools, stations] = await Promise.all([this.db.selectFrom('line').select(['id', 'name']).execute(), station === undefined ? this.waiting.allPools() : [], this.stations()]);
    const names = new Map(lines.map(({ id, name }) => [id, name]));
    const all = [
      ...pools.map((place) => ({ place, name: names.get(place.line) ?? place.line, at: undefined, slot: null })),
      ...stations.filter((at) => station === undefined || at.station === station).flatMap((at) => [
        { place: { line: at.line, step: '', assignedTo: at.station }, name: at.name, at, slot: null },
        ...at.slots.map((slot) => ({ place: { line: at.line, step: '', assignedTo: `${at.station}/${slot}` }, name: `${at.name}, slot ${slot}`, at, slot })),
      ]),
    ];
    return all.filter(({ place }) => line === undefined || place.line === line).map((each) => ({ ...each, id: queueName(each.place) }));
  }

  private async stations(): Promise<Attendance[]> {
    const { rows } = await sql<Attendance>`
      select station.id as station, station.name, station.line_id as line, station.slots, steps, station_access.disabled_at is null as "inService",
        coalesce(seen_at > clock_timestamp() - coalesce(2 * line.heartbeat_ms, ${silentMs(this.config)}) * interval '1 millisecond', false) or exists (select from job where job.station_id = station.id and job.state = 'leased') as "isLive"
      from station join line on line.id = station.line_id left join station_access on station_access.station_id = station.id left join station_session on station_session.station_id = station.id`.execute(this.db);
    return rows;
  }

  /** Of each of these places, since when the oldest job waits, and of which steps jobs do. */
  private async oldest(places: readonly QueuePlace[]): Promise<Map<string, { since: Date; steps: string[] }>> {
    if (places.length === 0) return new Map();
    const assigned = places.filter(({ assignedTo }) => assignedTo !== '').map(({ assignedTo }) => assignedTo);
    const pools = places.filter(({ assignedTo }) => assignedTo === '');
    const { rows } = await sql<QueuePlace & { since: Date | null; steps: string[] }>`
      select line_id as line, '' as step, assigned_to as "assignedTo", min(updated_at) as since, array_agg(distinct step) as steps
      from job where state = 'queued' and assigned_to <> '' and assigned_to = any(${textArray(assigned)}::text[]) group by line_id, assigned_to
      union all
      select line, step, '', (select min(updated_at) from job where line_id = line and job.step = asked.step and assigned_to = '' and state = 'queued'), '{}'::text[]
      from unnest(${textArray(pools.map(({ line }) => line))}::text[], ${textArray(pools.map(({ step }) => step))}::text[]) as asked (line, step)`.execute(this.db);
    return new Map(rows.flatMap(({ since, steps, ...place }) => (since === null ? [] : [[placeKey(place), { since, steps }] as const])));
  }
}

function strandedAt({ inService, isLive, steps }: Attendance, isPaused: boolean, waiting: readonly string[]): Stranded | null {
  if (!inService) return 'out-of-service';
  if (isPaused) return 'paused';
  if (steps.length > 0 && waiting.some((step) => !steps.includes(step))) return 'step-not-done';
  return isLive ? null : 'no-session';
}
