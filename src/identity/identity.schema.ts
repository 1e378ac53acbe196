import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { StationKey } from '../issuance/service-key.js';
import { Time } from '../platform/http/api-responses.js';
import { Serial } from '../work-orders/serial.js';
import { REVOCATION_REASONS, type RevocationReason } from '../x509/crl.js';

/** PEM; 16 KiB is eight times what an RSA-4096 request needs. */
const Csr = z.string().min(1).max(16_384);

/** Members of every body that asks for a certificate. */
export const KEY_SOURCE = { csr: Csr.optional(), encryptTo: StationKey.optional() };
/** The CSR of the key that the device made, or the station's key, to which the service encrypts one that it makes. */
export type KeySource = { csr?: string | undefined; encryptTo?: StationKey | undefined };
export const ONE_KEY_SOURCE = 'needs either csr or encryptTo';
export const hasOneKeySource = ({ csr, encryptTo }: KeySource) => (csr === undefined) !== (encryptTo === undefined);

/** Whether the answer to such a request body holds a private key. */
export const asksForKey = (body: unknown) => typeof body === 'object' && body !== null && 'encryptTo' in body;

export const DirectRequest = z.object({ workOrder: Slug, serial: Serial, ...KEY_SOURCE }).strict().refine(hasOneKeySource, ONE_KEY_SOURCE).meta({ id: 'DirectRequest' });
export type DirectRequest = z.infer<typeof DirectRequest>;

/** Without `encryptTo`: a batch that was cut is sent again, and a key is shown once. */
export const BatchLine = z.object({ workOrder: Slug, serial: Serial, csr: Csr }).strict();
export type BatchLine = z.infer<typeof BatchLine>;

const Endpoint = z.strictObject({ target: z.string(), accountId: z.string(), region: z.string(), host: z.string(), port: z.int() });

/** Certificate and chain in PEM. */
export const IdentityAnswer = z.strictObject({
  certificate: z.string(), chain: z.string(), fingerprint: z.string(), certificateId: z.string(), thingName: z.string(), notAfter: Time, authority: z.string(),
  endpoints: z.array(Endpoint),
  encryptedPrivateKey: z.string().optional().meta({ description: 'With encryptTo: JWE of a PKCS#8, answered once' }),
});

export const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the certificate, 64 lower-case hex digits');

export const CertificateListed = z.strictObject({
  serialNumber: z.string(), serial: z.string(), authority: z.string(), state: z.enum(['reserved', 'valid', 'revoked', 'abandoned']), fingerprint: z.string().nullable(),
  notBefore: Time, notAfter: Time, workOrder: z.string(),
});

export const CertificateAnswer = CertificateListed.omit({ serial: true, notBefore: true }).extend({
  revokedAt: Time.nullable(), revocationReason: z.string().nullable(), certificate: z.string().nullable(),
});

export const RevokeCertificate = z
  .object({ reason: z.enum(Object.keys(REVOCATION_REASONS) as [RevocationReason, ...RevocationReason[]]) })
  .strict()
  .meta({ id: 'RevokeCertificate' });
export type RevokeCertificate = z.infer<typeof RevokeCertificate>;

export const RevocationAnswer = z.strictObject({
  fingerprint: z.string(), serialNumber: z.string(), serial: z.string(), authority: z.string(), state: z.literal('revoked'), reason: z.string(), revokedAt: Time,
});
