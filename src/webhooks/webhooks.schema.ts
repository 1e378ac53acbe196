import { z } from 'zod';
import { named, Time } from '../platform/http/api-responses.js';
import { WEBHOOK_EVENTS } from './webhook-events.js';

/** Each is delivered for at the same time, so that none waits for another's receiver. */
export const MOST_WEBHOOKS = 50;

/** What its secret is sealed for. */
export const sealedFor = (id: string) => `webhook ${id}`;

export const WebhookId = named('WebhookId', z.string().regex(/^wh-[0-9a-f]{10}$/, 'wh- and 10 lower-case hex digits'), 'wh-0123456789');

const Url = z.string().min(8).max(2_000);
const Events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length).transform((events) => [...new Set(events)].toSorted());

export const CreateWebhook = named('CreateWebhook', z.object({
  url: Url.meta({ description: 'https; http only to this machine and to hosts of WEBHOOK_HOSTS' }), events: Events,
}).strict(), { url: 'https://mes.example.com/lineside', events: ['unit.passed', 'unit.shipped', 'work-order.closed'] });
export type CreateWebhook = z.infer<typeof CreateWebhook>;

export const ChangeWebhook = named('ChangeWebhook', z.object({
  url: Url.optional(), events: Events.optional(), state: z.enum(['active', 'paused']).optional().meta({ description: 'active: go on where it stands, now' }), reason: z.string().min(1).max(200).optional(),
}).strict().refine(({ reason: _, ...changes }) => Object.values(changes).some((value) => value !== undefined), 'needs url, events or state'), { state: 'active' });
export type ChangeWebhook = z.infer<typeof ChangeWebhook>;

export const ReplayWebhook = named('ReplayWebhook', z.object({
  fromIndex: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'Of the log, as each message has it; at most its end. Beyond where the webhook stands, what is between is never delivered' }),
}).strict(), { fromIndex: 4_711 });
export type ReplayWebhook = z.infer<typeof ReplayWebhook>;

const EXAMPLE = {
  id: 'wh-0123456789', url: 'https://mes.example.com/lineside', events: ['unit.passed', 'unit.shipped'], state: 'active' as const, reason: null, nextIndex: 4_711, behind: 0, attempts: 0, failingSince: null, nextAttemptAt: null,
  deliveredAt: '2026-11-26T08:00:00.000Z', createdBy: 'key:0123456789ab', createdAt: '2026-11-26T08:00:00.000Z',
};

export const WebhookAnswer = named('Webhook', z.strictObject({
  id: z.string(), url: z.string(), events: z.array(z.string()), state: z.enum(['active', 'paused']), reason: z.string().nullable().meta({ description: 'Why it is paused' }),
  nextIndex: z.int().meta({ description: 'Of the log: what comes before was delivered' }), behind: z.int().meta({ description: 'Entries of the log from there to its end, whether or not they are of its events' }),
  attempts: z.int().meta({ description: 'In vain, in a row' }), failingSince: Time.nullable(), nextAttemptAt: Time.nullable(), deliveredAt: Time.nullable(), createdBy: z.string(), createdAt: Time,
}), EXAMPLE);

export const MadeWebhook = named('MadeWebhook', WebhookAnswer.extend({ secret: z.string().meta({ description: 'Of the signatures (standardwebhooks.com); it is in this answer and nowhere else, ever' }) }), {
  ...EXAMPLE, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', deliveredAt: null,
});

export const WebhookDelivery = named('WebhookDelivery', z.strictObject({
  index: z.int(), type: z.string(), messageId: z.string(), attempts: z.int(), status: z.int().nullable().meta({ description: 'HTTP status of the last answer; null: none came' }), problem: z.string().nullable(), firstAt: Time, lastAt: Time, deliveredAt: Time.nullable(),
}), {
  index: 4_711, type: 'unit.passed', messageId: 'unit-passed_4711_9f86d081884c7d65', attempts: 2, status: 503, problem: 'answered 503', firstAt: '2026-11-26T08:00:00.000Z', lastAt: '2026-11-26T08:00:05.000Z', deliveredAt: null,
});
