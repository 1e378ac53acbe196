import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { Slug } from '../../access/access.schema.js';
import { Json, named, Time } from '../../platform/http/api-responses.js';
import type { Ownership, TargetState, TargetTable } from '../aws-iot.tables.js';
import { CheckResult } from './target-check.schema.js';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

const RoleArn = z.string().max(2_048).regex(/^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role');

/** STS API reference, Tag: at most 50, keys up to 128 characters, values up to 256. */
const SessionTags = z
  .record(z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u), z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u))
  .refine((tags) => Object.keys(tags).length <= 50, 'at most 50 tags')
  .meta({ description: 'Tags of the session in which the role is assumed' });

/** Requests are signed, not secret: without TLS a CA could be registered for somebody who answers in AWS's place. */
const ControlEndpoint = z.url({ protocol: /^https?$/ }).max(256).refine(isSafeEndpoint, 'must be https, or http on this machine; without user, path or query');

const DeviceRoots = z.string().max(65_536).refine(isBundle, 'must be CA certificates in PEM')
  .meta({ description: 'Roots in PEM that devices must trust to know the endpoint, of a custom domain or a sandbox; without them those of AWS’s own endpoints, Amazon Root CA 1 and 3' });

/** What may be changed later. */
const CHANGEABLE = {
  mode: z.enum(['SNI_ONLY', 'DEFAULT']),
  profile: z.string().regex(/^[\w@.+-]{1,64}$/).meta({ description: 'Profile of the shared credentials file; without it the AWS SDK’s own chain decides' }),
  roleArn: RoleArn.meta({ description: 'Role to assume in the account, for the service’s own calls' }),
  /** STS API reference, AssumeRole. */
  externalId: z.string().regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id: 2 to 1224 letters, digits and +=,.@:/-').meta({ description: 'What the role’s trust policy wants as sts:ExternalId' }),
  sessionTags: SessionTags,
  provisioningRoleArn: RoleArn.meta({ description: 'Role that AWS IoT assumes while it provisions a device' }),
  controlEndpoint: ControlEndpoint,
  mqttPort: z.number().int().min(1).max(65_535),
  ownership: z.enum(['report', 'enforce']).meta({ description: 'What becomes of a difference that a person made in AWS: it is shown until somebody decides (`report`), or made right (`enforce`). A CA that was set INACTIVE stays so either way' }),
  quotaPercent: z.number().int().min(1).max(1_000).meta({ description: 'How much of AWS IoT’s default quotas of calls a second the service uses, all its processes together; the rest is for the account’s other programs. Over 100 where AWS has raised the quotas' }),
  deviceEndpoint: z.hostname().max(253).meta({ description: 'Host name of a custom domain of the account, where devices connect instead of at the account’s own endpoint' }),
  deviceRoots: DeviceRoots,
};
const { mode, profile, roleArn, externalId, sessionTags, provisioningRoleArn, controlEndpoint, mqttPort, ownership, quotaPercent, deviceEndpoint, deviceRoots } = CHANGEABLE;

/** An AWS account and region that units will connect to, and how to reach it. */
export const CreateTarget = named('CreateTarget', z
  .object({
    name: Slug,
    accountId: z.string().regex(/^[0-9]{12}$/, '12 digits'),
    region: z.string().max(32).regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'a region such as eu-west-1'),
    mode: mode.default('SNI_ONLY'),
    profile: profile.optional(),
    roleArn: roleArn.optional(),
    externalId: externalId.optional(),
    sessionTags: sessionTags.default({}),
    provisioningRoleArn,
    controlEndpoint: controlEndpoint.optional(),
    mqttPort: mqttPort.default(8883),
    ownership: ownership.default('report'),
    quotaPercent: quotaPercent.default(50),
    deviceEndpoint: deviceEndpoint.optional(),
    deviceRoots: deviceRoots.optional(),
  })
  .strict()
  .refine(({ accountId, roleArn }) => roleArn === undefined || accountOf(roleArn) === accountId, {
    path: ['roleArn'],
    message: 'must be a role of the target’s own account',
  })
  .refine(({ accountId, provisioningRoleArn }) => accountOf(provisioningRoleArn) === accountId, {
    path: ['provisioningRoleArn'],
    message: 'must be a role of the target’s own account',
  })
