import { z } from 'zod';
import { Time } from '../platform/http/answers.js';

const Facts = z.record(z.string(), z.json());
const Sync = z.enum(['in-sync', 'pending', 'drifted', 'failed']);

export const RegistrationAnswer = z.strictObject({
  authority: z.string(), target: z.string(), state: Sync, desired: Facts, observed: Facts.nullable(), caCertificateId: z.string().nullable(),
  detail: z.string().nullable(), updatedAt: Time,
});

export const AuthoritySummary = z.strictObject({
  id: z.string(), family: z.string(), generation: z.int(), commonName: z.string(), keyType: z.string(), signatureAlgorithm: z.string(), keyLabel: z.string(),
  fingerprint: z.string(), notBefore: Time, notAfter: Time,
  state: z.enum(['generated', 'registered', 'issuing', 'retiring', 'retired', 'destroyed', 'frozen', 'compromised']),
  createdAt: Time, activatedAt: Time.nullable(), production: z.boolean(),
});

export const AuthorityAnswer = AuthoritySummary.extend({ registrations: z.array(RegistrationAnswer) });

export const TargetAnswer = z.strictObject({
  name: z.string(), accountId: z.string(), region: z.string(), mode: z.enum(['SNI_ONLY', 'DEFAULT']), profile: z.string().nullable(), roleArn: z.string().nullable(),
  provisioningRoleArn: z.string(), controlEndpoint: z.string().nullable(), mqttHost: z.string().nullable(), mqttPort: z.int(), createdAt: Time,
});

export const RevocationAnswer = z.strictObject({
  fingerprint: z.string(), serialNumber: z.string(), serial: z.string(), authority: z.string(), state: z.literal('revoked'), reason: z.string(), revokedAt: Time,
});
