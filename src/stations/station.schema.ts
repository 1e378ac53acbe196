import { z } from 'zod';
import { Slug } from '../access/access.schema.js';

export const CreateLine = z.object({ id: Slug, name: z.string().min(1).max(64).optional() }).strict().meta({ id: 'CreateLine' });
export type CreateLine = z.infer<typeof CreateLine>;

/** A fixture position of a station. */
export const Slot = z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'letters, digits, _ and -; at most 16').meta({ id: 'Slot', examples: ['1'] });

export const CreateStation = z
  .object({ id: Slug, line: Slug, name: z.string().min(1).max(64).optional(), slots: z.array(Slot).min(1).max(64).default(['1']) })
  .strict()
  .refine(({ slots }) => new Set(slots).size === slots.length, { message: 'slots must differ', path: ['slots'] })
  .meta({ id: 'CreateStation' });
export type CreateStation = z.infer<typeof CreateStation>;
