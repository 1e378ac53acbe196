import { z } from 'zod';
import { named } from '../platform/http/api-responses.js';

export const RoleName = z.enum(['station', 'issuer', 'operator', 'manager', 'officer', 'auditor', 'admin', 'installer']);

/** Names that people choose for lines, stations, orders, targets: short, and safe in a URL. */
export const Slug = named('Slug', z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'letters, digits, dot, dash, underscore; at most 63'), 'line-1');

// oxlint-disable-next-line no-misleading-character-class
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Names for people, in any script. Control characters, those that turn the reading direction above all, would show something else than is kept. */
export const Label = z.string().min(1).max(64).refine((text) => !UNSHOWABLE.test(text), 'must not hold control characters');

export const CreateKey = named(
  'CreateKey',
  z.object({ role: RoleName, name: Label, station: Slug.optional() }).strict(),
  { role: 'station', name: 'press 7', station: 'station-1' },
);
export type CreateKey = z.infer<typeof CreateKey>;
