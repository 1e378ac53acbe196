import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { textArray } from '../platform/database/arrays.js';
import { Database, run } from '../platform/database/database.js';
import type { AssignedQueue } from '../stations/assigned-work.js';
import { ROUTE_OF_ONE_STEP } from '../work-orders/route.js';
import { distinct, type LineStep, placeOf, poolOf, queueName, type QueuePlace } from './queue-place.js';

/** How long the steps of a line are known before they are asked for again, in milliseconds. Whoever finds the queues of these empty asks the ledger. */
const STEPS_KNOWN_FOR_MS = 1_000;

/** A job that waits for its next attempt. `rank`: of `job_rank` (jobs.sql); the lowest comes first, of the same rank the least tried, then the oldest. */
export interface QueuedJob {
  id: number;
  /** How often it was handed out. */
  attempt: number;
  rank: number;
}

/** What waits where: what the queues are filled from, and which of them there are. */
@Injectable()
export class WaitingJobsQueries {
  private readonly steps = new LRUCache<string, Promise<string[]>>({ max: 1_000, ttl: STEPS_KNOWN_FOR_MS });

  constructor(private readonly db: Database) {}

  /** What the next claims there get, in their order. */
  next({ line, step, assignedTo }: QueuePlace, most: number): Promise<QueuedJob[]> {
    return run(this.db, "select job_id as id, attempt, rank from next_jobs($1, $2, $3, '', $4, $5) order by rank, attempt, job_id limit $5", [
      line, textArray(step === '' ? [] : [step]), assignedTo, textArray([]), most,
    ]);
  }

  /** Queued jobs of these ids, with where each waits, in the order in which they are handed out. */
  async queuedAmong(ids: readonly number[]): Promise<(QueuedJob & { place: QueuePlace })[]> {
    if (ids.length === 0) return [];
    const { rows } = await sql<QueuedJob & QueuePlace>`
      select job.id, attempt, job_rank(step_number, work_order.priority, precedence, attempt) as rank, job.line_id as line, step, assigned_to as "assignedTo"
      from job join work_order on work_order.id = job.work_order_id where job.id = any(${ids}::bigint[]) and job.state = 'queued' order by rank, attempt, job.id`.execute(this.db);
    return rows.map(({ id, attempt, rank, ...where }) => ({ id, attempt, rank, place: placeOf(where) }));
  }

  /** Where each of these jobs waits or waited. */
  async placesOf(ids: readonly number[]): Promise<Map<number, QueuePlace>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db.selectFrom('job').select(['id', 'line_id as line', 'step', 'assigned_to as assignedTo']).where('id', 'in', ids).execute();
    return new Map(rows.map(({ id, ...where }) => [id, placeOf(where)]));
  }

  /** Which of these jobs no station has. */
  async notLeasedAmong(ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    const { rows } = await sql<{ id: number }>`select id from unnest(${ids}::bigint[]) as asked (id) where not exists (select from job where job.id = asked.id and state = 'leased')`.execute(this.db);
    return new Set(rows.map(({ id }) => id));
  }

  /** Where jobs of these orders may wait. */
  async placesOfOrders(ids: readonly string[]): Promise<QueuePlace[]> {
    if (ids.length === 0) return [];
    const { rows } = await sql<LineStep>`${PLACES} where work_order.id = any(${textArray(ids)}::text[])`.execute(this.db);
    const { rows: assigned } = await sql<QueuePlace>`${ASSIGNED} and work_order_id = any(${textArray(ids)}::text[])`.execute(this.db);
    return distinct([...rows.map(poolOf), ...assigned]);
  }

  /** Pools in which jobs of all orders that have not ended may wait. */
  async pools(): Promise<QueuePlace[]> {
    return distinct((await sql<LineStep>`${PLACES} where work_order.state in ('released', 'held')`.execute(this.db)).rows.map(poolOf));
  }

  /** Where assigned jobs wait. */
  async assigned(): Promise<QueuePlace[]> {
    return (await sql<QueuePlace>`${ASSIGNED}`.execute(this.db)).rows;
  }

  /** How many jobs wait for each station and slot alone. */
  async countAssigned(): Promise<AssignedQueue[]> {
    const { rows } = await sql<QueuePlace & { jobs: number }>`
      select line_id as line, '' as step, assigned_to as "assignedTo", count(*)::integer as jobs from job where state = 'queued' and assigned_to <> '' group by line_id, assigned_to order by assigned_to`.execute(this.db);
    return rows.map(({ jobs, ...place }) => {
      const [station = '', slot = null] = place.assignedTo.split('/', 2);
      return { queue: queueName(place), line: place.line, station, slot, jobs };
    });
  }

  /** The pool of every line and step at which anything waits or may wait, or has ended; a line without any work has one too. */
  async allPools(): Promise<QueuePlace[]> {
    const ended = sql<LineStep>`
      select distinct line_id as line, step from job_tally
      union select line.id, ${ROUTE_OF_ONE_STEP[0]!.name} from line where not exists (select from work_order where work_order.line_id = line.id)`.execute(this.db);
    return distinct([...(await this.pools()), ...(await ended).rows.map(poolOf)]);
  }

  /** The steps of the line's orders that have not ended, the last of their routes first. */
  stepsOf(line: string): Promise<string[]> {
    const known = this.steps.get(line);
    if (known) return known;
    const steps = sql<{ step: string }>`
      select each.value->>'name' as step from work_order cross join jsonb_array_elements(route) with ordinality as each (value, number)
      where line_id = ${line} and state in ('released', 'held') group by 1 order by max(number) desc, 1`.execute(this.db).then(({ rows }) => rows.map(({ step }) => step));
    this.steps.set(line, steps);
    steps.catch(() => this.steps.delete(line));
    return steps;
  }
}

const PLACES = sql`select distinct line_id as line, each.value->>'name' as step from work_order cross join jsonb_array_elements(route) as each (value)`;
const ASSIGNED = sql`select distinct line_id as line, '' as step, assigned_to as "assignedTo" from job where state = 'queued' and assigned_to <> ''`;
