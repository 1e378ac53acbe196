import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { named } from '../platform/http/api-responses.js';
import { Slot } from '../stations/station.schema.js';
import { Serial } from '../work-orders/serial.js';

/** Units whose work one request moves or puts first. */
export const MOST_UNITS = 500;

const Why = z.string().min(1).max(200);
const Serials = z.array(Serial).min(1).max(MOST_UNITS).refine((serials) => new Set(serials).size === serials.length, 'serials must differ');

const AtStation = z.object({ station: Slug, slot: Slot.optional() }).strict();
const InPool = z.object({ line: Slug, step: Slug.optional(), workOrder: Slug.optional() }).strict();

export const MoveWork = named('MoveWork', z
  .object({
    serials: Serials.optional().meta({ description: 'The work of these units, wherever it waits' }),
    from: z.union([AtStation, InPool]).optional().meta({ description: 'What is assigned to a slot; to a station and all of its slots; or what a line’s pool hands out next (needs `count`)' }),
    count: z.number().int().min(1).max(MOST_UNITS).optional().meta({ description: `Of what waits there, in the order in which it is handed out; without it all, ${MOST_UNITS} at most: whoever gets as many asks again` }),
    to: z.union([AtStation, z.object({ line: Slug }).strict()]).meta({ description: 'A slot or a station of the same line, or the line: back to its pool' }),
    reason: Why,
  })
  .strict()
  .refine(({ serials, from }) => (serials === undefined) !== (from === undefined), { message: 'names serials, or where from' })
  .refine(({ serials, count }) => serials === undefined || count === undefined, { message: 'is of what is taken from somewhere', path: ['count'] })
  .refine(({ from, count }) => from === undefined || 'station' in from || count !== undefined, { message: 'must say how many of the pool', path: ['count'] }),
{ from: { station: 'station-1' }, to: { station: 'station-2', slot: '1' }, reason: 'fixture 1 is worn' });
export type MoveWork = z.infer<typeof MoveWork>;

export const PutFirst = named('PutFirst', z
  .object({ serials: Serials, first: z.boolean().default(true).meta({ description: 'False: at their order’s priority again' }), reason: Why })
  .strict(),
{ serials: ['LS-000042'], first: true, reason: 'the customer waits at the door' });
export type PutFirst = z.infer<typeof PutFirst>;

export const ChangedWorkAnswer = named('ChangedWork', z.strictObject({
  units: z.array(z.strictObject({
    serial: z.string(), job: z.string(), queue: z.string().nullable().meta({ description: 'Where it waits now; null: it is at a station, or over' }), first: z.boolean().meta({ description: 'It is handed out before all others of its queue and step' }),
  })).meta({ description: 'As they stand by now' }),
}), { units: [{ serial: 'LS-000042', job: 'job-42', queue: 'slot-station-2~1', first: false }] });
