import { EventEmitter, once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';
import { CodeChanges } from '../../src/local/code-changes.js';
import { openDataFolder } from '../../src/local/data-folder.js';
import { Launcher } from '../../src/local/launcher.js';
import { findFreePort } from '../../src/local/ports.js';
import { describeEnd } from '../../src/local/start-report.js';
import { StandbyService } from '../../src/local/standby-service.js';
import { readStartSettings } from '../../src/local/start-settings.js';
import { until } from '../support/until.js';
import { makeScratch } from './scratch.js';

/** A checkout with a service that is only a web server, started by the real launcher. */
const scratch = makeScratch('code-changes');
const checkout = scratch.folder;
const said = new EventEmitter();
let launcher: Launcher;
let changes: CodeChanges;
let url: string;

const SOURCES = {
  'answer.ts': `export const answer: string = 'one';\n`,
  'create-app.ts': `import { readFileSync } from 'node:fs';
    import { createServer } from 'node:http';
    import { answer } from './answer.js';
    const rule = readFileSync(new URL('rule.sql', import.meta.url), 'utf8');
    export const createApp = () => createServer((_request, response) => response.end([answer, rule, process.pid].join(' ')));\n`,
  'main.ts': `import { createApp } from './create-app.js';
    const app = createApp().listen(Number(process.env['PORT']), '127.0.0.1', () => process.send!({ event: 'listening' }));
    process.once('disconnect', () => process.exit(0));\n`,
  'rule.sql': 'SELECT-1',
};

/** In one step, as editors save; the answer comes when the change was dealt with. `awaited`: how it reads, where other things are said too. */
async function save(path: string, text: string, awaited = /^/): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const hear = (heard: string) => {
    if (awaited.test(heard)) resolve(heard);
  };
  said.on('said', hear);
  write(join('src', path), text);
  return promise.finally(() => said.off('said', hear));
}

