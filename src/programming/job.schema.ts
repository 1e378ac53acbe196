import { z } from 'zod';
import { Json, named } from '../platform/http/api-responses.js';
import { CSR_EXAMPLE, hasOneKeySource, KEY_SOURCE, ONE_KEY_SOURCE } from '../identity/identity.schema.js';
import { Slot } from '../stations/station.schema.js';
import { Slug } from '../access/access.schema.js';
import { Revision } from '../work-orders/revision.js';
import { Scan } from '../work-orders/serial.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';

/** A job's id as callers see it. (BullMQ takes no id made of digits, so the prefix goes all the way down.) */
export const JobId = z
  .string()
  .regex(/^job-[1-9][0-9]{0,14}$/, 'job- and a number')
  .transform((text) => Number(text.slice('job-'.length)))
  .meta({ id: 'JobId', example: 'job-42' });

export const jobName = (id: number) => `job-${id}`;

export const Fence = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Free-form facts of the station, bounded. */
const Facts = z.record(z.string().max(64), Json).refine((facts) => JSON.stringify(facts).length <= 16_384, { message: 'at most 16 KiB' });

export const Claim = named(
  'Claim',
  z.object({
    slot: Slot,
    serial: Scan.optional(), confirm: Scan.optional().meta({ description: 'The serial as it was read once more, from another label or out of the chip' }),
    revision: Revision.optional().meta({ description: 'Of its hardware, as the station read it from the board that was scanned' }),
    workOrder: Slug.optional().meta({ description: 'The order for which the station is set up: units of others are refused, and without a serial only its jobs are given' }),
    waitMs: z.number().int().min(0).max(30_000).default(0),
  }).strict().refine(({ serial, revision, confirm }) => (revision ?? confirm) === undefined || serial !== undefined, { message: 'revision and confirm are of a board that was scanned', path: ['serial'] }),
  { slot: '1', waitMs: 25_000 },
);
export type Claim = z.infer<typeof Claim>;

export const Heartbeat = named(
  'Heartbeat',
  z.object({ fence: Fence, phase: z.string().max(64).optional(), progress: z.number().min(0).max(1).optional(), checkpoint: Facts.optional() }).strict(),
  { fence: 7, phase: 'flash', progress: 0.4, checkpoint: { block: 12 } },
);
export type Heartbeat = z.infer<typeof Heartbeat>;

export const CertificateRequest = named(
  'CertificateRequest',
  z.object({ fence: Fence, ...KEY_SOURCE }).strict().refine(hasOneKeySource, ONE_KEY_SOURCE),
  { fence: 7, csr: CSR_EXAMPLE },
);
export type CertificateRequest = z.infer<typeof CertificateRequest>;

export const Release = named('Release', z.object({ fence: Fence }).strict(), { fence: 7 });
export type Release = z.infer<typeof Release>;

export const JOB_STATES = ['queued', 'leased', 'passed', 'failed', 'cancelled'] as const;
const JobState = z.enum(JOB_STATES);
export const Job = z.strictObject({ id: z.string(), state: JobState });
export const GrantedAnswer = named('Granted', z.strictObject({
  job: Job,
  unit: z.strictObject({ serial: z.string(), revision: z.string().nullable().meta({ description: 'Of its hardware, as the order says' }) }),
  step: z.strictObject({ name: z.string(), number: z.int(), of: z.int() }).meta({ description: 'Of the unit’s route; it has passed with the last one' }),
  workOrder: z.strictObject({ id: z.string(), product: z.string(), method: z.string(), profile: z.string() }),
  lease: z.strictObject({ fence: z.int(), expiresInMs: z.int() }),
  attempt: z.int(),
  checkpoint: z.record(z.string(), Json).optional(),
  certificate: z.string().optional().meta({ description: 'PEM; the unit has it from an earlier attempt' }),
}), {
  job: { id: 'job-42', state: 'leased' }, unit: { serial: 'LS-000042', revision: 'B' }, step: { name: 'provision', number: 1, of: 2 }, workOrder: { id: 'wo-1', product: 'sensor', method: 'jitp', profile: 'device' },
  lease: { fence: 7, expiresInMs: 30_000 }, attempt: 1, checkpoint: { block: 12 },
});

export const HeartbeatAnswer = named(
  'HeartbeatAnswer',
  z.strictObject({ expiresInMs: z.int(), directive: z.enum(['continue', 'cancel', 'drain']) }),
  { expiresInMs: 30_000, directive: 'continue' },
);

/** A supervisor's word on a unit, with the reason for the record. */
export const Decision = named('Decision', z.object({ reason: z.string().min(1).max(200).optional() }).strict(), { reason: 'solder bridge at U3' });
export type Decision = z.infer<typeof Decision>;

export const ReworkDecision = named(
  'ReworkDecision',
  z.object({
    reason: z.string().min(1).max(200).optional(),
    /** Somebody else may have the device's key: its certificates are revoked for keyCompromise, whatever they were revoked for before, and no key that it had is certified again. */
    keyCompromised: z.boolean().default(false),
  }).strict(),
  { reason: 'resoldered', keyCompromised: false },
);
export type ReworkDecision = z.infer<typeof ReworkDecision>;

/** `certificate`: fingerprint of the one that the unit had. `job`: the one that waits for a station now. */
export const DecidedAnswer = named(
  'Decided',
  z.strictObject({ serial: z.string(), state: z.enum(UNIT_STATES), certificate: z.string().nullable(), job: z.string().nullable() }),
  { serial: 'LS-000042', state: 'reworking', certificate: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', job: 'job-57' },
);

export const ShippedAnswer = named('Shipped', z.strictObject({ serial: z.string(), state: z.literal('shipped') }), { serial: 'LS-000042', state: 'shipped' });
