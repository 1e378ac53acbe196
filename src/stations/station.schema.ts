import { z } from 'zod';
import { Label, Slug } from '../access/access.schema.js';
import { named, Time } from '../platform/http/api-responses.js';

/** Shorter ones could not be told from a ledger that was away for some seconds. */
const LEAST_LEASE_MS = 15_000;
const PACE = {
  leaseMs: z.number().int().min(LEAST_LEASE_MS).max(3_600_000).nullable().meta({ description: 'How long a slot holds its unit after its last heartbeat; null: as the setting LEASE_MS says' }),
  heartbeatMs: z.number().int().min(1_000).max(600_000).nullable().meta({ description: 'How often a heartbeat is to come, twice within a lease at least; null: as the setting HEARTBEAT_MS says' }),
};

export const CreateLine = named('CreateLine', z.object({ id: Slug, name: Label.optional(), leaseMs: PACE.leaseMs.optional(), heartbeatMs: PACE.heartbeatMs.optional() }).strict(), { id: 'line-1', name: 'Hall 3, line 1' });
export type CreateLine = z.infer<typeof CreateLine>;

export const ChangeLine = named('ChangeLine', z.object({ name: Label, ...PACE }).partial().strict().refine((changes) => Object.keys(changes).length > 0, 'needs something to change'), { leaseMs: 60_000, heartbeatMs: 20_000 });
export type ChangeLine = z.infer<typeof ChangeLine>;

/** A fixture position of a station. */
export const Slot = z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'letters, digits, _ and -; at most 16').meta({ id: 'Slot', example: '1' });

const Steps = z.array(Slug).max(16).refine((steps) => new Set(steps).size === steps.length, 'steps must differ').meta({ description: 'Of routes, those that it does; empty: every one' });

export const CreateStation = named('CreateStation', z
  .object({ id: Slug, line: Slug, name: Label.optional(), slots: z.array(Slot).min(1).max(64).default(['1']), steps: Steps.optional() })
  .strict()
  .refine(({ slots }) => new Set(slots).size === slots.length, { message: 'slots must differ', path: ['slots'] })
, { id: 'station-1', line: 'line-1', slots: ['1', '2'] });
export type CreateStation = z.infer<typeof CreateStation>;

export const ChangeStation = named('ChangeStation', z.object({ name: Label, steps: Steps }).partial().strict().refine((changes) => Object.keys(changes).length > 0, 'needs something to change'), { steps: ['test'] });
export type ChangeStation = z.infer<typeof ChangeStation>;

/** Two weeks. */
const MOST_MINUTES = 20_160;

export const CreatePause = named('CreatePause', z
  .object({
    plant: z.literal(true).optional(),
    line: Slug.optional(),
    station: Slug.optional(),
    slot: Slot.optional().meta({ description: 'Of the station; without it all of its slots' }),
    drain: z.boolean().default(false).meta({ description: 'Heartbeats say `drain` too: station programs end after the unit that they have' }),
    reason: z.string().min(1).max(200),
    minutes: z.number().int().min(1).max(MOST_MINUTES).optional().meta({ description: 'After which it ends by itself; without it, when somebody ends it' }),
  })
  .strict()
  .refine(({ plant, line, station }) => [plant, line, station].filter((scope) => scope !== undefined).length === 1, { message: 'names the plant, a line or a station' })
  .refine(({ slot, station }) => slot === undefined || station !== undefined, { message: 'a slot is of a station', path: ['slot'] }),
{ line: 'line-1', reason: 'shift change', minutes: 15 });
export type CreatePause = z.infer<typeof CreatePause>;

/** Queues of stations and slots in which something waits, 100 at most. */
export const AssignedWorkAnswer = z.array(z.strictObject({ queue: z.string(), jobs: z.int() })).meta({ description: 'What waits there for a station or slot alone: POST /v1/jobs/move takes it elsewhere' });

export const PauseAnswer = named('Pause', z.strictObject({
  id: z.string(), line: z.string().nullable(), station: z.string().nullable(), slot: z.string().nullable(), drain: z.boolean(), reason: z.string(), begunBy: z.string(),
  since: Time, endsAt: Time.nullable().meta({ description: 'Null: when somebody ends it' }), endedAt: Time.nullable(), endedBy: z.string().nullable(), assignedWork: AssignedWorkAnswer,
}), {
  id: '12', line: 'line-1', station: null, slot: null, drain: false, reason: 'shift change', begunBy: 'key:0123456789ab', since: '2026-11-26T08:00:00.000Z', endsAt: '2026-11-26T08:15:00.000Z', endedAt: null, endedBy: null, assignedWork: [{ queue: 'slot-station-1~2', jobs: 3 }],
});
