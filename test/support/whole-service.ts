import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { newApiKey } from '../../src/access/api-key.js';
import { loadConfig } from '../../src/config/config.js';
import { createApp } from '../../src/create-app.js';
import type { Role } from '../../src/platform/http/roles.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { loadSandboxSettings } from '../../src/sandbox/settings.js';
import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { ensureDemoLine } from '../../src/simulation/demo-line.js';
import { freshLedger } from './database.js';
import { newFolder } from './run-folders.js';
import { giveServerKeys } from './sandbox-keys.js';

const ROLES = ['admin', 'manager', 'officer', 'issuer', 'operator', 'auditor'] as const satisfies readonly Role[];

export interface WholeService {
  baseUrl: string;
  keys: Record<(typeof ROLES)[number], string>;
  sandbox: Sandbox;
  /** Of its ledger. */
  databaseUrl: string;
  /** Holds `credentials.json` and the sandbox's data; gone after `stop`. */
  folder: string;
  credentialsFile: string;
  /** Makes the demo line: targets, authority, station, order. Again and again if wanted. */
  demo(): Promise<DemoCredentials>;
  /** Nobody answers at `baseUrl` until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** The service and the sandbox in this process, on free ports and a ledger of their own, with the API listening. */
export async function wholeService(settings: Record<string, string> = {}): Promise<WholeService> {
  const folder = newFolder('whole');
  const sandboxFolder = join(folder, 'sandbox');
  const keys = Object.fromEntries(ROLES.map((role) => [role, newApiKey(role).text])) as WholeService['keys'];
  const keysFile = join(folder, 'bootstrap-keys.json');
  writeFileSync(keysFile, JSON.stringify(keys), { mode: 0o600 });
  // The service finds the sandbox's keys as it finds those of AWS; nothing of this machine's own AWS access may be found.
  Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: join(sandboxFolder, 'credentials'), AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' });

  await giveServerKeys(sandboxFolder);
  const [database, redisUrl, started] = await Promise.all([
    freshLedger(),
    emptyRedis(),
    startSandbox(loadSandboxSettings({ SANDBOX_DATA_DIR: sandboxFolder, SANDBOX_PORT: '0', SANDBOX_MQTT_PORT: '0', SANDBOX_PROXY_PORT: '0', SANDBOX_PROVISIONING_DELAY_MS: '0-0', SANDBOX_CONNECT_INTERVAL_MS: '0' }), () => undefined),
  ]);
  let stopping: Promise<void> | undefined;
  // A test may stop it early.
  const sandbox: Sandbox = { ...started, stop: () => (stopping ??= started.stop()) };
  const secretsKey = join(folder, 'secrets-key');
  writeFileSync(secretsKey, randomBytes(32).toString('base64url'), { mode: 0o600 });
  const env = { ...process.env, SECRETS_KEY_FILE: secretsKey, DATABASE_URL: database.url, REDIS_URL: redisUrl, BOOTSTRAP_KEYS_FILE: keysFile, LOG_LEVEL: 'error', RECONCILE_MS: '200', AWS_SWEEP_MS: '1000', ...settings };
  const listen = async (port: number): Promise<NestFastifyApplication> => {
    const app = await createApp(loadConfig({ ...env, PORT: String(port) }));
    await app.listen(port, '127.0.0.1');
    return app;
  };
  let app: NestFastifyApplication | undefined = await listen(0);
  const baseUrl = await app.getUrl();
  const port = Number(new URL(baseUrl).port);
  const credentialsFile = join(folder, 'credentials.json');

  const goAway = async () => {
    await app?.close();
    app = undefined;
  };
  return {
    baseUrl,
    keys,
    sandbox,
    databaseUrl: database.url,
    folder,
    credentialsFile,
    demo: () => ensureDemoLine({ baseUrl, keys, sandbox: { folder: sandboxFolder }, credentialsFile, patienceMs: 20_000 }),
    goAway,
    comeBack: async () => {
      app = await listen(port);
    },
    stop: async () => {
      await goAway();
      await sandbox.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Redis numbers its databases, and the specs of one jest worker run one after the other. */
async function emptyRedis(): Promise<string> {
  const url = new URL(process.env['REDIS_URL'] ?? '');
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 1) % 16}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  redis.disconnect();
  return url.href;
}
