import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { RegistrationAnswer } from '../aws-iot/targets/targets.schema.js';
import { MOST_COUNTED } from '../issuance/certificate.repository.js';
import { named, Time } from '../platform/http/api-responses.js';
import { PageQuery } from '../platform/http/page.js';
import { hashesFor } from '../x509/signature-algorithm.js';

/** With "… Device CA G12" behind it a family must still fit into a common name: 64 characters (RFC 5280 appendix A). */
export const Family = Slug.max(40);

const HASHES = { 'SHA-256': 'sha256', 'SHA-384': 'sha384' } as const;

export const CreateAuthority = named('CreateAuthority', z
  .object({
    family: Family,
    keyType: z.enum(['P-256', 'P-384', 'RSA-2048', 'RSA-3072', 'RSA-4096']).default('P-256'),
    /** What the authority signs with, for as long as it lives. Left out: SHA-384 with P-384, SHA-256 with the others. */
    hash: z.enum(['SHA-256', 'SHA-384']).transform((name) => HASHES[name]).optional(),
  })
  .strict()
  .refine(({ keyType, hash }) => hash === undefined || hashesFor(keyType).includes(hash), {
    path: ['hash'],
    message: 'P-256 goes with SHA-256 and P-384 with SHA-384; RSA goes with both',
  })
, { family: 'lineside', keyType: 'P-256' });
export type CreateAuthority = z.infer<typeof CreateAuthority>;

export const AuthoritiesQuery = PageQuery.extend({ family: Slug.optional() });
export type AuthoritiesQuery = z.infer<typeof AuthoritiesQuery>;

/** The targets of the family's open orders must show the authority, but for these. */
export const ActivateAuthority = named('ActivateAuthority', z.object({
  leaveOut: z.array(z.object({ target: Slug, reason: z.string().trim().min(1).max(256) }).strict()).max(32).default([])
    .meta({ description: 'Targets that are not waited for, with the reason, which goes on record; their orders issue nothing until they show the authority' }),
}).strict().prefault({}), { leaveOut: [{ target: 'us', reason: 'The account is being moved' }] });
export type ActivateAuthority = z.infer<typeof ActivateAuthority>;

const reason = z.string().trim().min(1).max(256);
const lockedOut = z.int().min(0).max(1_000_000_000).optional().meta({ description: 'So many units may be locked out by the stop in AWS: the count that GET …/cloud-stop shows, looked at by two people' });

export const FreezeAuthority = named('FreezeAuthority', z.object({
  reason,
  cloud: z.boolean().default(false).meta({ description: 'Set its CA INACTIVE, and its auto-registration off, in every target too' }),
  lockedOut,
}).strict(), { reason: 'A station’s certificates were seen elsewhere', cloud: true, lockedOut: 2 });
export type FreezeAuthority = z.infer<typeof FreezeAuthority>;

export const UnfreezeAuthority = named('UnfreezeAuthority', z.object({
  reason,
  cloud: z.boolean().default(false).meta({ description: 'Lift its stop in AWS too: its CA is set ACTIVE in every target, and lets devices in once AWS knows there whom to keep out' }),
}).strict(), { reason: 'The station was a test', cloud: true });
export type UnfreezeAuthority = z.infer<typeof UnfreezeAuthority>;

export const CompromisedAuthority = named('CompromisedAuthority', z.object({ reason, lockedOut }).strict(), { reason: 'Its key was found in a backup', lockedOut: 2 });
export type CompromisedAuthority = z.infer<typeof CompromisedAuthority>;

const EXAMPLE = {
  id: 'lineside-g1', family: 'lineside', generation: 1, commonName: 'lineside Device CA G1', keyType: 'P-256', signatureAlgorithm: 'ecdsa-with-SHA256', keyLabel: 'lineside-g1',
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', notBefore: '2026-11-26T08:00:00.000Z', notAfter: '2036-11-26T08:00:00.000Z', state: 'issuing' as const, createdAt: '2026-11-26T08:00:00.000Z',
  activatedAt: '2026-11-26T08:00:00.000Z', cloudStoppedAt: null, production: true, certificatesInUse: 8_431,
};

/** The making of an authority, which takes a card minutes. `id` is the authority's, once it is made. */
export const OperationAnswer = named('AuthorityOperation', z.strictObject({
  id: z.string(),
  state: z.enum(['under-way', 'done', 'failed', 'cancelled']),
  family: z.string(), generation: z.int(), keyType: z.string(), keyLabel: z.string(),
  attempts: z.int(),
  detail: z.string().nullable().meta({ description: 'Why it failed, or what kept the last try from succeeding' }),
  createdAt: Time,
}), {
  id: 'lineside-g2', state: 'under-way', family: 'lineside', generation: 2, keyType: 'P-256', keyLabel: 'lineside-lineside-g2-9f86d081', attempts: 1, detail: null,
  createdAt: '2026-11-26T08:00:00.000Z',
});

export const AuthoritySummary = named('AuthoritySummary', z.strictObject({
  id: z.string(), family: z.string(), generation: z.int(), commonName: z.string(), keyType: z.string(), signatureAlgorithm: z.string(), keyLabel: z.string(),
  fingerprint: z.string(), notBefore: Time, notAfter: Time,
  state: z.enum(['generated', 'registered', 'issuing', 'retiring', 'retired', 'destroyed', 'frozen', 'compromised', 'cancelled']),
  createdAt: Time, activatedAt: Time.nullable(),
  certificatesInUse: z.int().meta({ description: `Certificates of it that are valid: devices that still need it. ${MOST_COUNTED} stands for that many or more; one that retires is needed no more at 0` }),
  cloudStoppedAt: Time.nullable().meta({ description: 'Since when an officer wants its CA INACTIVE in every target' }), production: z.boolean(),
}), EXAMPLE);

export const AuthorityAnswer = named('Authority', AuthoritySummary.extend({ registrations: z.array(RegistrationAnswer) }), { ...EXAMPLE, registrations: [] });
