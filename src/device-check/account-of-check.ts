import { z } from 'zod';
import { ApiClient } from '../client/api-client.js';
import type { ServiceAddress } from '../client/service-call.js';
import type { SandboxAccount } from '../simulation/sandbox-place.js';

/** A running service, and a key for it. */
export interface Service extends ServiceAddress {
  apiKey: string;
}

/** What `GET /v1/aws/targets` answers, as far as it is read. */
const Targets = z.object({ items: z.array(z.object({ name: z.string(), accountId: z.string(), region: z.string(), mqttHost: z.string().nullable(), state: z.string() })) });

/** Throws where a target of the service works in the account. A service that is away, or does not answer this key, says nothing. */
export async function requireNoTarget(account: SandboxAccount, { apiKey, ...address }: Service): Promise<void> {
  const { items } = await new ApiClient(address, apiKey, { patienceMs: 2_000 }).get('/v1/aws/targets?limit=500', Targets).catch(() => ({ items: [] }));
  const inIt = items.find(({ state, mqttHost, accountId, region }) => state !== 'retired' && (mqttHost === null ? accountId === account.accountId && region === account.region : mqttHost === account.endpoint));
  if (inIt !== undefined) throw notTheChecks(account, `the target ${inIt.name} works there`);
}

/** An account of the sandbox that the check may not change. `why`: as the end of a sentence. */
export function notTheChecks({ accountId, region, endpoint }: SandboxAccount, why: string): Error {
  return new Error(`The check makes and hears nothing in the sandbox's account ${accountId}:${region}: ${why}. Name by --account one that is kept for the check (SANDBOX_ACCOUNTS adds one), or --endpoint ${endpoint} to look at the unit there as it stands`);
}