function write(path: string, text: string): void {
  const file = join(checkout, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.draft`, text);
  renameSync(`${file}.draft`, file);
}

async function ask(): Promise<{ answer: string | undefined; rule: string | undefined; pid: string | undefined }> {
  const [answer, rule, pid] = (await (await fetch(url)).text()).split(' ');
  return { answer, rule, pid };
}

beforeAll(async () => {
  for (const [path, text] of Object.entries(SOURCES)) {
    write(join('src', path), text);
    const isCode = path.endsWith('.ts');
    write(join('dist', path.replace('.ts', '.js')), isCode ? transformSync(text, { swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }).code : text);
  }
  write('package.json', '{ "type": "module" }');
  write('dist/.lineside-build', 'what the sources were');
  const env = {
    PATH: process.env['PATH'], LINESIDE_DATA_DIR: join(checkout, '.lineside'), PORT: `${await findFreePort()}`, SANDBOX: 'off',
    DATABASE_URL: 'postgres://unused', REDIS_URL: 'redis://unused', HSM_MODE: 'external', HSM_MODULE: 'unused', HSM_TOKEN: 'unused', HSM_PIN_FILE: import.meta.filename,
  };
  const settings = readStartSettings(env);
  const place = openDataFolder(settings.dataFolder);
  launcher = new Launcher({ checkout, place, settings, env, standsBy: true, onUnexpectedEnd: (end) => said.emit('said', describeEnd(end)) });
  url = launcher.baseUrl;
  await launcher.startService();
  changes = new CodeChanges({ checkout, since: Date.now(), replaceService: () => launcher.replaceService(), say: (text) => said.emit('said', text) });
});
afterAll(async () => {
  await changes.close();
  await launcher.stop();
  scratch.remove();
});

it('serves changed code from a new process, and says how long that took', async () => {
  const before = await ask();
  expect(before).toMatchObject({ answer: 'one', rule: 'SELECT-1' });
  expect(await save('answer.ts', `export const answer: string = 'two';\n`)).toMatch(/^service restarted in \d+ ms$/);
  const after = await ask();
  expect(after.answer).toBe('two');
  expect(after.pid).not.toBe(before.pid);
});

it('has the next start build anew, since dist is no longer what a build made', () => {
  expect(existsSync(join(checkout, 'dist/.lineside-build'))).toBe(false);
});

it('serves changed SQL too', async () => {
  expect(await save('rule.sql', 'SELECT-2')).toMatch(/^service restarted/);
  expect((await ask()).rule).toBe('SELECT-2');
});

it('shows a syntax error, and the service goes on as it was', async () => {
  const { pid } = await ask();
  const shown = await save('answer.ts', `export const answer: string = ;\n`);
  expect(shown).toContain('Expression expected');
  expect(shown).toContain('src/answer.ts:1');
  expect(await ask()).toMatchObject({ answer: 'two', pid });
  expect(await save('answer.ts', `export const answer: string = 'two';\n`)).toBe('The code is again what the service runs.');
  expect(await ask()).toMatchObject({ answer: 'two', pid });
});

it('shows an import that leads nowhere, and the service goes on as it was until that is mended', async () => {
  const { pid } = await ask();
  const shown = await save('answer.ts', `export const other = 'three';\n`);
  expect(shown).toContain("does not provide an export named 'answer'");
  expect(await ask()).toMatchObject({ answer: 'two', pid });
  expect(await save('answer.ts', `export const answer = 'three';\n`)).toMatch(/^service restarted/);
  expect((await ask()).answer).toBe('three');
});

it('shows why the new code does not start, tries it again meanwhile, and starts what comes next', async () => {
  const tries: string[] = [];
  const count = (heard: string) => tries.push(...(/again in/.test(heard) ? [heard] : []));
  said.on('said', count);
  const shown = await save('main.ts', `throw new Error('no such setting');\n`, /no such setting/);
  expect(shown).toContain('The service stopped while starting');
  await until('tried again', () => (tries.length > 2) || undefined);
  said.off('said', count);
  expect(await save('main.ts', SOURCES['main.ts'], /^service restarted/)).toMatch(/^service restarted/);
  expect((await ask()).answer).toBe('three');
});

it('loads the new code although the service is started again at that moment', async () => {
  const env = { PATH: process.env['PATH'], PORT: `${await findFreePort()}` };
  const plan = { name: 'Service', command: [process.execPath, join(checkout, 'dist/main.js')], cwd: checkout, env, logFile: join(checkout, 'again.log'), onMessage: () => undefined };
  const standby = new StandbyService(plan);
  const [, again] = await Promise.all([standby.load(), standby.take(plan)]);
  const next = await standby.take(plan);
  expect(next.pid).not.toBe(again.pid);
  for (const child of [again, next]) await child.stop(['SIGTERM'], 1_000);
  await standby.stop();
});

it('leaves the service alone when only another program has changed, and says so', async () => {
  const { pid } = await ask();
  expect(await save('sandbox/main.ts', 'export {};\n')).toContain('sandbox/main.ts: not a part of the service');
  expect((await ask()).pid).toBe(pid);
  const gone = once(said, 'said');
  rmSync(join(checkout, 'src/sandbox/main.ts'));
  await gone;
  expect(existsSync(join(checkout, 'dist/sandbox/main.js'))).toBe(false);
});

it('follows folders that are made and moved', async () => {
  expect(await save('new/deep/a.ts', 'export {};\n')).toMatch(/^service restarted/);
  const moved = once(said, 'said');
  renameSync(join(checkout, 'src/new'), join(checkout, 'src/other'));
  expect(String((await moved)[0])).toMatch(/^service restarted/);
  expect(await save('other/deep/a.ts', 'export const a = 1;\n')).toMatch(/^service restarted/);
  expect(['new', 'other'].map((folder) => existsSync(join(checkout, 'dist', folder, 'deep/a.js')))).toEqual([false, true]);
});
