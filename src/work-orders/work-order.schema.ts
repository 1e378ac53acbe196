import { z } from 'zod';
import { Slug } from '../access/access.schema.js';

/** A unit's serial: also the Thing's name in AWS IoT and the CN of its certificate, so the narrowest of the three rules. */
export const Serial = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/, 'letters, digits, _ : -; at most 64').meta({ id: 'Serial', examples: ['LS-000042'] });

const SerialRange = z
  .object({
    prefix: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,47}$/),
    start: z.number().int().min(0).max(999_999_999).default(1),
    digits: z.number().int().min(1).max(12).default(6),
    /** How many serials there are; more than `quantity` leaves spares that the quota does not cover. */
    count: z.number().int().min(1).max(100_000).optional(),
  })
  .strict();

export const CreateWorkOrder = z
  .object({
    id: Slug.optional(),
    product: z.string().min(1).max(64),
    line: Slug,
    profile: Slug.default('device'),
    method: z.enum(['jitp']).default('jitp'),
    /** Family of the authorities that sign for this order. */
    authority: Slug,
    /** How many certificates the order is good for. */
    quantity: z.number().int().min(1).max(100_000),
    overage: z.number().int().min(0).max(10_000).default(0),
    targets: z.array(Slug).min(1).max(32),
    serials: z.union([SerialRange, z.array(Serial).min(1).max(10_000)]),
  })
  .strict()
  .meta({ id: 'CreateWorkOrder' });
export type CreateWorkOrder = z.infer<typeof CreateWorkOrder>;

/** All serials of a new order, in order. */
export function serialsOf({ serials, quantity }: CreateWorkOrder): string[] {
  if (Array.isArray(serials)) return serials;
  const { prefix, start, digits } = serials;
  return Array.from({ length: serials.count ?? quantity }, (_, index) => `${prefix}${String(start + index).padStart(digits, '0')}`);
}
