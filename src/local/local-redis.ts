import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../../setup/programs.mjs';
import { LocalChild } from './local-child.js';
import { LocalProblem } from './local.errors.js';
import { readLogTail } from './log-files.js';
import { findFreePort } from './ports.js';
import { endProcesses, findProcessesIn } from './running-processes.js';
import { ensureSecretFile, writeSecretFile } from './secret-file.js';
import { prefixFor } from './system-user.js';

const PATIENCE_MS = 60_000;

export interface RedisPlace {
  folder: string;
  passwordFile: string;
  logFile: string;
  /** Listen here; a free port by default. */
  port?: number;
}

export interface LocalRedis {
  child: LocalChild;
  port: number;
  /** With the password: for an environment or a file of mode 0600 only. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a private Redis with the settings that the queues need (AOF, noeviction) and answers once it serves. Ends what an earlier start left running in the folder. */
export async function startRedis(place: RedisPlace): Promise<LocalRedis> {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  await endProcesses(findProcessesIn(place.folder, 'redis-server'), 'SIGTERM');
  const program = findProgram('redis-server');
  if (!program) {
    throw new LocalProblem('redis-server is not installed.', 'Install it with: apt-get install redis-server   – or set REDIS_URL.');
  }
  const password = ensureSecretFile(place.passwordFile);
  for (let tries = 1; ; tries++) {
    const port = place.port ?? (await findFreePort());
    const child = await launch(place, program, password, port);
    if (await serves(port, password, child)) {
      const url = `redis://:${password}@127.0.0.1:${port}`;
      return { child, port, url, stop: async () => void (await child.stop(['SIGTERM'], 8_000)) };
    }
    const tail = readLogTail(place.logFile);
    if (tries < 3 && tail.includes('Address already in use')) continue;
    if (tries < 3 && isAppendOnlyFileBroken(tail)) {
      putAppendOnlyFilesAside(place.folder);
      continue;
    }
    throw new LocalProblem(`Redis stopped while starting. The end of its log:\n${tail}`, `Read ${place.logFile}, mend the cause and start again.`);
  }
}

function launch(place: RedisPlace, program: string, password: string, port: number): Promise<LocalChild> {
  // The password goes into a file of mode 0600, because arguments are visible to every user.
  const settings = join(place.folder, 'redis.conf');
  writeSecretFile(
    settings,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `requirepass ${password}`,
      `dir "${place.folder}"`,
      'save ""',
      'appendonly yes',
      'appendfsync everysec',
      'aof-load-truncated yes',
      'maxmemory-policy noeviction',
      'daemonize no',
      '',
    ].join('\n'),
  );
  return LocalChild.start({
    name: 'Redis',
    command: [...prefixFor(undefined, place.folder, 'TERM'), program, settings],
    cwd: place.folder,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    logFile: place.logFile,
  });
}

/** A torn end is cut off by Redis itself; damage in the middle stops it. */
function isAppendOnlyFileBroken(tail: string): boolean {
  return /Bad file format reading the append only file|AOF .*(corrupt|doesn't exist|is missing)|Fatal error loading the DB/i.test(tail);
}

/** The queues may be lost: they are rebuilt from the ledger. The damaged files are kept under another name. */
function putAppendOnlyFilesAside(folder: string): void {
  const files = join(folder, 'appendonlydir');
  if (existsSync(files)) renameSync(files, `${files}.broken-${Date.now()}`);
}

/** Asks until Redis has loaded its data; false when it ended instead. */
async function serves(port: number, password: string, child: LocalChild): Promise<boolean> {
  let deadline = Date.now() + PATIENCE_MS;
  while (!child.hasExited) {
    const answer = await askRedis(port, password, 'PING');
    if (answer?.includes('+PONG')) return true;
    // It reads its append-only file, however long that takes.
    if (answer?.includes('-LOADING')) deadline = Date.now() + PATIENCE_MS;
    if (Date.now() > deadline) {
      await child.stop(['SIGTERM'], 2_000);
      throw new LocalProblem('Redis runs, but does not answer.', `Read ${child.plan.logFile}.`);
    }
    await pause(25);
  }
  return false;
}

/** One inline command after AUTH, and the raw answers (RESP2). The launcher asks nothing else of Redis, and a client library would cost it 17 MB. */
function askRedis(port: number, password: string, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    socket.once('connect', () => socket.write(`AUTH ${password}\r\n${command}\r\nQUIT\r\n`));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => undefined);
    socket.once('close', () => resolve(answer === '' ? undefined : answer));
  });
}
