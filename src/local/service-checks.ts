import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findSoftHsmLibrary } from '../../setup/programs.mjs';
import { initSoftHsmToken } from '../hsm/token-setup.js';
import { infosOf, openRedis } from '../platform/redis/redis.js';
import { callService, type ServiceAddress } from '../client/service-call.js';
import type { DataFolder } from './data-folder.js';
import { askLedger, type Examined, type Finding } from './examination.js';
import { hsmRemedy } from './hsm-remedies.js';
import { damageIn, tokenRemedy } from './local-hsm.js';
import { findSecret } from './secret-file.js';

const TIMEOUT_MS = 3_000;
const NOT_RUNNING = 'Lineside is not running; start it with: npm start';

/** Connects with the ledger's own role and asks whether it takes writes. */
export async function checkPostgres(examined: Examined): Promise<Finding> {
  const { place, settings, isRunning } = examined;
  const name = 'ledger (PostgreSQL)';
  const own = settings.databaseUrl === undefined;
  if (own && !isRunning) return { name, state: 'ok', finding: 'not started' };
  if (examined.databaseUrl === undefined) return { name, state: 'fail', finding: 'Its port or its password file is missing.', remedy: 'Stop Lineside and start it again.' };
  try {
    const row = await askLedger(examined, async (client) => {
      const { rows } = await client.query<{ version: string; standby: boolean; readonly: string }>(
        `select current_setting('server_version') as version, pg_is_in_recovery() as standby, current_setting('default_transaction_read_only') as readonly`,
      );
      return rows[0];
    });
    if (row?.standby || row?.readonly === 'on') return { name, state: 'fail', finding: 'It takes no writes.', remedy: 'Point DATABASE_URL at the primary.' };
    return { name, state: 'ok', finding: `version ${row?.version} answers` };
  } catch (error) {
    const remedy = own ? `Read ${place.postgres.logFile}.` : 'Check DATABASE_URL: host, port, user and password, and that the server runs.';
    return { name, state: 'fail', finding: `It can't be reached (${codeOf(error)}).`, remedy };
  }
}

/** The queues must never lose a job silently: policy noeviction, and an append-only file. */
export async function checkRedis({ place, settings, isRunning }: Examined): Promise<Finding> {
  const name = 'queues (Redis)';
  const own = settings.redisUrl === undefined;
  if (own && !isRunning) return { name, state: 'ok', finding: 'not started' };
  const url = settings.redisUrl ?? findRedisUrl(place);
  if (!url) return { name, state: 'fail', finding: 'Its settings file is missing.', remedy: 'Stop Lineside and start it again.' };
  const redis = openRedis({ REDIS_URL: url, ...settings.redisWays }, 'doctor', () => undefined);
  try {
    const infos = await Promise.race([redis.connect().then(() => infosOf(redis)), rejectAfter(TIMEOUT_MS)]);
    const [policies, aofs, versions] = ['maxmemory_policy', 'aof_enabled', 'redis_version'].map((field) => infos.map((info) => new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1]));
    const policy = policies?.find((each) => each !== 'noeviction');
    if (policy !== undefined) {
      return { name, state: 'fail', finding: `Its policy is ${policy}, which drops jobs when memory runs out; nothing is kept in it, and the line goes on from the ledger.`, remedy: 'Set it: redis-cli CONFIG SET maxmemory-policy noeviction   (and in redis.conf)' };
    }
    if (aofs?.some((aof) => aof !== '1')) {
      return { name, state: 'warn', finding: 'It keeps no append-only file, so a restart empties the queues.', remedy: 'Set it: redis-cli CONFIG SET appendonly yes   (and in redis.conf)' };
    }
    return { name, state: 'ok', finding: `version ${[...new Set(versions)].join(', ')} answers${infos.length > 1 ? ` on ${infos.length} nodes` : ''}, noeviction, append-only` };
  } catch (error) {
    const remedy = own ? `Read ${place.redis.logFile}.` : 'Check REDIS_URL (and REDIS_SENTINELS or REDIS_CLUSTER): host, port and password, and that the server runs.';
    return { name, state: 'fail', finding: `It can't be reached (${codeOf(error)}).`, remedy };
  } finally {
    redis.disconnect();
  }
}

function rejectAfter(ms: number): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms).unref());
}

function findRedisUrl(place: DataFolder): string | undefined {
  const settings = join(place.redis.folder, 'redis.conf');
  const password = findSecret(place.redis.passwordFile);
  const port = existsSync(settings) ? /^port (\d+)$/m.exec(readFileSync(settings, 'utf8'))?.[1] : undefined;
  return port && password ? `redis://:${password}@127.0.0.1:${port}` : undefined;
}

