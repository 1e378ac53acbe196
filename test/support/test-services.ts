import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findSoftHsmLibrary } from '../../setup/programs.mjs';
import { startPostgres } from '../../src/local/local-postgres.js';
import { startRedis } from '../../src/local/local-redis.js';
import { endProcesses, findProcess, findProcessesIn, isRunning } from '../../src/local/running-processes.js';
import { ensureSecretFile } from '../../src/local/secret-file.js';

declare global {
  var linesideTestServices: { stop(): Promise<void> } | undefined;
}

/** Starts everything at once under `<checkout>/.test-run/run-<pid>-<start time>-<random>` and exports where it is. */
export async function startTestServices(checkout: string): Promise<void> {
  const runs = join(checkout, '.test-run');
  await removeDeadRuns(runs);
  const own = findProcess(process.pid);
  const folder = join(runs, `run-${process.pid}-${own?.startedAt ?? '0'}-${randomBytes(4).toString('hex')}`);
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });

  const started = await Promise.allSettled([
    startPostgres({
      folder: join(folder, 'postgres'),
      passwordFile: join(folder, 'postgres-password'),
      logFile: join(folder, 'logs', 'postgres.log'),
      durable: false,
    }),
    startRedis({
      folder: join(folder, 'redis'),
      passwordFile: join(folder, 'redis-password'),
      logFile: join(folder, 'logs', 'redis.log'),
    }),
    makeToken(folder),
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
  globalThis.linesideTestServices = { stop };
  Object.assign(process.env, { DATABASE_URL: postgres.value.url, REDIS_URL: redis.value.url }, token.value);
}

/** A SoftHSM token for this run. SoftHSM reads its settings with getenv, which sees what is set here but not what a test file sets. */
async function makeToken(folder: string): Promise<Record<string, string>> {
  const module = findSoftHsmLibrary();
  if (!module) throw new Error('SoftHSM is not installed: apt-get install softhsm2');
  const tokens = join(folder, 'hsm');
  mkdirSync(join(tokens, 'tokens'), { recursive: true, mode: 0o700 });
  const conf = join(tokens, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${join(tokens, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`, { mode: 0o600 });
  const pinFile = join(tokens, 'pin');
  const pin = ensureSecretFile(pinFile);
  await promisify(execFile)('softhsm2-util', ['--init-token', '--free', '--label', 'lineside', '--pin', pin, '--so-pin', pin], {
    env: { ...process.env, SOFTHSM2_CONF: conf },
  });
  return { HSM_MODULE: module, HSM_TOKEN: 'lineside', HSM_PIN_FILE: pinFile, SOFTHSM2_CONF: conf };
}

/** Folders of runs whose jest is gone; its services ended with it. */
async function removeDeadRuns(runs: string): Promise<void> {
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(runs)) {
    const [, pid, startedAt] = /^run-(\d+)-(\d+)-/.exec(entry) ?? [];
    if (pid === undefined || startedAt === undefined) continue;
    if (isRunning({ pid: Number(pid), startedAt })) continue;
    const folder = join(runs, entry);
    const left = [...findProcessesIn(join(folder, 'postgres'), 'postgres'), ...findProcessesIn(join(folder, 'redis'), 'redis-server')];
    await endProcesses(left, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another run is using it.
  }
}