, { name: 'eu', accountId: '111111111111', region: 'eu-west-1', profile: 'line', provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning' });
export type CreateTarget = z.infer<typeof CreateTarget>;

/** Left out: stays as it is. Null: is taken away. */
export const ChangeTarget = named('ChangeTarget', z
  .object({
    mode, profile: profile.nullable(), roleArn: roleArn.nullable(), externalId: externalId.nullable(), sessionTags, provisioningRoleArn,
    controlEndpoint: controlEndpoint.nullable(), mqttPort, ownership, quotaPercent, deviceEndpoint: deviceEndpoint.nullable(), deviceRoots: deviceRoots.nullable(),
  })
  .partial()
  .strict()
  .refine((body) => Object.keys(body).length > 0, 'names nothing to change')
, { roleArn: 'arn:aws:iam::111111111111:role/lineside', externalId: 'line-7' });
export type ChangeTarget = z.infer<typeof ChangeTarget>;

/** Why a person pauses, resumes or retires it. */
export const TargetReason = named('TargetReason', z.object({ reason: z.string().trim().min(1).max(256).optional() }).strict().prefault({}), { reason: 'The account’s credentials are being replaced' });
export type TargetReason = z.infer<typeof TargetReason>;

/** `reason` is needed for giving up. */
export const RetireTarget = z.object({
  reason: z.string().trim().min(1).max(256).optional(),
  giveUpKeepOuts: z.enum(['true', 'false']).optional().meta({ description: 'Retire it although AWS was not told there of revocations and quarantines' }),
}).strict().refine(({ reason, giveUpKeepOuts }) => giveUpKeepOuts !== 'true' || reason !== undefined, { path: ['reason'], message: 'is needed where keep-outs are given up' });
export type RetireTarget = z.infer<typeof RetireTarget>;

export function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}

function isBundle(text: string): boolean {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return certificates.length > 0 && certificates.every((pem) => new X509Certificate(pem).ca);
  } catch {
    return false;
  }
}

function isSafeEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || LOOPBACK.has(url.hostname);
}

export interface Target {
  name: string;
  accountId: string;
  region: string;
  mode: TargetTable['mode'];
  profile: string | null;
  roleArn: string | null;
  externalId: string | null;
  sessionTags: Record<string, string>;
  provisioningRoleArn: string;
  controlEndpoint: string | null;
  /** Null until AWS was asked. */
  mqttHost: string | null;
  mqttPort: number;
  deviceEndpoint: string | null;
  deviceRoots: string | null;
  ownership: Ownership;
  quotaPercent: number;
  state: TargetState;
  stateReason: string | null;
  check: CheckResult | null;
  createdAt: Date;
}

const TARGET_EXAMPLE = {
  name: 'eu', accountId: '111111111111', region: 'eu-west-1', mode: 'SNI_ONLY', profile: 'line', roleArn: null, externalId: null, sessionTags: {}, provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning',
  controlEndpoint: null, mqttHost: 'a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com', mqttPort: 8883, deviceEndpoint: null, deviceRoots: null, ownership: 'report', quotaPercent: 50, state: 'verified', stateReason: null, check: null, createdAt: '2026-11-26T08:00:00.000Z',
} as const;

