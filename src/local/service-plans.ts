import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SERVICE_SETTINGS } from '../config/service-settings.js';
import type { DataFolder } from './data-folder.js';
import type { HsmEnvironment } from './local-hsm.js';
import { ensureSecretFile } from './secret-file.js';
import type { StartSettings } from './start-settings.js';
import type { ProgramPlan } from './started-program.js';
import { prefixFor } from './system-user.js';

/**
 * V8 lets the young generation grow to 16 MB a half and keeps it; on one machine that is 35 MB a process for nothing.
 * Measured on the idle service: 183 MB resident without, 145 MB with.
 */
const SMALL_HEAP = ['--max-semi-space-size=2'];

interface ProgramContext {
  checkout: string;
  /** Holds the compiled programs: `dist`. */
  programs: string;
  place: DataFolder;
  settings: StartSettings;
  env: NodeJS.ProcessEnv;
}

export function planSandbox({ checkout, programs, place, settings, env }: ProgramContext): ProgramPlan {
  return {
    name: 'The sandbox',
    command: [...prefixFor(undefined, place.root, 'TERM'), process.execPath, ...SMALL_HEAP, join(programs, 'sandbox', 'main.js')],
    cwd: checkout,
    env: {
      ...ownEnvironment(env),
      SANDBOX_PORT: `${settings.sandboxPort}`,
      SANDBOX_MQTT_PORT: `${settings.sandboxMqttPort}`,
      SANDBOX_PROXY_PORT: `${settings.sandboxProxyPort}`,
      SANDBOX_DATA_DIR: place.sandbox.folder,
    },
    logFile: place.sandbox.logFile,
    readyWithinMs: 30_000,
  };
}

/** The service gets its secrets through its environment and through files of mode 0600, never through arguments. */
export function planService(context: ProgramContext, urls: { database: string; redis: string }, hsm: HsmEnvironment | undefined): ProgramPlan {
  const { checkout, programs, place, settings, env } = context;
  return {
    name: 'The service',
    command: [...prefixFor(undefined, place.root, 'TERM'), process.execPath, ...SMALL_HEAP, join(programs, 'main.js')],
    cwd: checkout,
    env: {
      // On one machine, memory for one process less is worth more than a few certificates per second.
      CSR_READERS: '0',
      CHECKPOINT_DIR: place.checkpoint,
      REPORTS_DIR: place.reports,
      ...(settings.runsSandbox ? sandboxAwsEnvironment(ownEnvironment(env), place) : ownEnvironment(env)),
      ...hsm,
      ...(settings.tls === 'local' ? { TLS_CERT: place.tls.cert, TLS_KEY: place.tls.key } : {}),
      PORT: `${settings.port}`,
      DATABASE_URL: urls.database,
      REDIS_URL: urls.redis,
      BOOTSTRAP_KEYS_FILE: place.bootstrapKeys,
      SECRETS_KEY_FILE: secretsKeyFile(env, place),
    },
    logFile: place.service.logFile,
    readyWithinMs: 90_000,
  };
}

/** One that is set counts; otherwise the folder's own is made on first use. */
function secretsKeyFile({ SECRETS_KEY_FILE }: NodeJS.ProcessEnv, { secretsKey }: DataFolder): string {
  if (SECRETS_KEY_FILE) return SECRETS_KEY_FILE;
  ensureSecretFile(secretsKey, () => randomBytes(32).toString('base64url'));
  return secretsKey;
}

/** Without npm's own variables and without what was set for the launcher's own Node. */
function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('npm_') && name !== 'NODE_OPTIONS' && name !== 'NODE_CHANNEL_FD'));
}

/** With the sandbox the service must find no real AWS access of this machine, or it might register a demo CA in a real account. */
function sandboxAwsEnvironment(env: NodeJS.ProcessEnv, place: DataFolder): NodeJS.ProcessEnv {
  const withoutAws = Object.entries(env).filter(([name]) => !name.startsWith('AWS_') || name in SERVICE_SETTINGS);
  return {
    // What the sandbox has signed for a device shows soon.
    AWS_SWEEP_MS: '3000',
    ...Object.fromEntries(withoutAws),
    AWS_SHARED_CREDENTIALS_FILE: place.sandbox.credentials,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
