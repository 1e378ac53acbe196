import { closeSync, existsSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LocalChild } from '../../src/local/local-child.js';
import { LogFiles, putLogAside, readLogTail } from '../../src/local/log-files.js';
import { makeScratch } from './scratch.js';

const scratch = makeScratch('logs');
afterAll(scratch.remove);
const path = (name: string) => join(scratch.folder, name);

it('a log that grows too large is put aside while its writer goes on', () => {
  const file = path('service.log');
  const writer = openSync(file, 'a');
  const logs = new LogFiles(path('launcher.log'), [file], 100);
  writeSync(writer, 'a'.repeat(101));
  logs.bound();
  writeSync(writer, 'b');
  expect([readFileSync(`${file}.1`, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['a'.repeat(101), 'b']);
  logs.bound();
  expect(readFileSync(file, 'utf8')).toBe('b');
  writeSync(writer, 'c'.repeat(100));
  logs.bound();
  expect([readFileSync(`${file}.1`, 'utf8'), readFileSync(file, 'utf8')]).toEqual([`b${'c'.repeat(100)}`, '']);
  logs.close();
  closeSync(writer);
});

it('a log that can not be written is counted, and ends nothing', () => {
  symlinkSync('/dev/full', path('full.log'));
  const logs = new LogFiles(path('full.log'), [path('nowhere/service.log')], 100);
  logs.tell('part.ended', { part: 'Redis' });
  logs.attempt(() => writeFileSync('/dev/full', 'x'));
  logs.bound();
  expect(logs.writesLost).toBe(2);
  logs.close();
});

it('a disk without room for what the parts write is counted too', () => {
  // Has no room, as any file system that is full.
  const logs = new LogFiles('/proc/launcher.log', [], 100);
  logs.bound();
  expect(logs.writesLost).toBe(1);
  logs.close();
});

it('a device in the place of a log stays there', () => {
  symlinkSync('/dev/full', path('device.log'));
  putLogAside(path('device.log'));
  expect([existsSync(path('device.log.1')), readLogTail(path('device.log'))]).toEqual([false, '']);
});

it('a part whose log can not even be made runs without one', async () => {
  const child = await LocalChild.start({ name: 'Sleeper', command: ['sleep', '600'], cwd: '/', env: { PATH: process.env['PATH'] }, logFile: path('no/such/folder.log') });
  expect(child.hasExited).toBeUndefined();
  await child.stop(['SIGTERM'], 1_000);
});

it('only the end of a log is read', () => {
  writeFileSync(path('long.log'), `${'x'.repeat(1_000_000)}\nlast but one\nlast\n`);
  expect(readLogTail(path('long.log'), 2)).toBe('last but one\nlast');
});
