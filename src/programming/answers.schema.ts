import { z } from 'zod';
import { Time } from '../platform/http/answers.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';

const JobState = z.enum(['queued', 'leased', 'passed', 'failed', 'cancelled']);
const Job = z.strictObject({ id: z.string(), state: JobState });
const Endpoint = z.strictObject({ target: z.string(), accountId: z.string(), region: z.string(), host: z.string(), port: z.int() });

export const GrantedAnswer = z.strictObject({
  job: Job,
  unit: z.strictObject({ serial: z.string() }),
  workOrder: z.strictObject({ id: z.string(), product: z.string(), method: z.string(), profile: z.string() }),
  lease: z.strictObject({ fence: z.int(), expiresInMs: z.int() }),
  attempt: z.int(),
  checkpoint: z.record(z.string(), z.json()).optional(),
  certificate: z.string().optional().meta({ description: 'PEM; the unit has it from an earlier attempt' }),
});

export const HeartbeatAnswer = z.strictObject({ expiresInMs: z.int(), directive: z.enum(['continue', 'cancel', 'drain']) });

/** Certificate and chain in PEM. */
export const IdentityAnswer = z.strictObject({
  certificate: z.string(), chain: z.string(), fingerprint: z.string(), certificateId: z.string(), thingName: z.string(), notAfter: Time, authority: z.string(),
  endpoints: z.array(Endpoint),
  encryptedPrivateKey: z.string().optional().meta({ description: 'With encryptTo: JWE of a PKCS#8, answered once' }),
});

export const EndedAnswer = z.strictObject({ job: Job, unit: z.strictObject({ serial: z.string(), state: z.enum(UNIT_STATES) }), attempt: z.int() });

export const QueueAnswer = z.strictObject({ id: z.string(), line: z.string(), name: z.string(), jobs: z.record(JobState, z.int()), conveyor: z.int().nullable() });
