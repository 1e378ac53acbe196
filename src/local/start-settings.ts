import { z } from 'zod';
import { contradictions } from '../config/config.js';
import { LAUNCHER_SETTINGS, SANDBOX_SETTINGS } from '../config/other-settings.js';
import { SERVICE_SETTINGS } from '../config/service-settings.js';
import { readSettings, type Reading, SettingsRefused } from '../config/settings.js';

const ALL = { ...LAUNCHER_SETTINGS, ...SERVICE_SETTINGS, ...SANDBOX_SETTINGS };

/** What a start makes itself, so that nobody else can set it. */
const MADE_HERE = ['BOOTSTRAP_KEYS_FILE', 'SANDBOX_DATA_DIR'] as const;
const OF_TLS = ['TLS_CERT', 'TLS_KEY'] as const;
const OF_THE_HSM = ['HSM_MODULE', 'HSM_TOKEN', 'HSM_TOKEN_SERIAL', 'HSM_PIN_FILE'] as const;
const PORTS = ['PORT', 'SANDBOX_PORT', 'SANDBOX_MQTT_PORT', 'SANDBOX_PROXY_PORT'] as const;

/** Addresses to listen on that 127.0.0.1 leads to. */
const REACHABLE = ['127.0.0.1', 'localhost', '0.0.0.0', '::'];

/** Which parts a start runs itself, where they listen, and the addresses of those that somebody else runs. Holds passwords. */
export const StartSettings = z.object({
  dataFolder: z.string(),
  /** Most octets of a log. */
  logFileBytes: z.number(),
  port: z.number(),
  /** What the service listens on. */
  host: z.string().default('127.0.0.1'),
  tls: z.enum(['off', 'local']).default('off'),
  /** Undefined: this start runs its own. */
  databaseUrl: z.string().optional(),
  redisUrl: z.string().optional(),
  /** Sentinels or a Cluster, of `redisUrl`. */
  redisWays: z.object({
    REDIS_SENTINELS: z.array(z.object({ host: z.string(), port: z.number() })).optional(),
    REDIS_SENTINEL_NAME: z.string().optional(),
    REDIS_SENTINEL_PASSWORD_FILE: z.string().optional(),
    REDIS_CLUSTER: z.array(z.object({ host: z.string(), port: z.number() })).optional(),
  }).default({}),
  hsmModule: z.string().optional(),
  /** Undefined: a folder in the data folder. */
  checkpointDir: z.string().optional(),
  checkpointCopyDir: z.string().optional(),
  runsSandbox: z.boolean(),
  sandboxPort: z.number(),
  sandboxMqttPort: z.number(),
  sandboxProxyPort: z.number(),
});
export type StartSettings = z.infer<typeof StartSettings>;

/** The settings of everything that a start runs, checked before it runs anything. @throws SettingsRefused that names every fault */
export function readStartSettings(env: NodeJS.ProcessEnv): StartSettings {
  const { settings, faults } = examineStartSettings(env);
  if (faults.length > 0) throw new SettingsRefused(faults);
  return settings;
}

