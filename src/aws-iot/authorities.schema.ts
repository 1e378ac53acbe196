import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { PageQuery } from '../platform/http/page.js';

/** With "… Device CA G12" behind it a family must still fit into a common name: 64 characters (RFC 5280 appendix A). */
export const Family = Slug.max(40);

export const CreateAuthority = z
  .object({ family: Family, keyType: z.enum(['P-256', 'P-384', 'RSA-2048', 'RSA-3072', 'RSA-4096']).default('P-256') })
  .strict()
  .meta({ id: 'CreateAuthority' });
export type CreateAuthority = z.infer<typeof CreateAuthority>;

export const AuthoritiesQuery = PageQuery.extend({ family: Slug.optional() });
export type AuthoritiesQuery = z.infer<typeof AuthoritiesQuery>;

export const AuthorityId = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/);
