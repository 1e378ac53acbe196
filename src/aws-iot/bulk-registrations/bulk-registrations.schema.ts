import { z } from 'zod';
import { Slug } from '../../access/access.schema.js';
import { named, Time } from '../../platform/http/api-responses.js';
import { PageQuery } from '../../platform/http/page.js';

export const BulkRegistrationId = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).meta({ example: 7 });

export const BulkRegistrationsQuery = PageQuery.extend({
  target: Slug.optional(),
  open: z.enum(['true', 'false']).transform((open) => open === 'true').optional().meta({ description: '`true`: those that have not ended; `false`: those that have' }),
});
export type BulkRegistrationsQuery = z.infer<typeof BulkRegistrationsQuery>;

export const BulkRegistrationAnswer = named('BulkRegistration', z.strictObject({
  id: z.int(), target: z.string(),
  state: z.enum(['collecting', 'sealed', 'uploaded', 'starting', 'running', 'reporting', 'ended'])
    .meta({ description: '`collecting`: units join it; `sealed`: its lines are fixed; `uploaded`: the file is in the bucket; `starting`: AWS was asked to start the task; `running`: AWS works on it; `reporting`: its reports are read; `ended`: each unit is looked at in AWS' }),
  signer: z.enum(['hsm', 'aws']).meta({ description: '`aws`: its lines are CSRs, which AWS signs' }),
  trial: z.boolean().meta({ description: 'A task with one line that makes nothing, which shows whether AWS takes template, role and bucket; that line fails' }),
  bucket: z.string(), key: z.string().meta({ description: 'Of the input file' }), roleArn: z.string(),
  lines: z.int(), succeeded: z.int().meta({ description: 'As AWS counts while the task runs, and as its reports say afterwards' }), failed: z.int(), percentage: z.int(),
  taskId: z.string().nullable(), taskStatus: z.string().nullable().meta({ description: 'AWS’s word' }),
  waitsFor: z.string().nullable().meta({ description: 'Id of another task that runs in the account; AWS runs one at a time' }),
  detail: z.string().nullable().meta({ description: 'What it waits for, or what went wrong' }),
  awsError: z.string().nullable().meta({ description: 'Of the last failed attempt: AWS’s name of the error, or that of a network failure' }),
  remedy: z.string().nullable(),
  attempts: z.int().meta({ description: 'In this state' }), nextAttempt: Time.nullable(), createdAt: Time, startedAt: Time.nullable(), endedAt: Time.nullable(),
}), {
  id: 7, target: 'eu', state: 'running', signer: 'hsm', trial: false, bucket: 'factory-111111111111', key: 'line-7/units-2026-11-26-5f0c3a9be1d24d70.json', roleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning',
  lines: 5_000, succeeded: 1_210, failed: 2, percentage: 24, taskId: '8f9a2f6e-3a52-4d0c-9a51-0d6d1f0a7c55', taskStatus: 'InProgress', waitsFor: null, detail: null, awsError: null, remedy: null,
  attempts: 14, nextAttempt: '2026-11-26T08:00:15.000Z', createdAt: '2026-11-26T07:57:00.000Z', startedAt: '2026-11-26T07:58:00.000Z', endedAt: null,
});

export const BulkFailure = named('BulkFailure', z.strictObject({
  line: z.int(), serial: z.string(), certificateId: z.string().nullable().meta({ description: 'Null where AWS signs' }), errorCode: z.string().nullable(), reason: z.string().nullable(),
}), {
  line: 42, serial: 'LS-000042', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', errorCode: 'ResourceNotFoundException', reason: 'Thing type sensor not found.',
});

export const SentAgain = named('SentAgain', z.strictObject({ units: z.int().meta({ description: 'Of failed lines, due now' }) }), { units: 2 });
