import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { StationKey } from '../issuance/station-key.js';
import { Slot } from '../stations/station.schema.js';
import { Serial } from '../work-orders/work-order.schema.js';

/** A job's id as callers see it. (BullMQ takes no id made of digits, so the prefix goes all the way down.) */
export const JobId = z
  .string()
  .regex(/^job-[1-9][0-9]{0,14}$/, 'job- and a number')
  .transform((text) => Number(text.slice('job-'.length)))
  .meta({ id: 'JobId', examples: ['job-42'] });

export const jobName = (id: number) => `job-${id}`;

const Fence = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Free-form facts of the station, bounded. */
const Facts = z.record(z.string().max(64), z.json()).refine((facts) => JSON.stringify(facts).length <= 16_384, { message: 'at most 16 KiB' });

export const Claim = z.object({ slot: Slot, serial: Serial.optional(), waitMs: z.number().int().min(0).max(30_000).default(0) }).strict().meta({ id: 'Claim' });
export type Claim = z.infer<typeof Claim>;

export const Heartbeat = z
  .object({ fence: Fence, phase: z.string().max(64).optional(), progress: z.number().min(0).max(1).optional(), checkpoint: Facts.optional() })
  .strict()
  .meta({ id: 'Heartbeat' });
export type Heartbeat = z.infer<typeof Heartbeat>;

/** PEM; 8 KiB is four times what an RSA-4096 request needs. */
const Csr = z.string().min(1).max(16_384);

const keySource = { csr: Csr.optional(), encryptTo: StationKey.optional() };
/** The CSR of the key that the device made, or the station's key, to which the service encrypts one that it makes. */
export type KeySource = { csr?: string | undefined; encryptTo?: StationKey | undefined };
export const ONE_KEY_SOURCE = 'needs either csr or encryptTo';
const hasOneKeySource = ({ csr, encryptTo }: KeySource) => (csr === undefined) !== (encryptTo === undefined);

/** Whether the answer to such a request body holds a private key. */
export const asksForKey = (body: unknown) => typeof body === 'object' && body !== null && 'encryptTo' in body;

export const CertificateRequest = z.object({ fence: Fence, ...keySource }).strict().refine(hasOneKeySource, ONE_KEY_SOURCE).meta({ id: 'CertificateRequest' });
export type CertificateRequest = z.infer<typeof CertificateRequest>;

export const Result = z
  .object({
    fence: Fence,
    /** OpenHTF's five; ERROR, TIMEOUT and ABORTED say nothing about the unit, and it may try again. */
    outcome: z.enum(['PASS', 'FAIL', 'ERROR', 'TIMEOUT', 'ABORTED']),
    failureCode: z.string().max(64).optional(),
    record: Facts.optional(),
  })
  .strict()
  .meta({ id: 'Result' });
export type Result = z.infer<typeof Result>;

export const Release = z.object({ fence: Fence }).strict().meta({ id: 'Release' });
export type Release = z.infer<typeof Release>;

export const DirectRequest = z.object({ workOrder: Slug, serial: Serial, ...keySource }).strict().refine(hasOneKeySource, ONE_KEY_SOURCE).meta({ id: 'DirectRequest' });
export type DirectRequest = z.infer<typeof DirectRequest>;

/** Without `encryptTo`: a batch that was cut is sent again, and a key is shown once. */
export const BatchLine = z.object({ workOrder: Slug, serial: Serial, csr: Csr }).strict();
export type BatchLine = z.infer<typeof BatchLine>;
