import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LocalProblem } from './local.errors.js';
import { writeSecretFile } from './secret-file.js';
import { giveTo, prefixFor, type SystemUser } from './system-user.js';

/** The ordinary role that owns the ledger; it may create databases and is no superuser. */
export const LEDGER_ROLE = 'lineside';

/** What every run of a PostgreSQL program needs to know, found once. */
export interface PostgresHost {
  /** The folder that holds `postgres` and `initdb`. */
  programs: string;
  user: SystemUser | undefined;
  env: NodeJS.ProcessEnv;
}

/** Hex, because it also stands in SQL text and in a URL. */
const makePassword = () => randomBytes(24).toString('hex');

/**
 * Makes a cluster with the role and the database `lineside`, and answers the role's password.
 * It grows in `<folder>.new` and is moved into place when it is whole: an interrupted start leaves nothing half-made.
 */
export async function createCluster(folder: string, host: PostgresHost, durable: boolean): Promise<string> {
  const draft = `${folder}.new`;
  const superuserPassword = `${folder}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(host.user, draft);
  // Nobody keeps the superuser's password: what needs a superuser is done in single-user mode.
  writeSecretFile(superuserPassword, makePassword());
  giveTo(host.user, superuserPassword);
  try {
    await run(host, draft, 'initdb', [
      `--pgdata=${draft}`,
      `--pwfile=${superuserPassword}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ]);
  } finally {
    rmSync(superuserPassword, { force: true });
  }
  const password = makePassword();
  await runSql(host, draft, [
    `CREATE ROLE ${LEDGER_ROLE} LOGIN CREATEDB PASSWORD '${password}'`,
    `CREATE DATABASE ${LEDGER_ROLE} OWNER ${LEDGER_ROLE}`,
  ]);
  renameSync(draft, folder);
  chmodSync(folder, 0o700);
  return password;
}

/** Gives the ledger's role a new password, when the file that held the old one is lost. The server must not be running. */
export async function setRolePassword(folder: string, host: PostgresHost): Promise<string> {
  rmSync(join(folder, 'postmaster.pid'), { force: true });
  const password = makePassword();
  await runSql(host, folder, [`ALTER ROLE ${LEDGER_ROLE} PASSWORD '${password}'`]);
  return password;
}

/** Runs statements as the superuser in single-user mode; they go through standard input, because arguments are visible to every user. */
async function runSql(host: PostgresHost, folder: string, statements: readonly string[]): Promise<void> {
  const input = `${statements.join(';\n')};\n`;
  await run(host, folder, 'postgres', ['--single', '-D', folder, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic', 'postgres'], input);
}

function run(host: PostgresHost, folder: string, program: string, args: readonly string[], input = ''): Promise<void> {
  const [command = '', ...words] = [...prefixFor(host.user, folder, 'TERM'), join(host.programs, program), ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: '/', env: host.env, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const isFull = errors.includes('No space left on device');
      const lastLines = errors.trim().split('\n').slice(-3).join('\n');
      reject(
        new LocalProblem(
          isFull ? 'The disk is full: the ledger could not be made.' : `PostgreSQL's ${program} failed:\n${lastLines}`,
          isFull ? 'Free some space and start again.' : 'Mend the cause and start again; nothing half-made is kept.',
        ),
      );
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
