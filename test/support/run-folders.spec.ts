import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findProcess, isRunning } from '../../src/local/running-processes.js';
import { newFolder, removeDeadFolders } from './run-folders.js';

let runs: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  runs = newFolder('runs');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(runs, { recursive: true, force: true });
});

/** A process that does nothing until it is killed. */
async function idle(cwd?: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1e6)'], { stdio: ['ignore', 'pipe', 'ignore'], ...(cwd && { cwd }) });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

function folder(name: string): string {
  mkdirSync(join(runs, name, 'inside'), { recursive: true });
  return join(runs, name);
}

it('removes the folder of a process that was killed, and ends what still works in it', async () => {
  const owner = await idle();
  const { startedAt } = findProcess(owner.pid!)!;
  const left = folder(`sandbox-${owner.pid}-${startedAt}-0123abcd`);
  const service = await idle(join(left, 'inside'));
  const mark = findProcess(service.pid!)!;
  await removeDeadFolders(runs);
  expect([existsSync(left), isRunning(mark)]).toEqual([true, true]);

  const [ownerEnded, serviceEnded] = [once(owner, 'exit'), once(service, 'exit')];
  owner.kill('SIGKILL');
  await ownerEnded;
  await removeDeadFolders(runs);
  expect(existsSync(left)).toBe(false);
  expect(await serviceEnded).toEqual([null, 'SIGINT']);
});

it('removes the folder whose owner’s id belongs to another process now', async () => {
  const { pid, startedAt } = findProcess(process.pid)!;
  const left = folder(`x509-${pid}-${Number(startedAt) - 1}-0123abcd`);
  await removeDeadFolders(runs);
  expect(existsSync(left)).toBe(false);
});

it.each(['bench-cache', 'bench-4194305-0123abcd', 'profiles', 'run', 'x509-4194305-1-notmine'])('leaves %s alone', async (name) => {
  const kept = folder(name);
  await removeDeadFolders(runs);
  expect(existsSync(kept)).toBe(true);
});

it('makes a new folder each time, that is its own while it runs', async () => {
  const made = [newFolder('a', runs), newFolder('a', runs)];
  expect(new Set(made).size).toBe(2);
  await removeDeadFolders(runs);
  expect(made.map((each) => existsSync(each))).toEqual([true, true]);
  expect(basename(made[0]!)).toMatch(new RegExp(`^a-${process.pid}-\\d+-[0-9a-f]{8}$`));
});