export const TargetAnswer = named('Target', z.strictObject({
  name: z.string(), accountId: z.string(), region: z.string(), mode: z.enum(['SNI_ONLY', 'DEFAULT']), profile: z.string().nullable(), roleArn: z.string().nullable(),
  externalId: z.string().nullable(), sessionTags: z.record(z.string(), z.string()),
  provisioningRoleArn: z.string(), controlEndpoint: z.string().nullable(), mqttHost: z.string().nullable(), mqttPort: z.int(), deviceEndpoint: z.string().nullable(), deviceRoots: z.string().nullable(), ownership: z.enum(['report', 'enforce']), quotaPercent: z.int(),
  state: z.enum(['unverified', 'verified', 'paused', 'retired']).meta({ description: '`unverified` until its check has passed; nothing joins it before' }),
  stateReason: z.string().nullable(),
  check: CheckResult.nullable().meta({ description: 'What the last check found' }),
  createdAt: Time,
}), TARGET_EXAMPLE);

/** A CA that still lets devices in in the account of a retired target, as it was last seen there. */
export interface OpenCa {
  authority: string;
  caCertificateId: string;
  status: string;
  autoRegistration: string | null;
  /** An officer wants it INACTIVE in every target. */
  stopped: boolean;
}

/** A target that nobody looks after any more, and what that leaves open in its account. */
export interface RetiredTarget extends Target {
  staysOpen: { authorities: OpenCa[]; keepOuts: number; remedy: string | null };
}

export const RetiredTargetAnswer = named('RetiredTarget', TargetAnswer.extend({
  staysOpen: z.strictObject({
    authorities: z.array(z.strictObject({ authority: z.string(), caCertificateId: z.string(), status: z.string(), autoRegistration: z.string().nullable(), stopped: z.boolean() }))
      .meta({ description: 'CAs that were last seen ACTIVE there; `stopped`: although an officer has stopped the authority in AWS' }),
    keepOuts: z.int().meta({ description: 'Certificates that were revoked, or whose units are quarantined, of which AWS was not told there' }),
    remedy: z.string().nullable().meta({ description: 'Null where nothing is known to stay open, or another target stands for the account' }),
  }),
}), {
  ...TARGET_EXAMPLE, state: 'retired', stateReason: 'The account is closed',
  staysOpen: {
    authorities: [{ authority: 'lineside-g1', caCertificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', status: 'ACTIVE', autoRegistration: 'ENABLE', stopped: false }], keepOuts: 0,
    remedy: 'Revocations and stops do not reach account 111111111111 in eu-west-1 any more. POST /v1/aws/targets with this account and region and another name catches up with them.',
  },
});

const Facts = z.record(z.string(), Json);
const Sync = z.enum(['in-sync', 'pending', 'drifted', 'failed', 'removed']);

export const RegistrationAnswer = named('Registration', z.strictObject({
  authority: z.string(), target: z.string(), method: z.string(), state: Sync, desired: Facts, observed: Facts.nullable(), caCertificateId: z.string().nullable(),
  step: z.enum(['make', 'keep-out', 'watch']).meta({ description: '`make`: not all of it was made yet; `keep-out`: AWS is told whom to keep out before the CA may let devices in; `watch`: it is looked at again and again' }),
  detail: z.string().nullable(),
  attempts: z.int().meta({ description: 'Failed ones in a row' }), since: Time.meta({ description: 'Since when it is in this state' }), nextAttempt: Time,
  awsError: z.string().nullable().meta({ description: 'Of the last failed attempt: AWS’s name of the error, or that of a network failure' }),
  problem: z.string().nullable().meta({ description: 'What keeps units of the authority from the target; null when nothing does' }),
  remedy: z.string().nullable(), updatedAt: Time,
}), {
  authority: 'lineside-g1', target: 'eu', method: 'jitp', state: 'in-sync', desired: { status: 'ACTIVE' }, observed: { status: 'ACTIVE' }, caCertificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', step: 'watch', detail: null,
  attempts: 0, since: '2026-11-26T08:00:00.000Z', nextAttempt: '2026-11-26T08:00:20.000Z', awsError: null, problem: null, remedy: null, updatedAt: '2026-11-26T08:00:00.000Z',
});
