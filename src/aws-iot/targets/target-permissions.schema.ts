import { z } from 'zod';
import { named, Time } from '../../platform/http/api-responses.js';
import { METHOD_NAMES } from '../methods/parameters.js';

/** One permission that a method needs in a target. */
const PermissionItem = z.strictObject({
  permission: z.string().meta({ description: 'An action of IAM, such as `iot:CreatePolicy`' }),
  method: z.string(),
  statement: z.string().meta({ description: 'Sid in docs/aws/<method>.json' }),
  state: z.enum(['allowed', 'denied', 'not-tried', 'unreachable']).meta({ description: '`not-tried`: what is made for it could not be removed again; `unreachable`: AWS did not answer' }),
  finding: z.string(),
  awsError: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type PermissionItem = z.infer<typeof PermissionItem>;

/** What a target's credentials may do. `passed`: everything is allowed. */
export const PermissionsAnswer = named('TargetPermissions', z.strictObject({ target: z.string(), checkedAt: Time, methods: z.array(z.string()), passed: z.boolean(), items: z.array(PermissionItem) }), {
  target: 'eu', checkedAt: '2026-11-26T08:00:00.000Z', methods: ['jitp'], passed: false,
  items: [{
    permission: 'iot:CreatePolicy', method: 'jitp', statement: 'Policy', state: 'denied', finding: 'AWS IoT refused CreatePolicy (AccessDeniedException)', awsError: 'AccessDeniedException',
    remedy: 'Allow iot:CreatePolicy to the target’s role or user: statement Policy of docs/aws/jitp.json.',
  }],
});
export type PermissionsAnswer = z.infer<typeof PermissionsAnswer>;

export const CheckPermissions = named('CheckPermissions', z.object({ method: z.enum(METHOD_NAMES).optional() }).strict(), { method: 'jitp' });
export type CheckPermissions = z.infer<typeof CheckPermissions>;
