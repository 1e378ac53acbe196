import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findPostgresFolders, LEAST_POSTGRES } from '../../setup/programs.mjs';
import { LocalChild } from './local-child.js';
import { LocalProblem } from './local.errors.js';
import { readLogTail } from './log-files.js';
import { findFreePort } from './ports.js';
import { createCluster, LEDGER_ROLE, setRolePassword, type PostgresHost } from './postgres-cluster.js';
import { endProcesses, findProcessesIn } from './running-processes.js';
import { findSecret, writeSecretFile } from './secret-file.js';
import { findSystemUser, prefixFor } from './system-user.js';

const PATIENCE_MS = 60_000;

export interface PostgresPlace {
  /** The data folder; made on first use. */
  folder: string;
  passwordFile: string;
  logFile: string;
  /** False only for tests: a crash of the whole machine may lose their rows. */
  durable: boolean;
  /** Listen here; a free port by default. */
  port?: number;
  /** More of PostgreSQL's own settings, or others than the small ones it gets here. */
  settings?: Readonly<Record<string, string>>;
}

export interface LocalPostgres {
  child: LocalChild;
  port: number;
  /** With the password: for an environment or a file of mode 0600 only. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a private PostgreSQL and answers once it accepts the ledger's role. Ends what an earlier start left running in the folder. */
export async function startPostgres(place: PostgresPlace): Promise<LocalPostgres> {
  await endProcesses(findProcessesIn(place.folder, 'postgres'), 'SIGINT');
  const host = findHost(place.folder);
  const password = await ensureCluster(place, host);
  rmSync(join(place.folder, 'postmaster.pid'), { force: true });
  for (let tries = 1; ; tries++) {
    const port = place.port ?? (await findFreePort());
    const child = await launch(place, host, port);
    const url = `postgres://${LEDGER_ROLE}:${password}@127.0.0.1:${port}/${LEDGER_ROLE}`;
    if (await acceptsCaller(url, child)) {
      return { child, port, url, stop: () => stopPostgres(child) };
    }
    const tail = readLogTail(place.logFile);
    // Another program took the port between the look and the start.
    if (tries < 3 && tail.includes('Address already in use')) continue;
    throw new LocalProblem(`PostgreSQL stopped while starting. The end of its log:\n${tail}`, `Read ${place.logFile}, mend the cause and start again.`);
  }
}

function launch(place: PostgresPlace, host: PostgresHost, port: number): Promise<LocalChild> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: `${port}`,
    // No socket file: its path is limited to 107 bytes, which a deep checkout exceeds.
    unix_socket_directories: '',
    shared_buffers: '64MB',
    max_connections: '100',
    fsync: place.durable ? 'on' : 'off',
    logging_collector: 'off',
    // Without ERROR: each is answered to the service, which logs it unless it is an expected refusal of a rule.
    log_min_messages: 'log',
    ...place.settings,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return LocalChild.start({
    name: 'PostgreSQL',
    command: [...prefixFor(host.user, place.folder, 'INT'), join(host.programs, 'postgres'), '-D', place.folder, ...options],
    cwd: '/',
    env: host.env,
    logFile: place.logFile,
  });
}

/** Fast shutdown (SIGINT) writes a checkpoint; SIGQUIT leaves the recovery to the next start. */
async function stopPostgres(child: LocalChild): Promise<void> {
  await child.stop(['SIGINT', 'SIGQUIT'], 8_000);
}

async function ensureCluster(place: PostgresPlace, host: PostgresHost): Promise<string> {
  const isInitialised = existsSync(join(place.folder, 'PG_VERSION'));
  const known = findSecret(place.passwordFile);
  if (isInitialised && known !== undefined) return known;
  if (!isInitialised) {
    refuseStrangeFolder(place.folder);
    const password = await createCluster(place.folder, host, place.durable);
    writeSecretFile(place.passwordFile, password);
    return password;
  }
  const password = await setRolePassword(place.folder, host);
  writeSecretFile(place.passwordFile, password);
  return password;
}

/** A new cluster is moved into place when it is whole, so a folder without PG_VERSION was not made, or was damaged, by somebody else. */
function refuseStrangeFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (readdirSync(folder).length > 0) {
    throw new LocalProblem(
      `${folder} holds files but no PostgreSQL database (PG_VERSION is missing).`,
      `Put the folder aside and start again with an empty ledger: mv '${folder}' '${folder}.aside'`,
    );
  }
  rmSync(folder, { recursive: true });
}

function findHost(folder: string): PostgresHost {
  const versionFile = join(folder, 'PG_VERSION');
  const wanted = existsSync(versionFile) ? Number(readFileSync(versionFile, 'utf8')) : undefined;
  const installed = findPostgresFolders();
  const match = installed.find(({ major }) => wanted === undefined || major === undefined || major === wanted);
  if (!match) {
    const version = wanted ?? LEAST_POSTGRES;
    throw new LocalProblem(
      wanted === undefined ? 'PostgreSQL is not installed.' : `The ledger was made by PostgreSQL ${version}, which is not installed.`,
      `Install it with: apt-get install postgresql${wanted === undefined ? '' : `-${version}`}   – or set DATABASE_URL.`,
    );
  }
  mkdirSync(join(folder, '..'), { recursive: true, mode: 0o700 });
  // PostgreSQL needs nothing from our environment, which may hold secrets.
  return { programs: match.folder, user: findSystemUser(), env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' } };
}

/** Connects again and again until the server lets the role in; false when it ended instead. */
async function acceptsCaller(url: string, child: LocalChild): Promise<boolean> {
  let deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    if (child.hasExited) return false;
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch (error) {
      // It says that it starts up or recovers, which may take long after a crash.
      if (error instanceof pg.DatabaseError && error.code === '57P03') deadline = Date.now() + PATIENCE_MS;
      const isOver = Date.now() > deadline;
      if (isOver || isRefusal(error)) {
        await stopPostgres(child);
        throw new LocalProblem('PostgreSQL runs, but does not let the ledger in.', 'Run "npx lineside doctor".', { cause: error });
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    await pause(30);
  }
}

/** SQLSTATE class 28 (wrong password) and 3D (no such database) do not heal by waiting. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(28|3D)/.test(error.code ?? '');
}
