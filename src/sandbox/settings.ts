import { z } from 'zod';
import type { AccountName } from './accounts.js';

const Port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);

const Accounts = z
  .string()
  .default('111111111111:eu-west-1,222222222222:us-east-1,111111111111:eu-central-1')
  .transform((text) => text.split(',').map((pair) => pair.trim()))
  .pipe(z.array(z.string().regex(/^[0-9]{12}:[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be pairs like 111111111111:eu-west-1')).min(1))
  .refine((pairs) => new Set(pairs).size === pairs.length, 'names an account and region twice')
  .transform((pairs) => pairs.map((pair): AccountName => ({ accountId: pair.slice(0, 12), region: pair.slice(13) })));

/** Every setting of the sandbox. A port of 0 takes any free one. */
export const SandboxSettingsSchema = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  /** The control plane, plain HTTP. */
  SANDBOX_PORT: Port(4566),
  /** MQTT over TLS. */
  SANDBOX_MQTT_PORT: Port(8883),
  /** The HTTP CONNECT proxy. */
  SANDBOX_PROXY_PORT: Port(4567),
  /** Holds the registry, the credentials and the keys of the MQTT server. Created with mode 0700. */
  SANDBOX_DATA_DIR: z.string().min(1),
  SANDBOX_ACCOUNTS: Accounts,
});

export type SandboxSettings = Readonly<z.infer<typeof SandboxSettingsSchema>>;

/** Throws one error that lists every bad setting by name. */
export function loadSandboxSettings(env: Readonly<Record<string, string | undefined>>): SandboxSettings {
  const parsed = SandboxSettingsSchema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `  ${issue.path[0]?.toString() ?? 'settings'}: ${issue.message}`);
  throw new Error(`The sandbox can't start with these settings:\n${problems.join('\n')}`);
}
