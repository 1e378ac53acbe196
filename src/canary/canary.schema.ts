import { z } from 'zod';
import { named, Time } from '../platform/http/api-responses.js';

/** How a canary is to connect. */
export const RunCanary = named('RunCanary', z
  .object({ over443: z.boolean().default(false).meta({ description: 'Whether it connects at port 443 (ALPN x-amzn-mqtt-ca) and not at the target’s own port, usually 8883. A sandbox takes that protocol at its own port' }) })
  .strict(), { over443: false });
export type RunCanary = z.infer<typeof RunCanary>;

const STEPS = ['certificate', 'connect', 'provision', 'policy', 'look'] as const;

const Result = z.strictObject({
  target: z.string(), passed: z.boolean(), step: z.enum(STEPS).nullable().meta({ description: 'What it was at when it failed' }), problem: z.string().nullable(), remedy: z.string().nullable(),
  checks: z.array(z.strictObject({ check: z.string(), state: z.enum(['ok', 'failed', 'not-seen']), finding: z.string() })),
});

/** A throw-away unit that was taken through the order's method, and how that went. */
export const CanaryAnswer = named('Canary', z.strictObject({
  serial: z.string(), workOrder: z.string(), state: z.enum(['planned', 'running', 'passed', 'failed']), over443: z.boolean(), authority: z.string().nullable(), certificate: z.string().nullable(),
  results: z.array(Result), requestedBy: z.string(), requestedAt: Time, endedAt: Time.nullable(),
  removed: z.boolean().meta({ description: 'It has ended, and nothing of it stands in any target' }),
  left: z.array(z.strictObject({ target: z.string(), detail: z.string().nullable() })).meta({ description: 'Targets in which something of it may stand still, with the cause where it is known; also retired ones in which it was given up' }),
}), {
  serial: 'lineside-canary-0a1b2c3d4e5f', workOrder: 'wo-1', state: 'failed', over443: false, authority: 'lineside-g1', certificate: '0'.repeat(64),
  results: [{ target: 'eu', passed: false, step: 'policy', problem: 'Its certificate is ACTIVE there, with Thing and policy, so that the policy does not permit it to connect', remedy: 'Let the policy permit iot:Connect.', checks: [] }],
  requestedBy: 'key:0123456789ab', requestedAt: '2026-11-26T08:00:00.000Z', endedAt: '2026-11-26T08:01:00.000Z', removed: true, left: [],
});
