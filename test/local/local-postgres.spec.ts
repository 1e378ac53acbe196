import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres, type LocalPostgres, type PostgresPlace } from '../../src/local/local-postgres.js';
import { findProcessesIn } from '../../src/local/running-processes.js';
import { findSecret } from '../../src/local/secret-file.js';
import { makeScratch, readCommandLine } from './scratch.js';

const scratch = makeScratch('postgres');
const place: PostgresPlace = {
  folder: join(scratch.folder, 'postgres'),
  passwordFile: join(scratch.folder, 'postgres-password'),
  logFile: join(scratch.folder, 'postgres.log'),
  durable: false,
};
let postgres: LocalPostgres;

async function query<Row extends pg.QueryResultRow>(sql: string, url = postgres.url): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  postgres = await startPostgres(place);
});
afterAll(async () => {
  await postgres.stop();
  scratch.remove();
});

it('keeps the password in a file for its owner only, and out of every argument', () => {
  const password = findSecret(place.passwordFile) ?? '';
  expect(password.length).toBeGreaterThan(30);
  expect(statSync(place.passwordFile).mode & 0o777).toBe(0o600);
  expect(statSync(place.folder).mode & 0o777).toBe(0o700);
  expect(readCommandLine(postgres.child.pid)).not.toContain(password);
  expect(readFileSync(place.logFile, 'utf8')).not.toContain(password);
});

it('listens on this machine only, and asks for the password', async () => {
  expect(await query<{ listen_addresses: string }>('show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  await expect(query('select 1', postgres.url.replace(/:[^:@]+@/, ':wrong@'))).rejects.toMatchObject({ code: '28P01' });
});

it('does not log what is refused to the service, which logs it itself', async () => {
  await expect(query("do $$ begin raise exception 'held' using errcode = 'LS002'; end $$")).rejects.toMatchObject({ code: 'LS002' });
  await expect(query('select pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({ code: '57P01' });
  const log = readFileSync(place.logFile, 'utf8');
  expect(log).toContain('terminating connection due to administrator command');
  expect(log).not.toMatch(/held|LS002/);
});

it('finds its rows again after kill -9 of the server, with a stale postmaster.pid in the way', async () => {
  await query('create table kept (id int)');
  await query('insert into kept values (7)');
  postgres.child.signal('SIGKILL');
  await postgres.child.exited;
  expect(existsSync(join(place.folder, 'postmaster.pid'))).toBe(true);
  postgres = await startPostgres(place);
  expect(await query<{ id: number }>('select id from kept')).toEqual([{ id: 7 }]);
});

it('ends a server that an earlier start left running, and takes over its rows', async () => {
  const orphan = postgres.child.pid;
  postgres = await startPostgres(place);
  expect(postgres.child.pid).not.toBe(orphan);
  expect(findProcessesIn(place.folder, 'postgres').map(({ pid }) => pid)).not.toContain(orphan);
  expect(await query<{ id: number }>('select id from kept')).toEqual([{ id: 7 }]);
});

it('makes a new password when its file is lost', async () => {
  await postgres.stop();
  const lost = postgres.url;
  rmSync(place.passwordFile);
  postgres = await startPostgres({ ...place, port: postgres.port });
  expect(postgres.url).not.toBe(lost);
  expect(await query<{ id: number }>('select id from kept')).toEqual([{ id: 7 }]);
  await expect(query('select 1', lost)).rejects.toMatchObject({ code: '28P01' });
});

it('throws a half-made cluster away that an interrupted start left', async () => {
  const other = makeScratch('half-made');
  const folder = join(other.folder, 'postgres');
  mkdirSync(join(`${folder}.new`, 'base'), { recursive: true });
  const second = await startPostgres({ ...place, folder, passwordFile: join(other.folder, 'password'), logFile: join(other.folder, 'log') });
  expect(await query('select 1 as one', second.url)).toEqual([{ one: 1 }]);
  expect(existsSync(`${folder}.new`)).toBe(false);
  await second.stop();
  other.remove();
});

it('leaves a folder alone that holds something else, and says how to go on', async () => {
  const other = makeScratch('strange');
  const folder = join(other.folder, 'postgres');
  mkdirSync(folder);
  writeFileSync(join(folder, 'holiday.jpg'), 'x');
  await expect(startPostgres({ ...place, folder })).rejects.toMatchObject({
    message: expect.stringContaining('no PostgreSQL database'),
    remedy: expect.stringContaining(`mv '${folder}'`),
  });
  expect(readFileSync(join(folder, 'holiday.jpg'), 'utf8')).toBe('x');
  other.remove();
});

it('leaves no process behind when it is stopped', async () => {
  await postgres.stop();
  expect(findProcessesIn(place.folder, 'postgres')).toEqual([]);
});
