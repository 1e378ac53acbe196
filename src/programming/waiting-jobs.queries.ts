import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { textArray } from '../platform/database/arrays.js';
import { Database, run } from '../platform/database/database.js';
import { ROUTE_OF_ONE_STEP } from '../work-orders/route.js';
import { type LineStep, lineStepKey } from './line-step.js';

/** How long the steps of a line are known before they are asked for again, in milliseconds. Whoever finds the queues of these empty asks the ledger. */
const STEPS_KNOWN_FOR_MS = 1_000;

/** What waits where: what the queues are filled from, and which of them there are. */
@Injectable()
export class WaitingJobsQueries {
  private readonly steps = new LRUCache<string, Promise<string[]>>({ max: 1_000, ttl: STEPS_KNOWN_FOR_MS });

  constructor(private readonly db: Database) {}

  /** What the next claims there get, in their order. */
  next({ line, step }: LineStep, most: number): Promise<{ id: number; attempt: number }[]> {
    return run(this.db, "select job_id as id, attempt from next_jobs($1, $2, '', $3, $4)", [line, textArray([step]), textArray([]), most]);
  }

  /** Queued jobs of these ids. */
  queuedAmong(ids: readonly number[]): Promise<(LineStep & { id: number; attempt: number })[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.db.selectFrom('job').select(['id', 'line_id as line', 'step', 'attempt']).where('id', 'in', ids).where('state', '=', 'queued').orderBy('id').execute();
  }

  /** Where each of these jobs waits or waited. */
  async placesOf(ids: readonly number[]): Promise<Map<number, LineStep>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db.selectFrom('job').select(['id', 'line_id as line', 'step']).where('id', 'in', ids).execute();
    return new Map(rows.map(({ id, line, step }) => [id, { line, step }]));
  }

  /** Where jobs of these orders may wait. */
  async placesOfOrders(ids: readonly string[]): Promise<LineStep[]> {
    if (ids.length === 0) return [];
    return distinct((await sql<LineStep>`${PLACES} where work_order.id = any(${textArray(ids)}::text[])`.execute(this.db)).rows);
  }

  /** Where jobs of all orders that have not ended may wait. */
  async places(): Promise<LineStep[]> {
    return distinct((await sql<LineStep>`${PLACES} where work_order.state in ('released', 'held')`.execute(this.db)).rows);
  }

  /** Every line and step at which anything waits or may wait, or has ended; a line without any work has one too. */
  async allPlaces(): Promise<LineStep[]> {
    const ended = sql<LineStep>`
      select distinct line_id as line, step from job_tally
      union select line.id, ${ROUTE_OF_ONE_STEP[0]!.name} from line where not exists (select from work_order where work_order.line_id = line.id)`.execute(this.db);
    return distinct([...(await this.places()), ...(await ended).rows]);
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

/** Each place once. */
export function distinct(places: readonly LineStep[]): LineStep[] {
  return [...new Map(places.map((place) => [lineStepKey(place), place])).values()];
}
