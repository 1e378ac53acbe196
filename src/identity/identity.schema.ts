import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { StationKey } from '../issuance/service-key.js';
import { HSM_REFUSALS } from '../hsm/hsm.errors.js';
import type { ErrorCode } from '../platform/errors/error-codes.js';
import { named, Time } from '../platform/http/api-responses.js';
import { Serial } from '../work-orders/serial.js';
import { REVOCATION_REASONS, type RevocationReason } from '../x509/crl.js';

/** PEM; 16 KiB is eight times what an RSA-4096 request needs. */
export const Csr = z.string().min(1).max(16_384);

/** What every request for a certificate may be refused with. */
export const ISSUING_REFUSALS = [
  ...HSM_REFUSALS,
  'csr-malformed', 'csr-too-large', 'csr-trailing-bytes', 'csr-signature-invalid', 'csr-algorithm-unsupported', 'key-malformed', 'key-weak', 'key-unsupported',
  'pem-malformed', 'certificate-malformed', 'private-key-sent', 'key-compromised', 'ledger-older', 'ledger-unknown', 'unit-quarantined', 'name-malformed', 'key-not-allowed', 'key-already-used', 'profile-unknown', 'certificate-refused', 'unit-already-provisioned', 'certificate-revoked',
  'reservation-lost', 'certificate-awaited', 'may-not-issue', 'request-in-progress', 'no-issuing-authority', 'authority-frozen', 'authority-compromised', 'order-exhausted', 'work-order-not-released', 'outside-window', 'serial-unknown',
  'claim-not-ready', 'claim-ended', 'device-key-needed', 'device-key-unwanted', 'secrets-key-missing', 'unit-state', 'unit-not-open', 'lease-lost', 'claimed-elsewhere', 'target-not-ready',
] as const satisfies readonly ErrorCode[];

/** And one that wants the service to make the key. */
export const KEY_MAKING_REFUSALS = ['service-keys-not-allowed', 'station-key-refused', 'key-shown-once', 'key-maker-busy'] as const satisfies readonly ErrorCode[];

export const CSR_EXAMPLE = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB…\n-----END CERTIFICATE REQUEST-----\n';

/** Members of every body that asks for a certificate. */
export const KEY_SOURCE = { csr: Csr.optional(), encryptTo: StationKey.optional() };
/** The CSR of the key that the device made, or the station's key, to which the service encrypts one that it makes. */
export type KeySource = { csr?: string | undefined; encryptTo?: StationKey | undefined };
export const ONE_KEY_SOURCE = 'needs either csr or encryptTo';
export const hasOneKeySource = ({ csr, encryptTo }: KeySource) => (csr === undefined) !== (encryptTo === undefined);

export const DirectRequest = named(
  'DirectRequest',
  z.object({ workOrder: Slug, serial: Serial, ...KEY_SOURCE }).strict().refine(hasOneKeySource, ONE_KEY_SOURCE),
  { workOrder: 'wo-1', serial: 'LS-000042', csr: CSR_EXAMPLE },
);
export type DirectRequest = z.infer<typeof DirectRequest>;

/** Without `encryptTo`: a batch that was cut is sent again, and a key is shown once. */
export const BatchLine = z.object({ workOrder: Slug, serial: Serial, csr: Csr }).strict();
export type BatchLine = z.infer<typeof BatchLine>;

const Endpoint = z.strictObject({ target: z.string(), accountId: z.string(), region: z.string(), host: z.string(), port: z.int() });

/** Where the device asks AWS for its certificate itself. */
const ClaimIdentity = named('ClaimIdentity', z.strictObject({
  thingName: z.string(), endpoints: z.array(Endpoint), roots: z.string(),
  claim: z.strictObject({
    certificate: z.string().optional().meta({ description: 'Of the order’s claim; not where an installer brings the claim' }), certificateId: z.string().optional(),
    privateKey: z.string().optional().meta({ description: 'PKCS#8, PEM: a secret of the order, which the device keeps as its own' }),
    encryptedPrivateKey: z.string().optional().meta({ description: 'With encryptTo: JWE of a PKCS#8' }),
    template: z.string().meta({ description: 'Name of the fleet provisioning template' }),
    voucher: z.string().meta({ description: 'Parameter Voucher of RegisterThing; SerialNumber is the Thing’s name' }),
    expiresAt: Time.optional(),
  }),
}), {
  thingName: 'LS-000042', endpoints: [{ target: 'eu', accountId: '111111111111', region: 'eu-west-1', host: 'a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com', port: 8883 }],
  roots: '-----BEGIN CERTIFICATE-----\nMIID…\n-----END CERTIFICATE-----\n',
  claim: {
    certificate: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    encryptedPrivateKey: 'eyJhbGciOiJFQ0RILUVTK0EyNTZLVyJ9…', template: 'lineside-fleet-0123456789ab', voucher: 'eyJhbGciOiJFUzI1NiJ9…', expiresAt: '2028-11-26T08:00:00.000Z',
  },
});

