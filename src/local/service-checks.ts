import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { findSoftHsmLibrary } from '../../setup/programs.mjs';
import { initSoftHsmToken } from '../hsm/token-setup.js';
import type { DataFolder } from './data-folder.js';
import type { Finding } from './machine-checks.js';
import { LEDGER_ROLE } from './postgres-cluster.js';
import { findSecret } from './secret-file.js';
import { STARTING } from './service-plans.js';
import type { StartSettings } from './start-settings.js';

const TIMEOUT_MS = 3_000;
const NOT_RUNNING = 'Lineside is not running; start it with: npm start';

/** Connects with the ledger's own role and asks for a transaction that may write. */
export async function checkPostgres(place: DataFolder, env: NodeJS.ProcessEnv, isRunning: boolean): Promise<Finding> {
  const name = 'ledger (PostgreSQL)';
  const own = !env['DATABASE_URL'];
  if (own && !isRunning) return { name, state: 'ok', finding: 'not started' };
  const url = env['DATABASE_URL'] || findPostgresUrl(place);
  if (!url) return { name, state: 'fail', finding: 'Its port or its password file is missing.', remedy: 'Stop Lineside and start it again.' };
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; readonly: string }>(
      `select current_setting('server_version') as version, current_setting('transaction_read_only') as readonly`,
    );
    const [row] = rows;
    if (row?.readonly === 'on') return { name, state: 'fail', finding: 'It takes no writes.', remedy: 'Point DATABASE_URL at the primary.' };
    return { name, state: 'ok', finding: `version ${row?.version} answers` };
  } catch (error) {
    const remedy = own ? `Read ${place.postgres.logFile}.` : 'Check DATABASE_URL: host, port, user and password, and that the server runs.';
    return { name, state: 'fail', finding: `It can't be reached (${codeOf(error)}).`, remedy };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The running private instance, from the port in its own lock file (line 4 of postmaster.pid). */
function findPostgresUrl(place: DataFolder): string | undefined {
  const pidFile = join(place.postgres.folder, 'postmaster.pid');
  const password = findSecret(place.postgres.passwordFile);
  const port = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n')[3] : undefined;
  return port && password ? `postgres://${LEDGER_ROLE}:${password}@127.0.0.1:${port}/${LEDGER_ROLE}` : undefined;
}

/** The queues must never lose a job silently: policy noeviction, and an append-only file. */
export async function checkRedis(place: DataFolder, env: NodeJS.ProcessEnv, isRunning: boolean): Promise<Finding> {
  const name = 'queues (Redis)';
  const own = !env['REDIS_URL'];
  if (own && !isRunning) return { name, state: 'ok', finding: 'not started' };
  const url = env['REDIS_URL'] || findRedisUrl(place);
  if (!url) return { name, state: 'fail', finding: 'Its settings file is missing.', remedy: 'Stop Lineside and start it again.' };
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: TIMEOUT_MS, commandTimeout: TIMEOUT_MS, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const info = await redis.info();
    const [policy, aof, version] = ['maxmemory_policy', 'aof_enabled', 'redis_version'].map((field) => new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1]);
    if (policy !== 'noeviction') {
      return { name, state: 'fail', finding: `Its policy is ${policy}, which drops jobs when memory runs out.`, remedy: 'Set it: redis-cli CONFIG SET maxmemory-policy noeviction   (and in redis.conf)' };
    }
    if (aof !== '1') {
      return { name, state: 'warn', finding: 'It keeps no append-only file, so a restart empties the queues.', remedy: 'Set it: redis-cli CONFIG SET appendonly yes   (and in redis.conf)' };
    }
    return { name, state: 'ok', finding: `version ${version} answers, noeviction, append-only` };
  } catch (error) {
    const remedy = own ? `Read ${place.redis.logFile}.` : 'Check REDIS_URL: host, port and password, and that the server runs.';
    return { name, state: 'fail', finding: `It can't be reached (${codeOf(error)}).`, remedy };
  } finally {
    redis.disconnect();
  }
}

function findRedisUrl(place: DataFolder): string | undefined {
  const settings = join(place.redis.folder, 'redis.conf');
  const password = findSecret(place.redis.passwordFile);
  const port = existsSync(settings) ? /^port (\d+)$/m.exec(readFileSync(settings, 'utf8'))?.[1] : undefined;
  return port && password ? `redis://:${password}@127.0.0.1:${port}` : undefined;
}

/** Logs in to the private token, in a child process: this one never loads a PKCS#11 library. */
export async function checkToken(place: DataFolder, env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = 'HSM token';
  if (env['HSM_MODULE'] || env['HSM_MODE'] === 'external') {
    const module = env['HSM_MODULE'];
    if (module && !existsSync(module)) return { name, state: 'fail', finding: `HSM_MODULE names no file: ${module}`, remedy: "Set it to the path of the vendor's PKCS#11 library." };
    return { name, state: 'ok', finding: 'an HSM of your own; the service checks it (health)' };
  }
  const module = findSoftHsmLibrary();
  const { pinFile, soPinFile, conf } = place.hsm;
  if (!module || !existsSync(conf)) return { name, state: 'ok', finding: 'not made yet' };
  const remedy = `Put the right PIN back into ${pinFile} (mode 600). If it is lost, its keys are lost: put ${place.hsm.folder} aside and start again.`;
  // Without the PIN file, the next line would make a new token beside the old one.
  if (findSecret(pinFile) === undefined) return { name, state: 'fail', finding: 'Its PIN file is missing or empty.', remedy };
  try {
    await initSoftHsmToken({ module, conf, label: 'lineside', pinFile, soPinFile });
    return { name, state: 'ok', finding: 'the PIN fits (SoftHSM, NOT FOR PRODUCTION)' };
  } catch (error) {
    return { name, state: 'fail', finding: error instanceof Error ? error.message : String(error), remedy };
  }
}

export async function checkSandbox(settings: StartSettings, isRunning: boolean): Promise<Finding> {
  const name = 'AWS IoT sandbox';
  if (!settings.runsSandbox) return { name, state: 'ok', finding: 'switched off (SANDBOX=off): real AWS is used' };
  if (!isRunning) return { name, state: 'ok', finding: 'not started' };
  try {
    // Any answer will do: without a signature it is a refusal.
    await fetch(`http://127.0.0.1:${settings.sandboxPort}/endpoint`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { name, state: 'ok', finding: 'answers' };
  } catch {
    return { name, state: 'fail', finding: 'It does not answer.', remedy: 'Read sandbox.log in the data folder, then stop and start again.' };
  }
}

/** `/health/ready` of the running service: the HSM signs, the ledger takes a write (so its migrations are done), Redis keeps what it is given. */
export async function checkService(baseUrl: string | undefined): Promise<Finding> {
  const name = 'service';
  if (baseUrl === undefined) return { name, state: 'warn', finding: 'It is not running.', remedy: NOT_RUNNING };
  if (baseUrl === STARTING) return { name, state: 'warn', finding: 'It is being started.', remedy: 'Ask again in a few seconds.' };
  try {
    const answer = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(2 * TIMEOUT_MS) });
    if (answer.ok) return { name, state: 'ok', finding: `ready at ${baseUrl}` };
    return { name, state: 'fail', finding: `It is not ready: ${await answer.text()}`, remedy: 'Mend the part that is not ok, then ask again.' };
  } catch {
    return { name, state: 'fail', finding: 'It does not answer.', remedy: 'Read service.log in the data folder, then stop and start again.' };
  }
}

/** A system or SQL error code; never the message, which may hold the address with the password. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown reason';
}
