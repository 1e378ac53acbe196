import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { CSR_EXAMPLE, Csr, Fingerprint, IdentityAnswer, ISSUING_REFUSALS } from '../identity/identity.schema.js';
import type { ErrorCode } from '../platform/errors/error-codes.js';
import { named, Time } from '../platform/http/api-responses.js';
import { PageQuery } from '../platform/http/page.js';
import { Serial } from '../work-orders/serial.js';
import type { Delivered } from './delivery.js';
import type { Renewal } from './renewal.repository.js';

/** Of every request for a renewal. */
export const RENEWAL_REFUSALS = [
  ...ISSUING_REFUSALS, 'unit-not-renewable', 'certificate-missing', 'certificate-not-ours', 'renewal-needs-new-key', 'renewal-of-another', 'renewal-open', 'renewal-cancelled', 'work-order-unconfirmed',
] as const satisfies readonly ErrorCode[];

const FINGERPRINT = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const FORMER = '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752';

const REQUEST = {
  csr: Csr,
  replaces: Fingerprint.optional().meta({ description: 'Fingerprint of the certificate whose place the new one takes. Needed where the device can’t make another key, so that a repeat is known from a second renewal' }),
};

export const RenewalBody = named('RenewalRequest', z.object(REQUEST).strict(), { csr: CSR_EXAMPLE });
export type RenewalBody = z.infer<typeof RenewalBody>;

export const RenewalLine = z.object({ serial: Serial, ...REQUEST }).strict();
export type RenewalLine = z.infer<typeof RenewalLine>;

const State = z.enum(['registering', 'ready', 'delivered', 'seen', 'grace', 'done', 'cancelled']);

export const RenewalsQuery = PageQuery.extend({ state: State.optional(), overdue: z.enum(['true']).optional().meta({ description: 'Only those whose time is over' }),
  unconfirmed: z.enum(['true']).optional().meta({ description: 'Only those that rest since a restored ledger was accepted, until their order is confirmed' }) });
export type RenewalsQuery = z.infer<typeof RenewalsQuery>;

export const CancelReason = named('CancelRenewal', z.object({ reason: z.string().trim().min(1).max(256) }).strict(), { reason: 'The device has lost its new key' });
export type CancelReason = z.infer<typeof CancelReason>;

export const SeenIn = named('SeenIn', z.object({ target: Slug }).strict(), { target: 'eu' });
export type SeenIn = z.infer<typeof SeenIn>;

const Shown = z.strictObject({
  serial: z.string(),
  state: State.meta({ description: '`registering`: brought into each target; `ready`: waits to be fetched; `delivered`: waits for its device; `seen`: the old one is made INACTIVE; `grace`: the old one is INACTIVE everywhere; `done`: the old one is revoked; `cancelled`: the old one stayed' }),
  certificateId: z.string(), replaces: z.string(),
  detail: z.string().nullable().meta({ description: 'What it waits for, in which target, or why it was cancelled' }),
  attempts: z.int().meta({ description: 'Looks at it in its state that have not brought it on' }), since: Time.meta({ description: 'Since when it is in this state' }),
  nextAttempt: Time.nullable().meta({ description: 'Null once it has ended' }),
  step: z.string().nullable().meta({ description: 'At which step of the way into or out of a target it waits; `look`: AWS was asked whether the new certificate lets the device in. Null where it waits for a person, its device or its time' }),
  awsError: z.string().nullable().meta({ description: 'Of the last failed attempt: AWS’s name of the error, or that of a network failure' }),
  remedy: z.string().nullable().meta({ description: 'What to do about it; null where it goes on by itself' }),
  overdue: z.boolean().meta({ description: 'Its time is over (RENEWAL_LIMIT_DAYS): the device was not seen with the new certificate. The old one is as it was' }),
  unconfirmed: z.boolean().meta({ description: 'The ledger was accepted after a restore, and nobody has confirmed the unit’s order since: the renewal rests until then (POST /v1/work-orders/confirm)' }),
  startedAt: Time, expiresAt: Time, deliveredAt: Time.nullable(), seenAt: Time.nullable(), seenIn: z.string().nullable(), graceEndsAt: Time.nullable(), endedAt: Time.nullable(),
});

const EXAMPLE = {
  serial: 'LS-000042', state: 'delivered' as const, certificateId: FINGERPRINT, replaces: FORMER, detail: null, attempts: 3, since: '2026-11-26T08:01:00.000Z', nextAttempt: '2026-11-26T08:11:00.000Z', step: null, awsError: null, remedy: null,
  overdue: false, unconfirmed: false, startedAt: '2026-11-26T08:00:00.000Z', expiresAt: '2026-12-26T08:00:00.000Z',
  deliveredAt: '2026-11-26T08:01:00.000Z', seenAt: null, seenIn: null, graceEndsAt: null, endedAt: null,
};

export const RenewalAnswer = named('Renewal', Shown, EXAMPLE);

export const RenewalWithIdentity = named('RenewalWithIdentity', Shown.extend({
  identity: IdentityAnswer.nullable().meta({ description: 'What the device needs to connect; null until each target would let it in' }),
}), { ...EXAMPLE, state: 'registering', deliveredAt: null, identity: null });

export function shown(renewal: Renewal) {
  const { serial, state, certificateId, formerCertificateId: replaces, detail, attempts, since, nextLookAt, step, awsError, remedy, overdue, unconfirmed, startedAt, expiresAt, deliveredAt, seenAt, seenIn, graceEndsAt, endedAt } = renewal;
  const nextAttempt = endedAt === null ? nextLookAt : null;
  return { serial, state, certificateId, replaces, detail, attempts, since, nextAttempt, step, awsError, remedy, overdue, unconfirmed, startedAt, expiresAt, deliveredAt, seenAt, seenIn, graceEndsAt, endedAt };
}

export function shownWithIdentity({ renewal, identity }: Delivered) {
  return { ...shown(renewal), identity };
}
