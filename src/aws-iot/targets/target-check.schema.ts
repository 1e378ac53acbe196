import { z } from 'zod';
import { named, Time } from '../../platform/http/api-responses.js';

/** One thing that a check asked AWS. */
export const CheckItem = z.strictObject({
  name: z.string().meta({ description: '`credentials`, `account`, `endpoint`, `role`, `provisioning role`, or an operation of AWS IoT that must be permitted' }),
  state: z.enum(['ok', 'failed', 'unreachable', 'not-seen']).meta({ description: '`unreachable`: AWS did not answer; `not-seen`: can’t be known without leaving something there' }),
  finding: z.string(),
  remedy: z.string().nullable(),
});
export type CheckItem = z.infer<typeof CheckItem>;

/** What a check of a target found. `passed`: nothing failed, and AWS answered everything. */
export const CheckResult = named('TargetCheck', z.strictObject({ checkedAt: Time, passed: z.boolean(), items: z.array(CheckItem) }), {
  checkedAt: '2026-11-26T08:00:00.000Z',
  passed: true,
  items: [{ name: 'endpoint', state: 'ok', finding: 'Devices connect to a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com', remedy: null }],
});
export type CheckResult = z.infer<typeof CheckResult>;
