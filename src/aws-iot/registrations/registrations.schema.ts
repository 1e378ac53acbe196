import { z } from 'zod';
import { Json, named, Time } from '../../platform/http/api-responses.js';

const Facts = z.record(z.string(), Json);

const PlannedDifference = z.strictObject({
  kind: z.string(), name: z.string(),
  setting: z.string().meta({ description: '`exists` of what is not there at all' }),
  is: Json, should: Json,
  what: z.string(),
  keepsOut: z.boolean().meta({ description: 'Nothing is made for the target while it is so: devices can’t come in, or a person changed what they need and nobody has taken it over' }),
  accepted: z.boolean().meta({ description: 'A person has taken it over as it is now: it stops nothing by itself; it is forgotten as soon as it is otherwise' }),
  canApply: z.boolean().meta({ description: 'POST …/apply makes it right; otherwise it can only be taken over, or changed in AWS' }),
  remedy: z.string(),
});

export type PlannedDifference = z.infer<typeof PlannedDifference>;

/** What is in AWS and what should be, side by side. */
export const RegistrationPlan = named('RegistrationPlan', z.strictObject({
  authority: z.string(), target: z.string(), differences: z.array(PlannedDifference),
  madeRight: z.array(z.string()).optional().meta({ description: 'Answered by POST …/apply: what differed before it and does no more, also what was taken over' }),
}), {
  authority: 'lineside-g1', target: 'eu',
  differences: [{
    kind: 'ca-certificate', name: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', setting: 'status', is: 'INACTIVE', should: 'ACTIVE',
    what: 'the CA is INACTIVE, which only a person lifts', keepsOut: true, accepted: false, canApply: true,
    remedy: 'If whoever stopped it agrees, an officer lifts it: POST /v1/aws/registrations/lineside-g1/eu/apply. In AWS it is aws iot update-ca-certificate …',
  }],
});
export type RegistrationPlan = z.infer<typeof RegistrationPlan>;

/** What stopping an authority in AWS does: whom it locks out. */
export const CloudStop = named('CloudStop', z.strictObject({
  authority: z.string(),
  lockedOut: z.int().meta({ description: 'Passed or shipped units that AWS would learn of by their first connection, which has not come in some target' }),
  onTheLine: z.int().meta({ description: 'Certified units that can’t pass while the stop lasts' }),
  serials: z.array(z.string()).meta({ description: 'Of the first 100 units that would be locked out' }),
  targets: z.array(z.strictObject({
    target: z.string(), lockedOut: z.int(),
    state: z.enum(['unverified', 'verified', 'paused', 'retired']).meta({ description: 'A stop reaches a paused target when that is resumed, and the account of a retired one, whose CA was left ACTIVE, once another target stands for it' }),
  })),
}), { authority: 'lineside-g1', lockedOut: 2, onTheLine: 1, serials: ['LS-000041', 'LS-000042'], targets: [{ target: 'eu', lockedOut: 2, state: 'verified' }] });
export type CloudStop = z.infer<typeof CloudStop>;

export const ApplyPlan = named('ApplyPlan', z.object({ reason: z.string().trim().min(1).max(256).optional() }).strict().prefault({}), { reason: 'The stop of this morning is over' });
export type ApplyPlan = z.infer<typeof ApplyPlan>;

export const AcceptPlan = named('AcceptPlan', z.object({
  settings: z.array(z.object({ kind: z.string().max(64), name: z.string().max(256), setting: z.string().max(64) }).strict()).min(1).max(64).optional()
    .meta({ description: 'Which differences of the plan; left out: all of them' }),
  reason: z.string().trim().min(1).max(256).optional(),
}).strict().prefault({}), { settings: [{ kind: 'policy', name: 'lineside-device', setting: 'document' }], reason: 'The policy is kept by the cloud team' });
export type AcceptPlan = z.infer<typeof AcceptPlan>;

export const TargetResourceAnswer = named('TargetResource', z.strictObject({
  target: z.string(), kind: z.string(), name: z.string(), authority: z.string().nullable(), method: z.string(), desired: Facts, observed: Facts.nullable(),
  accepted: Facts.meta({ description: 'Settings that a person has taken over, as long as they are as he took them over' }),
  state: z.enum(['in-sync', 'pending', 'drifted', 'failed', 'removed']), detail: z.string().nullable(), since: Time, updatedAt: Time,
}), {
  target: 'eu', kind: 'policy', name: 'lineside-device', authority: null, method: 'jitp', desired: { document: '{}' }, observed: { document: '{}' }, accepted: {}, state: 'in-sync', detail: null,
  since: '2026-11-26T08:00:00.000Z', updatedAt: '2026-11-26T08:00:00.000Z',
});
