import { join } from 'node:path';
import { LocalChild } from '../../src/local/local-child.js';
import { Part, type PartEnd, type Running } from '../../src/local/part.js';
import { endOf } from './launcher.js';
import { findProcess } from '../../src/local/running-processes.js';
import { until } from '../support/until.js';
import { makeScratch } from './scratch.js';

const scratch = makeScratch('part');
const parts: Part[] = [];
afterAll(async () => {
  for (const part of parts) await part.stop();
  scratch.remove();
});

/** A process that sleeps. `fails` says before each start whether this one fails. */
function sleeper({ fails = () => false, needs = [] }: { fails?: () => boolean; needs?: Part[] } = {}) {
  const ends: PartEnd[] = [];
  const logFile = join(scratch.folder, `${parts.length}.log`);
  const part = new Part<Running>({
    name: 'Sleeper', logFile, needs, backoff: { firstMs: 1, mostMs: 8 }, onEnd: (end) => ends.push(end),
    start: async () => {
      if (fails()) throw new Error('no room. The end of its log:\nsecond line');
      const child = await LocalChild.start({ name: 'Sleeper', command: ['sleep', '600'], cwd: '/', env: { PATH: process.env['PATH'] }, logFile });
      return { child, stop: async () => void (await child.stop(['SIGTERM'], 1_000)) };
    },
  });
  parts.push(part);
  return { part, ends };
}

async function killed(part: Part): Promise<void> {
  const mark = findProcess(part.pid!)!;
  process.kill(mark.pid, 'SIGKILL');
  await endOf(mark);
}

it('is started again however often it ends, with growing pauses', async () => {
  const { part, ends } = sleeper();
  await part.start();
  for (let times = 1; times <= 8; times++) {
    await killed(part);
    await until('the next state', () => (part.status().state === 'running' && part.status().restarts === times) || undefined);
  }
  expect(part.status()).toEqual({ name: 'Sleeper', state: 'running', restarts: 8, lastEnd: { at: expect.any(String), reason: 'SIGKILL' } });
  expect(ends.map(({ pauseMs }) => pauseMs)).toEqual([1, 2, 4, 8, 8, 8, 8, 8]);
});

it('is tried again for as long as its start fails, and says why', async () => {
  let isFull = false;
  const { part, ends } = sleeper({ fails: () => isFull });
  await part.start();
  isFull = true;
  await killed(part);
  await until('the next state', () => (ends.length > 7) || undefined);
  expect(part.status()).toMatchObject({ lastEnd: { reason: 'no room' } });
  expect(part.pid).toBeUndefined();
  isFull = false;
  await until('the next state', () => (part.status().state === 'running') || undefined);
  expect(findProcess(part.pid!)).toBeDefined();
});

it('waits for what it needs, and takes nothing along that it does not', async () => {
  let isHung = false;
  const store = sleeper({ fails: () => isHung });
  const other = sleeper();
  const service = sleeper({ needs: [store.part] });
  for (const { part } of [store, other, service]) await part.start();
  const otherPid = other.part.pid;
  isHung = true;
  await killed(store.part);
  await killed(service.part);
  await until('the next state', () => (store.ends.length > 6) || undefined);
  expect(service.ends).toHaveLength(1);
  expect(service.part.status()).toMatchObject({ state: 'waiting', restarts: 0 });
  isHung = false;
  await until('the next state', () => (service.part.status().state === 'running') || undefined);
  expect(other.part.pid).toBe(otherPid);
});

it('is not started again once it was stopped, not even from within a pause', async () => {
  const { part, ends } = sleeper({ fails: () => parts.length > 0 && ends.length > 0 });
  await part.start();
  await killed(part);
  await until('the next state', () => (ends.length > 3) || undefined);
  await part.stop();
  const { length } = ends;
  expect(part.status().state).toBe('stopped');
  await new Promise(setImmediate);
  expect([ends.length, part.pid]).toEqual([length, undefined]);
});

it('is tried again where its replacement does not start, which whoever replaced it is told too', async () => {
  let isFull = false;
  const { part, ends } = sleeper({ fails: () => isFull });
  await part.start();
  isFull = true;
  await expect(part.replace(1_000)).rejects.toThrow('no room');
  await until('tried again', () => (ends.length > 3) || undefined);
  expect(part.status()).toMatchObject({ lastEnd: { reason: 'no room' } });
  isFull = false;
  await until('the next state', () => (part.status().state === 'running') || undefined);
  expect(findProcess(part.pid!)).toBeDefined();
});

it('a first start that fails is told to whoever asked for it', async () => {
  await expect(sleeper({ fails: () => true }).part.start()).rejects.toThrow('no room');
});
