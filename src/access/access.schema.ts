import { z } from 'zod';
import { named } from '../platform/http/api-responses.js';

export const RoleName = z.enum(['station', 'issuer', 'operator', 'manager', 'officer', 'auditor', 'admin']);

/** Names that people choose for lines, stations, orders, targets: short, and safe in a URL. */
export const Slug = named('Slug', z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'letters, digits, dot, dash, underscore; at most 63'), 'line-1');

export const CreateKey = named(
  'CreateKey',
  z.object({ role: RoleName, name: z.string().min(1).max(64), station: Slug.optional() }).strict(),
  { role: 'station', name: 'press 7', station: 'station-1' },
);
export type CreateKey = z.infer<typeof CreateKey>;
