import { z } from 'zod';

export const RoleName = z.enum(['station', 'issuer', 'operator', 'manager', 'officer', 'auditor', 'admin']);

/** Names that people choose for lines, stations, orders, targets: short, and safe in a URL. */
export const Slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'letters, digits, dot, dash, underscore; at most 63');

export const CreateKey = z
  .object({ role: RoleName, name: z.string().min(1).max(64), station: Slug.optional() })
  .strict()
  .meta({ id: 'CreateKey' });
export type CreateKey = z.infer<typeof CreateKey>;
