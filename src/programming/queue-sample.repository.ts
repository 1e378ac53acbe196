import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';

/** What is kept of a time: jobs that waited (on average where it is longer than a minute), the most of them, and how long the oldest had waited. */
export interface QueuePoint {
  at: Date;
  jobs: number;
  most: number;
  oldestSeconds: number;
}

/** The deepest queues of which one minute is kept. */
const MOST_QUEUES = 3_000;
/** For so long each minute is kept, and quarters of an hour after that. */
const MINUTES_FOR = '2 days';
/** Rows that one round adds up or forgets. */
const MOST_ROWS = 50_000;

/** Depth and age of queues over time: at most a row for each queue and minute of two days, and after that for each quarter of an hour. */
@Injectable()
export class QueueSampleRepository {
  constructor(private readonly db: Database) {}

  /** Of this minute. False where another process has taken them. What is read grows with the jobs that wait, and not with those that there were. */
  async take(): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const { rows: [minute] } = await sql<{ at: Date }>`
        insert into queue_sample (queue, at, minutes, jobs, most, oldest_seconds) values ('', date_trunc('minute', clock_timestamp()), 1, 0, 0, 0) on conflict do nothing returning at`.execute(tx);
      if (minute === undefined) return false;
      await sql`
        with queues as (
          select ${NAME} as queue, count(*)::integer as jobs, greatest(0, extract(epoch from clock_timestamp() - min(updated_at)))::integer as oldest
          from job where state = 'queued' group by 1 order by 2 desc limit ${MOST_QUEUES}),
        kept as (
          insert into queue_sample (queue, at, minutes, jobs, most, oldest_seconds) select queue, ${minute.at}, 1, jobs, jobs, oldest from queues)
        update queue_sample set (jobs, most, oldest_seconds) = (select coalesce(sum(jobs), 0), coalesce(sum(jobs), 0), coalesce(max(oldest), 0) from queues) where queue = '' and at = ${minute.at}`.execute(tx);
      return true;
    });
  }

  /** What is older than two days becomes one row for a quarter of an hour. */
  async addUp(): Promise<void> {
    await sql`
      with whole as (
        select date_bin('15 minutes', at, 'epoch') as quarter from queue_sample
        where minutes = 1 and at < date_bin('15 minutes', clock_timestamp() - ${MINUTES_FOR}::interval, 'epoch') group by 1 order by 1 limit 4),
      old as (
        delete from queue_sample using whole where minutes = 1 and at >= whole.quarter and at < whole.quarter + interval '15 minutes'
        returning queue, whole.quarter, jobs, most, oldest_seconds),
      -- Of a queue that was empty for some of these minutes there are fewer rows than of the minutes that were looked at.
      looked as (select quarter, count(*) as minutes from old where queue = '' group by quarter)
      insert into queue_sample (queue, at, minutes, jobs, most, oldest_seconds)
      select queue, quarter, 15, round(sum(jobs)::numeric / greatest(max(looked.minutes), 1))::integer, max(most), max(oldest_seconds)
      from old left join looked using (quarter) group by queue, quarter`.execute(this.db);
  }

  /** What is older than so many days. */
  async forget(days: number): Promise<void> {
    await sql`
      delete from queue_sample using (select queue, at from queue_sample where at < clock_timestamp() - ${days} * interval '1 day' limit ${MOST_ROWS}) as old
      where queue_sample.queue = old.queue and queue_sample.at = old.at`.execute(this.db);
  }

  /** The last `hours`, in pieces of so many minutes, the oldest first. A piece at which nobody looked is left out; one at which the queue was empty is not. */
  async of(queue: string, hours: number, minutes: number): Promise<QueuePoint[]> {
    const piece = sql`date_bin(${minutes} * interval '1 minute', at, 'epoch')`;
    const since = sql`clock_timestamp() - ${hours} * interval '1 hour'`;
    const { rows } = await sql<QueuePoint>`
      with looked as (select ${piece} as at, sum(minutes) as minutes from queue_sample where queue = '' and at > ${since} group by 1),
      found as (
        select ${piece} as at, sum(jobs * minutes) as jobs, max(most) as most, max(oldest_seconds) as oldest from queue_sample where queue = ${queue} and at > ${since} group by 1)
      select looked.at, coalesce(round(found.jobs::numeric / looked.minutes), 0)::integer as jobs, coalesce(found.most, 0) as most, coalesce(found.oldest, 0) as "oldestSeconds"
      from looked left join found using (at) order by at`.execute(this.db);
    return rows;
  }
}

/** As `queueName` (queue-place.ts) has it. */
const NAME = sql`(case when assigned_to = '' then 'line-' || line_id || '~' || step when position('/' in assigned_to) = 0 then 'station-' || assigned_to else 'slot-' || replace(assigned_to, '/', '~') end)`;
