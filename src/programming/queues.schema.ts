import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { named, Time } from '../platform/http/api-responses.js';
import { PageQuery } from '../platform/http/page.js';
import { JOB_STATES } from './job.schema.js';

export const QueueId = z.string().regex(/^(line|slot|station)-[A-Za-z0-9_.~-]{1,160}$/, 'the id of a queue').meta({ id: 'QueueId', example: 'line-line-1~provision' });

export const QueuesQuery = PageQuery.extend({
  line: Slug.optional(),
  station: Slug.optional().meta({ description: 'That of the station and of its slots' }),
  withWork: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ description: 'Only those in which something waits' }),
});
export type QueuesQuery = z.infer<typeof QueuesQuery>;

/** Of history, at most: as long as it can be kept. */
const MOST_HOURS = 24 * 366;
const MOST_PIECES = 720;
/** Lengths of pieces, in minutes. */
const PIECES = [1, 2, 5, 15, 30, 60, 120, 240, 480, 720, 1_440];

export const HistoryQuery = z.strictObject({ hours: z.coerce.number().int().min(1).max(MOST_HOURS).default(12) });
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** How long the pieces of such a history are, in minutes. */
export const piecesOf = (hours: number) => PIECES.find((minutes) => (hours * 60) / minutes <= MOST_PIECES) ?? 1_440;

export const QueueAnswer = named(
  'Queue',
  z.strictObject({
    id: z.string(), line: z.string(), step: z.string().meta({ description: 'Empty for what is assigned to a station or slot: of whichever step it is' }), name: z.string(),
    station: z.string().nullable(), slot: z.string().nullable(), jobs: z.record(z.enum(JOB_STATES), z.int()), waiting: z.int().nullable(),
    oldestSince: Time.nullable().meta({ description: 'Since when the oldest of its jobs waits' }),
    paused: z.strictObject({ line: z.string().nullable(), station: z.string().nullable(), slot: z.string().nullable(), reason: z.string(), endsAt: Time.nullable() }).nullable().meta({ description: 'Of the plant where line, station and slot are null' }),
    stranded: z.enum(['out-of-service', 'paused', 'no-session', 'step-not-done']).nullable().meta({ description: 'Why nobody comes for what is assigned there; POST /v1/jobs/move takes it elsewhere' }),
  }),
  {
    id: 'line-line-1~provision', line: 'line-1', step: 'provision', name: 'Hall 3, line 1', station: null, slot: null, jobs: { queued: 80, leased: 8, passed: 12, failed: 0, cancelled: 0 }, waiting: 80, oldestSince: '2026-11-26T08:00:00.000Z',
    paused: null, stranded: null,
  },
);

export const QueueHistoryAnswer = named('QueueHistory', z.strictObject({
  queue: z.string(), everyMinutes: z.int(),
  points: z.array(z.strictObject({ at: Time, jobs: z.int().meta({ description: 'That waited, on average' }), most: z.int(), oldestSeconds: z.int() })),
}), { queue: 'line-line-1~provision', everyMinutes: 1, points: [{ at: '2026-11-26T08:00:00.000Z', jobs: 80, most: 80, oldestSeconds: 600 }] });
