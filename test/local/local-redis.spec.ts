import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis, type LocalRedis } from '../../src/local/local-redis.js';
import { findProcessesIn } from '../../src/local/running-processes.js';
import { findSecret } from '../../src/local/secret-file.js';
import { makeScratch, readCommandLine } from './scratch.js';

const scratch = makeScratch('redis');
const place = { folder: join(scratch.folder, 'redis'), passwordFile: join(scratch.folder, 'redis-password'), logFile: join(scratch.folder, 'redis.log') };
let redis: LocalRedis;

async function ask<T>(work: (client: Redis) => Promise<T>, url = redis.url): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** Kills the server with its data as it stands on the disk. */
async function crash(): Promise<void> {
  redis.child.signal('SIGKILL');
  await redis.child.exited;
}

const appendOnlyFile = () => {
  const files = join(place.folder, 'appendonlydir');
  const name = readdirSync(files).find((file) => file.endsWith('.incr.aof'));
  if (name === undefined) throw new Error('Redis has made no append-only file');
  return join(files, name);
};

beforeAll(async () => {
  redis = await startRedis(place);
});
afterAll(async () => {
  await redis.stop();
  scratch.remove();
});

it('runs with the settings that the queues need', async () => {
  const settings = await ask((client) => client.config('GET', 'maxmemory-policy', 'appendonly', 'appendfsync', 'bind', 'save'));
  const found = JSON.stringify(settings);
  expect(found).toContain('noeviction');
  expect(found).toContain('everysec');
  expect(found).toContain('127.0.0.1');
});

it('keeps the password in files for their owner only, and out of its arguments', async () => {
  const password = findSecret(place.passwordFile) ?? '';
  expect(password.length).toBeGreaterThan(30);
  for (const file of [place.passwordFile, join(place.folder, 'redis.conf')]) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readCommandLine(redis.child.pid)).not.toContain(password);
  await expect(ask((client) => client.get('x'), redis.url.replace(password, 'wrong'))).rejects.toThrow(/WRONGPASS|closed/);
});

it('finds its data again after kill -9 and a torn append-only file', async () => {
  await ask((client) => client.set('kept', '7'));
  await crash();
  appendFileSync(appendOnlyFile(), '*3\r\n$3\r\nSET\r\n$4\r\nto');
  redis = await startRedis(place);
  expect(await ask((client) => client.get('kept'))).toBe('7');
});

it('puts an append-only file aside that is broken in its middle: the queues are rebuilt from the ledger', async () => {
  await crash();
  const file = appendOnlyFile();
  writeFileSync(file, Buffer.concat([Buffer.from('this is no Redis protocol\r\n'), readFileSync(file)]));
  redis = await startRedis(place);
  expect(await ask((client) => client.get('kept'))).toBeNull();
  expect(readdirSync(place.folder).filter((name) => name.startsWith('appendonlydir.broken-'))).toHaveLength(1);
});

it('ends a server that an earlier start left running', async () => {
  await ask((client) => client.set('kept', '8'));
  const orphan = redis.child.pid;
  redis = await startRedis(place);
  expect(findProcessesIn(place.folder, 'redis-server').map(({ pid }) => pid)).toEqual([redis.child.pid]);
  expect(redis.child.pid).not.toBe(orphan);
  expect(await ask((client) => client.get('kept'))).toBe('8');
});

it('leaves no process behind when it is stopped', async () => {
  await redis.stop();
  expect(findProcessesIn(place.folder, 'redis-server')).toEqual([]);
});
