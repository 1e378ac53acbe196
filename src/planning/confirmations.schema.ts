import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { named } from '../platform/http/api-responses.js';

export const ConfirmWorkOrders = named('ConfirmWorkOrders', z.object({
  workOrders: z.union([z.literal('all'), z.array(Slug).min(1).max(1_000)]).meta({ description: 'Ids, or `all` that wait for it' }),
  reason: z.string().trim().min(1).max(256).meta({ description: 'What was compared, for the record' }),
}).strict(), { workOrders: ['wo-1'], reason: 'compared with list-certificates-by-ca of 2026-11-26' });
export type ConfirmWorkOrders = z.infer<typeof ConfirmWorkOrders>;

export const ConfirmedWorkOrders = named('ConfirmedWorkOrders', z.strictObject({
  confirmed: z.int().meta({ description: 'How many orders waited for it' }), unconfirmed: z.int().meta({ description: 'How many wait still' }),
}), { confirmed: 1, unconfirmed: 0 });
