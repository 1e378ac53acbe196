import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { Json, named, Time } from '../platform/http/api-responses.js';
import type { TargetTable } from './aws-iot.tables.js';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

const RoleArn = z.string().max(2_048).regex(/^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role');

/** Requests are signed, not secret: without TLS a CA could be registered for somebody who answers in AWS's place. */
const ControlEndpoint = z.url({ protocol: /^https?$/ }).max(256).refine(isSafeEndpoint, 'must be https, or http on this machine; without user, path or query');

/** An AWS account and region that units will connect to, and how to reach it. */
export const CreateTarget = named('CreateTarget', z
  .object({
    name: Slug,
    accountId: z.string().regex(/^[0-9]{12}$/, '12 digits'),
    region: z.string().max(32).regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'a region such as eu-west-1'),
    mode: z.enum(['SNI_ONLY', 'DEFAULT']).default('SNI_ONLY'),
    /** Profile of the shared credentials file; without it the AWS SDK's own chain decides. */
    profile: z.string().regex(/^[\w@.+-]{1,64}$/).optional(),
    /** Role to assume in the account, for the service's own calls. */
    roleArn: RoleArn.optional(),
    /** Role that AWS IoT assumes while it provisions a device. */
    provisioningRoleArn: RoleArn,
    controlEndpoint: ControlEndpoint.optional(),
    mqttPort: z.number().int().min(1).max(65_535).default(8883),
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

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
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
  provisioningRoleArn: string;
  controlEndpoint: string | null;
  /** Null until AWS was asked. */
  mqttHost: string | null;
  mqttPort: number;
  createdAt: Date;
}

export const TargetAnswer = named('Target', z.strictObject({
  name: z.string(), accountId: z.string(), region: z.string(), mode: z.enum(['SNI_ONLY', 'DEFAULT']), profile: z.string().nullable(), roleArn: z.string().nullable(),
  provisioningRoleArn: z.string(), controlEndpoint: z.string().nullable(), mqttHost: z.string().nullable(), mqttPort: z.int(), createdAt: Time,
}), {
  name: 'eu', accountId: '111111111111', region: 'eu-west-1', mode: 'SNI_ONLY', profile: 'line', roleArn: null, provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning',
  controlEndpoint: null, mqttHost: 'a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com', mqttPort: 8883, createdAt: '2026-11-26T08:00:00.000Z',
});

const Facts = z.record(z.string(), Json);
const Sync = z.enum(['in-sync', 'pending', 'drifted', 'failed', 'removed']);

export const RegistrationAnswer = named('Registration', z.strictObject({
  authority: z.string(), target: z.string(), state: Sync, desired: Facts, observed: Facts.nullable(), caCertificateId: z.string().nullable(),
  detail: z.string().nullable(),
  problem: z.string().nullable().meta({ description: 'What keeps units of the authority from the target; null when nothing does' }),
  remedy: z.string().nullable(), updatedAt: Time,
}), {
  authority: 'lineside-g1', target: 'eu', state: 'in-sync', desired: { status: 'ACTIVE' }, observed: { status: 'ACTIVE' }, caCertificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', detail: null, problem: null, remedy: null, updatedAt: '2026-11-26T08:00:00.000Z',
});
