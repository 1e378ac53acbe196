// Private PostgreSQL (fsync on), Redis and SoftHSM for one run, in a folder of its own that is removed afterwards.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { ensureLocalToken } from '../dist/local/local-hsm.js';
import { startPostgres } from '../dist/local/local-postgres.js';
import { startRedis } from '../dist/local/local-redis.js';

export const CHECKOUT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** CSRs stay here from run to run. */
export const CACHE = join(CHECKOUT, '.test-run', 'bench-cache');

/** Folders of runs that were killed; their PostgreSQL and Redis went with them. */
function removeDeadRuns() {
  const runs = join(CHECKOUT, '.test-run');
  if (!existsSync(runs)) return;
  for (const entry of readdirSync(runs)) {
    const pid = /^bench-(\d+)-/.exec(entry)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(runs, entry), { recursive: true, force: true });
  }
}

/** What a server of its own with 16 GB gives PostgreSQL. With the 64 MB and the small log of `npm start` the checkpoints would be measured. For cfssl's ledger too. */
const SETTINGS = { shared_buffers: '4GB', min_wal_size: '2GB', max_wal_size: '16GB', checkpoint_timeout: '15min', wal_compression: 'lz4' };

export async function startServices() {
  removeDeadRuns();
  const folder = join(CHECKOUT, '.test-run', `bench-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const started = await Promise.allSettled([startPostgres({ ...serverIn(folder), durable: true }), startRedis(placeOf(folder, 'redis')), ensureLocalToken(join(folder, 'hsm'))]);
  const [postgres, redis, token] = started.map(({ value }) => value);
  const stop = async () => {
    await Promise.all([services.postgres?.stop(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const services = { folder, postgres, redis, hsm: token, stop };
  const failure = started.find(({ status }) => status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stop().finally(() => process.exit(1)));
  await ageLog(services);
  return services;
}

const placeOf = (folder, name) => ({ folder: join(folder, name), passwordFile: join(folder, `${name}-password`), logFile: join(folder, 'logs', `${name}.log`) });
const serverIn = (folder) => ({ ...placeOf(folder, 'postgres'), settings: SETTINGS });

/**
 * Fills the write-ahead log once and lets the checkpoint of a restart take its files back. A server that has run for a day writes over
 * old files; a new one makes each file when it needs it, and everybody's commits wait for 16 MB of zeros.
 */
async function ageLog(services) {
  const write = `select pg_logical_emit_message(false, 'bench', repeat('.', 15 * 1024 * 1024))`;
  await runSql(services, 'postgres', ...Array.from({ length: 120 }, () => write));
  await restartPostgres(services);
  await settleDisk();
}

/** What the kernel has still to write would slow down every commit that is measured next, by 0.1 s and more. */
export async function settleDisk() {
  await promisify(execFile)('sync');
}

/** Starts PostgreSQL again with these settings, besides those that it is always started with. Nobody may be connected. */
export async function restartPostgres(services, { settings = {}, durable = true } = {}) {
  await services.postgres.stop();
  const server = serverIn(services.folder);
  services.postgres = await startPostgres({ ...server, settings: { ...server.settings, ...settings }, durable });
}

/** The address of another database of the same server. */
export function databaseUrl(services, name) {
  const url = new URL(services.postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements one after the other and answers the last one's rows. */
export async function runSql(services, database, ...statements) {
  const client = new pg.Client({ connectionString: databaseUrl(services, database) });
  await client.connect();
  try {
    let rows = [];
    for (const statement of statements) ({ rows } = await client.query(...[statement].flat()));
    return rows;
  } finally {
    await client.end();
  }
}

/** A database that is a copy of another one, made anew. Nobody may be connected to either. */
export async function copyDatabase(services, source, copy) {
  await runSql(services, 'postgres', `drop database if exists ${copy}`, `create database ${copy} template ${source} strategy file_copy`);
  await settleDisk();
}
