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
export async function readSandbox(folder: string): Promise<SandboxPlace> {
  const { accounts, ...rest } = Description.parse(JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')));
  // Loaded here, since most commands of `lineside` never need it.
  const { fromIni } = await import('@aws-sdk/credential-providers');
  const withKeys = accounts.map(async (account) => {
    const profile = fromIni({ filepath: join(folder, 'credentials'), profile: `sandbox-${account.accountId}`, ignoreCache: true });
    const { accessKeyId, secretAccessKey } = await profile();
    return { ...account, accessKeyId, secretAccessKey };
  });
  return { ...rest, accounts: await Promise.all(withKeys), caFile: join(folder, 'ca.pem') };
}
