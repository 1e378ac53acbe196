import { z } from 'zod';

const List = (values: readonly [string, ...string[]]) =>
  z
    .string()
    .default(values.join(','))
    .transform((text) => text.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum(values)).min(1));

const Milliseconds = (least: number, most: number, byDefault: number) =>
  z.coerce.number().int().min(least).max(most).default(byDefault);

/** Every setting the service reads. Nothing else in the service touches `process.env`. */
export const ConfigSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** What this process does: answer callers, work in the background, or both. */
  ROLES: List(['api', 'worker']),
  LOG_LEVEL: z.enum(['error', 'warn', 'log', 'debug']).default('log'),
  /** Largest request body in bytes; a CSR needs under 4 KiB. */
  BODY_LIMIT: z.coerce.number().int().min(4_096).max(1_048_576).default(65_536),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(10).max(1_000_000).default(60_000),

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(200).default(10),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),

  /** Path of the vendor's PKCS#11 library. Only signer processes load it. */
  HSM_MODULE: z.string().min(1),
  /** CKA_LABEL of the token that holds the authorities' keys. */
  HSM_TOKEN: z.string().min(1).max(32),
  /** File that holds the user PIN, readable by the service's user only. The PIN itself is never a setting. */
  HSM_PIN_FILE: z.string().min(1),
  HSM_SIGNERS: z.coerce.number().int().min(1).max(16).default(1),
  /** Sessions of the token that this process may hold. Each signer has one, and making a key takes one more. */
  HSM_SESSIONS_MAX: z.coerce.number().int().min(2).max(1_000).default(16),
  /** An idle session is used this often, for tokens that end idle sessions (YubiHSM 2: after 30 s). */
  HSM_KEEPALIVE_MS: Milliseconds(100, 600_000, 10_000),
  /** Most requests that wait for the HSM, for stations and for batches each. */
  HSM_QUEUE: z.coerce.number().int().min(1).max(100_000).default(2_000),
  HSM_DEADLINE_MS: Milliseconds(100, 60_000, 5_000),
  /** The same for requests of a batch, which let stations go first. */
  HSM_BATCH_DEADLINE_MS: Milliseconds(100, 600_000, 60_000),
  /** Processes that read CSRs and check their signatures. 0: this one does, which is lighter and blocks it for 0.15 ms a CSR. */
  CSR_READERS: z.coerce.number().int().min(0).max(16).default(1),

  LEASE_MS: Milliseconds(1_000, 3_600_000, 30_000),
  HEARTBEAT_MS: Milliseconds(200, 600_000, 10_000),
  POLL_WAIT_MS: Milliseconds(0, 30_000, 25_000),

  PROFILES_DIR: z.string().min(1).default('hsm-config/profiles'),
  /** From a CRL's thisUpdate to its nextUpdate; the next one is published at half of it. */
  CRL_VALIDITY_HOURS: z.coerce.number().int().min(1).max(8_760).default(7 * 24),
  /** How often the reconciler looks for work that nobody announced. */
  RECONCILE_MS: Milliseconds(100, 600_000, 2_000),
  /** JSON file `{role: key}` whose keys are made valid at start; how the first officer gets in. */
  BOOTSTRAP_KEYS_FILE: z.string().min(1).optional(),
});

export type Config = Readonly<z.infer<typeof ConfigSchema>>;
export const CONFIG = Symbol('CONFIG');

/** Throws one error that lists every bad setting by name, and never prints a value. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = ConfigSchema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is not usable:\n${problems.join('\n')}`);
}
