import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../../setup/build.mjs';
import { tryLock, visitHolder } from '../../setup/lock.mjs';
import { needsBuild } from '../../setup/missing.mjs';
import { ensureLocalToken } from '../../src/local/local-hsm.js';
import { startPostgres } from '../../src/local/local-postgres.js';
import { startRedis } from '../../src/local/local-redis.js';
import { administer, LEDGER_TEMPLATE } from './database.js';
import { newFolder, removeDeadFolders } from './run-folders.js';

declare global {
  var linesideTestServices: { stop(): Promise<void> } | undefined;
}

/** Starts everything at once in a folder of its own under `<checkout>/.test-run` and exports where it is. */
export async function startTestServices(checkout: string): Promise<void> {
  const runs = join(checkout, '.test-run');
  await removeDeadFolders(runs);
  await buildIfStale(checkout);
  const folder = newFolder('run', runs);
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });

  const started = await Promise.allSettled([
    startPostgres({
      folder: join(folder, 'postgres'),
      passwordFile: join(folder, 'postgres-password'),
      logFile: join(folder, 'logs', 'postgres.log'),
      durable: false,
      // Each worker of jest may have several services at once, of 20 connections each.
      settings: { max_connections: '400' },
    }),
    startRedis({
      folder: join(folder, 'redis'),
      passwordFile: join(folder, 'redis-password'),
      logFile: join(folder, 'logs', 'redis.log'),
    }),
    // SoftHSM reads its settings with getenv, which sees what is set here but not what a test file sets.
    ensureLocalToken(join(folder, 'hsm')),
  ]);
  const [postgres, redis, token] = started;
  const stop = async () => {
    await Promise.all([
      postgres.status === 'fulfilled' ? postgres.value.stop() : undefined,
      redis.status === 'fulfilled' ? redis.value.stop() : undefined,
    ]);
    rmSync(folder, { recursive: true, force: true });
    removeIfEmpty(runs);
  };
  if (postgres.status === 'rejected' || redis.status === 'rejected' || token.status === 'rejected') {
    await stop();
    throw started.find((result) => result.status === 'rejected')?.reason;
  }
  try {
    await makeLedgerTemplate(checkout, postgres.value.url);
  } catch (error) {
    await stop();
    throw error;
  }
  globalThis.linesideTestServices = { stop };
  Object.assign(process.env, { DATABASE_URL: postgres.value.url, REDIS_URL: redis.value.url }, token.value);
}

/** See `freshLedger`. */
async function makeLedgerTemplate(checkout: string, server: string): Promise<void> {
  await administer(server, `CREATE DATABASE ${LEDGER_TEMPLATE} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${LEDGER_TEMPLATE}`;
  const { openDatabase } = (await import(join(checkout, 'dist', 'platform', 'database', 'database.js'))) as typeof import('../../src/platform/database/database.js');
  const ledger = await openDatabase({ url: url.href, connections: 4, onIdleError: () => undefined });
  await ledger.destroy();
}

/** Programs that tests start (signers, the launcher) run from `dist`. Under `npm test` a build that fails ends the run; otherwise the last good build serves. */
async function buildIfStale(checkout: string): Promise<void> {
  if (!needsBuild(checkout)) return;
  let lock = await tryLock(checkout, 'setup');
  for (; !lock; lock = await tryLock(checkout, 'setup')) await visitHolder(checkout, 'setup');
  try {
    if (needsBuild(checkout)) await buildProgram(checkout, join(checkout, 'node_modules', '.cache', 'lineside-build.log'), { checksTypes: false });
  } catch (error) {
    const isOfficial = process.env['npm_lifecycle_event'] === 'test' || process.env['CI'] !== undefined;
    if (isOfficial || !existsSync(join(checkout, 'dist', 'main.js'))) throw error;
    process.stderr.write('The build failed: programs started by these tests run from an older dist.\n');
  } finally {
    await lock.release();
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another run is using it.
  }
}
