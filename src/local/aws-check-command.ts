import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Page } from '../simulation/api-answers.js';
import { ApiClient } from '../client/api-client.js';
import type { ServiceAddress } from '../client/service-call.js';
import { credentialsFile, findCredentials } from '../simulation/credentials.js';
import type { Environment } from '../config/setting.js';

/** As they come from the command line. The key comes from a file: an argument is visible to everybody on the machine. */
export interface AwsCheckOptions {
  target?: string;
  method?: string;
  service?: string;
  ca?: string;
  apiKeyFile?: string;
  json?: boolean;
}

const Permissions = z.object({
  target: z.string(),
  methods: z.array(z.string()),
  passed: z.boolean(),
  items: z.array(z.object({ permission: z.string(), state: z.string(), finding: z.string(), awsError: z.string().nullable(), remedy: z.string().nullable() })),
});
type Permissions = z.infer<typeof Permissions>;

const SIGNS: Partial<Record<string, string>> = { allowed: 'ok  ', 'not-tried': '–   ' };

/** `lineside aws check`: whether each target's credentials may do what the methods used there need. Exit code 1 when something is not allowed. */
export async function awsCheckCommand(options: AwsCheckOptions, env: Environment): Promise<void> {
  const json = options.json === true;
  try {
    const api = new ApiClient(...serviceOf(options, env), { patienceMs: 30_000 });
    const names = options.target === undefined ? await targetNames(api) : [options.target];
    const body = options.method === undefined ? {} : { method: options.method };
    const targets: Permissions[] = [];
    // One after the other: accounts share the calls a second that the service allows itself.
    for (const name of names) targets.push(await api.post(`/v1/aws/targets/${encodeURIComponent(name)}/permissions`, body, Permissions, { idempotencyKey: null, timeoutMs: 120_000 }));
    const passed = targets.every((target) => target.passed);
    process.stdout.write(json ? `${JSON.stringify({ ok: passed, targets }, null, 2)}\n` : `${targets.map(describe).join('\n')}\n${passed ? 'Everything is allowed.' : 'Something is missing; the arrows say what to do.'}\n`);
    process.exitCode = passed ? 0 : 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The check could not be made: ${message}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, message, targets: [] }, null, 2)}\n`);
    process.exitCode = 1;
  }
}

function describe({ target, methods, items }: Permissions): string {
  const lines = items.map(({ permission, state, finding, remedy }) => `${SIGNS[state] ?? 'FAIL'}  ${permission}: ${finding}${remedy === null ? '' : `\n      → ${remedy}`}`);
  return [`${target} (${methods.join(', ')})`, ...lines].join('\n');
}

function serviceOf({ service, ca, apiKeyFile }: AwsCheckOptions, env: Environment): [ServiceAddress, string] {
  const own = findCredentials(credentialsFile(env));
  const address = service === undefined ? own : { baseUrl: service, caFile: ca };
  const key = apiKeyFile === undefined ? own?.keys.manager : readFileSync(apiKeyFile, 'utf8').trim();
  if (address === undefined || key === undefined) throw new Error('Name the service by --service and the file of its API key by --api-key-file, or start one here (npm start)');
  return [{ baseUrl: address.baseUrl, caFile: address.caFile }, key];
}

async function targetNames(api: ApiClient): Promise<string[]> {
  const { items } = await api.get('/v1/aws/targets?limit=500', Page(z.object({ name: z.string(), state: z.string() })));
  return items.filter(({ state }) => state !== 'retired').map(({ name }) => name);
}
