import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The sandbox's own description of itself, `sandbox.json` in its folder. */
const Description = z.object({
  endpointUrl: z.string(),
  mqttPort: z.number(),
  proxyPort: z.number(),
  accounts: z.array(z.object({ accountId: z.string(), region: z.string(), endpoint: z.string() })).min(1),
});

export interface SandboxAccount {
  accountId: string;
  region: string;
  /** Complete endpoint name, which devices send as SNI. */
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SandboxPlace {
  endpointUrl: string;
  mqttPort: number;
  proxyPort: number;
  accounts: SandboxAccount[];
  caFile: string;
}

/** A running sandbox as its clients find it: through the files in its data folder. */
export function readSandbox(folder: string): SandboxPlace {
  const { accounts, ...rest } = Description.parse(JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')));
  const profiles = readFileSync(join(folder, 'credentials'), 'utf8');
  return { ...rest, accounts: accounts.map((account) => ({ ...account, ...keysOf(profiles, account.accountId) })), caFile: join(folder, 'ca.pem') };
}

/** From an AWS shared-credentials file. */
function keysOf(profiles: string, accountId: string): { accessKeyId: string; secretAccessKey: string } {
  const section = profiles.split(/^\[/m).find((text) => text.startsWith(`sandbox-${accountId}]`)) ?? '';
  const accessKeyId = /^aws_access_key_id = (\S+)$/m.exec(section)?.[1];
  const secretAccessKey = /^aws_secret_access_key = (\S+)$/m.exec(section)?.[1];
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error(`The sandbox's credentials file has no keys for account ${accountId}`);
  return { accessKeyId, secretAccessKey };
}
