import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endLeftovers, findRunRecord, writeRunRecord } from '../../src/local/run-record.js';
import { findProcess } from '../../src/local/running-processes.js';
import { examineStartSettings } from '../../src/local/start-settings.js';
import { makeScratch } from './scratch.js';

const scratch = makeScratch('run-record');
const file = join(scratch.folder, 'run.json');
const children: ChildProcess[] = [];
const sleeper = () => {
  const child = spawn('sleep', ['600']);
  children.push(child);
  return child;
};
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  scratch.remove();
});

const record = (launcher: number, child: number) => writeFileSync(file, JSON.stringify({ launcher: findProcess(launcher), children: { service: findProcess(child) } }));

it('processes of a launcher that lives are never ended, whether or not its lock was seen', async () => {
  const launcher = sleeper();
  const child = sleeper();
  record(launcher.pid!, child.pid!);
  await expect(endLeftovers(file)).rejects.toMatchObject({ message: `Lineside already runs from this folder (process ${launcher.pid}).`, remedy: expect.stringContaining('Ctrl-C') });
  expect(findProcess(child.pid!)).toBeDefined();
  expect(existsSync(file)).toBe(true);
});

it('processes of a launcher that was killed are ended', async () => {
  const launcher = sleeper();
  const child = sleeper();
  record(launcher.pid!, child.pid!);
  const gone = once(launcher, 'exit');
  launcher.kill('SIGKILL');
  await gone;
  const ended = once(child, 'exit');
  await endLeftovers(file);
  await ended;
  expect(existsSync(file)).toBe(false);
});

it('keeps the settings of the start for doctor, for their owner only', () => {
  const { settings } = examineStartSettings({ DATABASE_URL: 'postgres://u:p@h/d', PORT: '4711' });
  writeRunRecord(file, settings, {});
  expect(findRunRecord(file)?.settings).toMatchObject({ port: 4_711, databaseUrl: 'postgres://u:p@h/d' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(`"pid": ${process.pid}`);
});