const IDENTITY_EXAMPLE = {
  certificate: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n', chain: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n',
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', thingName: 'LS-000042', notAfter: '2036-11-26T08:00:00.000Z', authority: 'lineside-g1',
  endpoints: [{ target: 'eu', accountId: '111111111111', region: 'eu-west-1', host: 'a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com', port: 8883 }],
  roots: '-----BEGIN CERTIFICATE-----\nMIID…\n-----END CERTIFICATE-----\n',
};

/** Certificate and chain in PEM. */
export const CertificateIdentity = named('Identity', z.strictObject({
  certificate: z.string(), chain: z.string(), fingerprint: z.string(), certificateId: z.string(), thingName: z.string(), notAfter: Time, authority: z.string(),
  endpoints: z.array(Endpoint),
  roots: z.string().meta({ description: 'PEM: the roots that the device must trust to know its endpoints' }),
  encryptedPrivateKey: z.string().optional().meta({ description: 'With encryptTo: JWE of a PKCS#8, answered once' }),
}), IDENTITY_EXAMPLE);

/** What a unit's device must be given: its certificate, or what it needs to ask AWS for one. */
export const IdentityAnswer = named('UnitIdentity', z.union([CertificateIdentity, ClaimIdentity]), IDENTITY_EXAMPLE);

export const Fingerprint = named(
  'Fingerprint',
  z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the certificate, 64 lower-case hex digits'),
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
);

const IssuedBy = z.string().nullable().meta({ description: 'The authority; null where AWS has signed the certificate' });

export const CertificateListed = named('CertificateListed', z.strictObject({
  serialNumber: z.string(), serial: z.string(), authority: IssuedBy, state: z.enum(['reserved', 'valid', 'revoked', 'abandoned']), fingerprint: z.string().nullable(),
  notBefore: Time, notAfter: Time, workOrder: z.string(),
}), {
  serialNumber: '4f6c2d1b8a907e3355aa10c2d4e6f80912345678', serial: 'LS-000042', authority: 'lineside-g1', state: 'valid', fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', notBefore: '2026-11-26T08:00:00.000Z', notAfter: '2036-11-26T08:00:00.000Z', workOrder: 'wo-1',
});

export const CertificateAnswer = named('Certificate', CertificateListed.omit({ serial: true, notBefore: true }).extend({
  revokedAt: Time.nullable(), revocationReason: z.string().nullable(), certificate: z.string().nullable(),
}), {
  serialNumber: '4f6c2d1b8a907e3355aa10c2d4e6f80912345678', authority: 'lineside-g1', state: 'valid', fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', notAfter: '2036-11-26T08:00:00.000Z', workOrder: 'wo-1', revokedAt: null, revocationReason: null, certificate: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n',
});

export const RevokeCertificate = named(
  'RevokeCertificate',
  z.object({ reason: z.enum(Object.keys(REVOCATION_REASONS) as [RevocationReason, ...RevocationReason[]]) }).strict(),
  { reason: 'keyCompromise' },
);
export type RevokeCertificate = z.infer<typeof RevokeCertificate>;

export const RevocationAnswer = named('Revocation', z.strictObject({
  fingerprint: z.string(), serialNumber: z.string(), serial: z.string(), authority: IssuedBy, state: z.literal('revoked'), reason: z.string(), revokedAt: Time,
}), {
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', serialNumber: '4f6c2d1b8a907e3355aa10c2d4e6f80912345678', serial: 'LS-000042', authority: 'lineside-g1', state: 'revoked', reason: 'keyCompromise', revokedAt: '2026-11-26T08:00:00.000Z',
});