/** The same with all faults, and with defaults in place of what is wrong: for doctor, which goes on. */
export function examineStartSettings(env: NodeJS.ProcessEnv): { settings: StartSettings; faults: string[] } {
  const runsToken = env['HSM_MODE'] ? env['HSM_MODE'] === 'softhsm' : !env['HSM_MODULE'];
  const { values, faults } = readSettings(ALL, env, [...MADE_HERE, 'DATABASE_URL', 'REDIS_URL', ...(runsToken ? OF_THE_HSM : [])]);
  const defaults = readSettings(ALL, {}).values;
  const {
    LINESIDE_DATA_DIR = '', LOG_FILE_BYTES = 0, PORT = 0, HOST = '127.0.0.1', TLS = 'off', SANDBOX, SANDBOX_PORT = 0, SANDBOX_MQTT_PORT = 0, SANDBOX_PROXY_PORT = 0, DATABASE_URL, REDIS_URL, HSM_MODULE, CHECKPOINT_DIR, CHECKPOINT_COPY_DIR,
    REDIS_SENTINELS, REDIS_SENTINEL_NAME, REDIS_SENTINEL_PASSWORD_FILE, REDIS_CLUSTER,
  } = { ...defaults, ...values };
  return {
    settings: {
      dataFolder: LINESIDE_DATA_DIR, logFileBytes: LOG_FILE_BYTES, port: PORT, host: HOST, tls: TLS, databaseUrl: DATABASE_URL, redisUrl: REDIS_URL, hsmModule: runsToken ? undefined : (HSM_MODULE ?? ''),
      redisWays: { REDIS_SENTINELS, REDIS_SENTINEL_NAME, REDIS_SENTINEL_PASSWORD_FILE, REDIS_CLUSTER },
      checkpointDir: CHECKPOINT_DIR, checkpointCopyDir: CHECKPOINT_COPY_DIR,
      // A setting of its own, because AWS_PROFILE and the like are set on many machines for other purposes.
      runsSandbox: SANDBOX === 'on', sandboxPort: SANDBOX_PORT, sandboxMqttPort: SANDBOX_MQTT_PORT, sandboxProxyPort: SANDBOX_PROXY_PORT,
    },
    faults: [...faults, ...contradictions(values), ...localContradictions(values, env, runsToken)],
  };
}

/** What goes together elsewhere and not on one machine, where one start runs everything. */
function localContradictions(values: Reading<typeof ALL>['values'], env: NodeJS.ProcessEnv, runsToken: boolean): string[] {
  const faults: string[] = [];
  for (const name of MADE_HERE.filter((made) => env[made])) faults.push(`${name} is set by npm start itself; leave it out.`);
  for (const name of OF_TLS.filter((each) => env[each])) faults.push(`${name} is for a service without npm start, which reaches it at 127.0.0.1; leave it out and set TLS=local.`);
  if (values.ROLES && values.ROLES.length < 2) faults.push('ROLES must name api and worker with npm start, which runs both in one process.');
  for (const name of OF_THE_HSM.filter((each) => runsToken && env[each])) {
    faults.push(`${name} would not be used: ${env['HSM_MODE'] === 'softhsm' ? 'HSM_MODE=softhsm makes a token of its own' : 'without HSM_MODULE, npm start makes a token of its own'}.`);
  }
  for (const name of ['REDIS_SENTINELS', 'REDIS_CLUSTER'] as const) {
    if (values[name] && !values.REDIS_URL) faults.push(`${name} would not be used: without REDIS_URL, npm start runs a Redis of its own.`);
  }
  for (const name of ['HOST', 'SANDBOX_HOST'] as const) {
    const host = values[name];
    if (host !== undefined && !REACHABLE.includes(host)) faults.push(`${name} must be one of ${REACHABLE.join(', ')} with npm start, which reaches everything at 127.0.0.1.`);
  }
  const ports = PORTS.filter((name) => name === 'PORT' || values.SANDBOX === 'on');
  for (const name of ports.filter((each) => values[each] === 0)) faults.push(`${name} must be from 1 to 65535 with npm start: 0 takes another port each time.`);
  for (const [index, name] of ports.entries()) {
    const same = ports.slice(0, index).find((earlier) => values[earlier] && values[earlier] === values[name]);
    if (same) faults.push(`${name} and ${same} must be two different ports.`);
  }
  return faults;
}

/** The ports that people and devices know, with the setting that moves each. */
export function fixedPorts(settings: StartSettings): { port: number; setting: string }[] {
  const sandbox = [
    { port: settings.sandboxPort, setting: 'SANDBOX_PORT' },
    { port: settings.sandboxMqttPort, setting: 'SANDBOX_MQTT_PORT' },
    { port: settings.sandboxProxyPort, setting: 'SANDBOX_PROXY_PORT' },
  ];
  return [{ port: settings.port, setting: 'PORT' }, ...(settings.runsSandbox ? sandbox : [])];
}
