import { z } from 'zod';
import { Slug } from '../../access/access.schema.js';
import { named, Time } from '../../platform/http/api-responses.js';

export const FleetClaimAnswer = named('FleetClaim', z.strictObject({
  workOrder: z.string(), target: z.string(), state: z.enum(['pending', 'active', 'ending', 'ended']),
  certificateId: z.string().nullable(), expiresAt: Time, retireAfter: z.enum(['date', 'all-connected']),
  reason: z.string().nullable().meta({ description: 'Why it ends or has ended' }),
  detail: z.string().nullable().meta({ description: 'What it waits for' }),
  createdAt: Time, endedAt: Time.nullable(),
}), {
  workOrder: 'wo-1', target: 'eu', state: 'active', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', expiresAt: '2028-11-26T08:00:00.000Z',
  retireAfter: 'all-connected', reason: null, detail: null, createdAt: '2026-11-26T08:00:00.000Z', endedAt: null,
});

export const InstallerClaimRequest = named('InstallerClaimRequest', z.object({ workOrder: Slug }).strict(), { workOrder: 'wo-1' });
export type InstallerClaimRequest = z.infer<typeof InstallerClaimRequest>;

export const InstallerClaim = named('InstallerClaim', z.strictObject({
  certificate: z.string(), certificateId: z.string(), privateKey: z.string().meta({ description: 'PEM: answered once, kept nowhere' }), template: z.string(), target: z.string(), host: z.string(),
  expiresAt: Time.meta({ description: 'Five minutes from now: by then the device must have asked for its own certificate' }),
}), {
  certificate: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', privateKey: '-----BEGIN RSA PRIVATE KEY-----\nMIIE…',
  template: 'lineside-fleet-0123456789ab', target: 'eu', host: 'a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com', expiresAt: '2026-11-26T08:05:00.000Z',
});

export const EndClaim = named('EndClaim', z.object({ reason: z.string().min(1).max(200) }).strict(), { reason: 'a unit was stolen' });
export type EndClaim = z.infer<typeof EndClaim>;

export const ReplaceClaim = named('ReplaceClaim', z.object({ reason: z.string().min(1).max(200) }).strict(), { reason: 'its date had come before the units were done' });
export type ReplaceClaim = z.infer<typeof ReplaceClaim>;
