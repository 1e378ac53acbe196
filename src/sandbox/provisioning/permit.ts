import type { Account } from '../accounts.js';
import type { Permissions } from '../iam/permissions.js';

/** Whether whoever provisions may make a call. @throws AccessDenied, UnusableRole */
export type Permit = (action: string, resource: string) => void;

/** What a provisioning role lets AWS IoT do: each call that a template makes is one of its own (developer guide, "Provisioning role"). */
export function permitOf(permissions: Permissions, roleArn: string, account: Account): Permit {
  const caller = permissions.assumedByService(roleArn, 'iot.amazonaws.com', account.region);
  return (action, resource) => permissions.require(caller, `iot:${action}`, resource);
}