/** Logs in to the private token, in a child process: this one never loads a PKCS#11 library. */
export async function checkToken({ place, settings }: Examined): Promise<Finding> {
  const name = 'HSM token';
  if (settings.hsmModule !== undefined) {
    const { hsmModule: module } = settings;
    if (module.includes('/') && !existsSync(module)) return { name, state: 'fail', finding: `HSM_MODULE names no file: ${module}`, remedy: "Set it to the path of the vendor's PKCS#11 library." };
    return { name, state: 'ok', finding: 'an HSM of your own; the service checks it (health)' };
  }
  const module = findSoftHsmLibrary();
  const { pinFile, conf } = place.hsm;
  if (!module || !existsSync(conf)) return { name, state: 'ok', finding: 'not made yet' };
  const noPin = 'Its PIN file is missing or empty.';
  if (findSecret(pinFile) === undefined) return { name, state: 'fail', finding: noPin, remedy: tokenRemedy(noPin, place.hsm.folder, pinFile) };
  try {
    // Without the file of the security officer's PIN it checks, and makes nothing.
    await initSoftHsmToken({ module, conf, label: 'lineside', pinFile, soPinFile: '' });
    const damage = damageIn(place.hsm.folder);
    return damage ? { name, state: 'fail', ...damage } : { name, state: 'ok', finding: 'the PIN fits (SoftHSM, NOT FOR PRODUCTION)' };
  } catch (error) {
    const damage = damageIn(place.hsm.folder);
    const finding = `${error instanceof Error ? error.message : String(error)}${damage ? ` ${damage.finding}` : ''}`;
    return { name, state: 'fail', finding, remedy: tokenRemedy(finding, place.hsm.folder, pinFile) };
  }
}

export async function checkSandbox({ settings, isRunning }: Examined): Promise<Finding> {
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

/** What `/health/ready` answers, as far as it is used here. */
const Health = z.object({
  status: z.enum(['ready', 'degraded', 'not-ready']),
  reasons: z.array(z.string()),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional(), code: z.string().optional() })),
});

async function readHealth(address: ServiceAddress): Promise<z.infer<typeof Health>> {
  const { text } = await callService(address, '/health/ready', { signal: AbortSignal.timeout(2 * TIMEOUT_MS) });
  return Health.parse(JSON.parse(text));
}

/** Why the running service would refuse stations: one sentence each, none while it is ready or degraded. */
export async function findFaults(address: ServiceAddress): Promise<string[]> {
  const { status, reasons } = await readHealth(address).catch(() => ({ status: 'not-ready', reasons: ['the service does not answer'] }));
  return status === 'not-ready' ? reasons : [];
}

/** `/health/ready` of the running service: the HSM signs with the issuing keys, the ledger takes a write (so its migrations are done), Redis keeps what it is given. */
export async function checkService(examined: Examined): Promise<Finding[]> {
  const { isRunning, address, place } = examined;
  const name = 'service';
  if (!isRunning) return [{ name, state: 'warn', finding: 'It is not running.', remedy: NOT_RUNNING }];
  if (address === undefined) return [{ name, state: 'warn', finding: 'It is being started.', remedy: 'Ask again in a few seconds.' }];
  try {
    const { status, checks } = await readHealth(address);
    if (status === 'ready') return [{ name, state: 'ok', finding: `ready at ${address.baseUrl}` }];
    const broken = Object.entries(checks).filter(([, check]) => !check.ok);
    const state = status === 'degraded' ? 'warn' : 'fail';
    return broken.map(([part, { detail, code }]) => ({ name: `service: ${part}`, state, finding: detail ?? 'It does not work.', remedy: partRemedy(part, code, examined) }));
  } catch {
    return [{ name, state: 'fail', finding: 'It does not answer.', remedy: `Read ${place.service.logFile}, then stop and start again.` }];
  }
}

/** What to do about a part that the running service can't use. */
function partRemedy(part: string, code: string | undefined, examined: Examined): string {
  const { logFile } = examined.place.service;
  switch (part) {
    case 'hsm':
      return hsmRemedy(code, examined);
    case 'ledger':
      return `What "ledger (PostgreSQL)" says comes first. If that is well, look for ledger.connection_lost in ${logFile}; the service connects again by itself.`;
    case 'redis':
      return `What "queues (Redis)" says comes first. The line goes on from the ledger meanwhile, and Redis is asked again by itself.`;
    case 'clock':
      return 'Set the clock of this machine, or of the one that it is compared with, by NTP (chronyc tracking; timedatectl): nothing is signed until they agree. No restart is needed.';
    case 'tls':
      return 'Put the right certificate and its key in the place of the files of TLS_CERT and TLS_KEY; they are read anew within two seconds. With TLS=local, stop and start again.';
    case 'checkpoint':
      return 'What "ledger checkpoint" says to do.';
    case 'checkpoint-kept':
      return 'Mend the disk or the share of the folder that it names: mounted, with room, and with the rights of the user that Lineside runs as. It is written again within a second.';
    default:
      return `Read ${logFile}.`;
  }
}

/** A system or SQL error code; never the message, which may hold the address with the password. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown reason';
}
