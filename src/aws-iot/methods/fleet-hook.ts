import type { Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import { partitionOf } from './device-policy.js';

/** ARN of the hook's function in the target's account and region. */
export function hookArn(name: string, { accountId, region }: Pick<Target, 'accountId' | 'region'>): string {
  return `arn:${partitionOf(region)}:lambda:${region}:${accountId}:function:${name}`;
}

/**
 * The pre-provisioning hook (developer guide, "Pre-provisioning hooks"), which the customer deploys (docs/methods/fleet-claim.md). It is only asked: one that is not there, or does not know
 * the authority that signs vouchers, would let no device in.
 */
export function hookResource(name: string, authority: { id: string; fingerprint: string }, target: Target): Resource<{ authorities: readonly string[] | null }> {
  const arn = hookArn(name, target);
  return {
    kind: 'hook',
    name,
    desired: { authority: authority.fingerprint },
    observe: async (aws) => ({ authorities: (await aws.functions.hookAuthorities(arn)) ?? null }),
    difference({ authorities }) {
      if (authorities === null) return [{ what: `there is no function ${name} that answers as Lineside's pre-provisioning hook`, keepsOut: true, remedy: `Deploy the function ${name} there (docs/methods/fleet-claim.md, "The hook").` }];
      if (authorities.includes(authority.fingerprint)) return [];
      return [{ what: `the function ${name} does not take vouchers of the authority ${authority.id}`, keepsOut: true, remedy: `Add the certificate of ${authority.id} (GET /v1/authorities/${authority.id}/certificate) to VOUCHER_AUTHORITIES of the function ${name}.` }];
    },
    create: () => Promise.resolve(),
    apply: () => Promise.resolve(),
  };
}
