import { z } from 'zod';
import { Label, Slug } from '../access/access.schema.js';
import { named } from '../platform/http/api-responses.js';

export const CreateLine = named('CreateLine', z.object({ id: Slug, name: Label.optional() }).strict(), { id: 'line-1', name: 'Hall 3, line 1' });
export type CreateLine = z.infer<typeof CreateLine>;

/** A fixture position of a station. */
export const Slot = z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'letters, digits, _ and -; at most 16').meta({ id: 'Slot', example: '1' });

export const CreateStation = named('CreateStation', z
  .object({ id: Slug, line: Slug, name: Label.optional(), slots: z.array(Slot).min(1).max(64).default(['1']) })
  .strict()
  .refine(({ slots }) => new Set(slots).size === slots.length, { message: 'slots must differ', path: ['slots'] })
, { id: 'station-1', line: 'line-1', slots: ['1', '2'] });
export type CreateStation = z.infer<typeof CreateStation>;
