import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { copySqlFiles } from '../../setup/build.mjs';
import { installCommand } from '../../setup/debian.mjs';
import { explainFailure } from '../../setup/failure.mjs';
import { tryLock, visitHolder } from '../../setup/lock.mjs';
import { BUILD_STAMP, buildDigest, findMissingPackages, INSTALL_STAMP, installDigest, needsBuild, needsInstall } from '../../setup/missing.mjs';
import { findProgram } from '../../setup/programs.mjs';
import { makeScratch } from './scratch.js';

const scratch = makeScratch('setup');
afterAll(scratch.remove);
const root = scratch.folder;
function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

describe('which Debian packages are missing', () => {
  const nothing = Object.fromEntries(['postgresql', 'redis-server', 'softhsm2', 'p11-kit', 'p11-kit-modules', 'openssl', 'gnutls-bin', 'python3-boto3', 'python3-paho-mqtt', 'awscli', 'mosquitto-clients', 'python3', 'make', 'g++'].map((name) => [name, () => false]));

  it('names the stores, SoftHSM and what the HSM binding is built with', () => {
    const missing = findMissingPackages({ purpose: 'start', env: {}, needsInstall: true, isThere: nothing });
    expect(missing).toEqual(['python3', 'make', 'g++', 'postgresql', 'redis-server', 'softhsm2']);
  });

  it('leaves out what the settings make unneeded, but not for tests, whose services are private', () => {
    const env = { DATABASE_URL: 'postgres://db', REDIS_URL: 'redis://cache', HSM_MODE: 'external' };
    expect(findMissingPackages({ purpose: 'start', env, needsInstall: false, isThere: nothing })).toEqual([]);
    expect(findMissingPackages({ purpose: 'test', env, needsInstall: false, isThere: nothing })).toEqual([
      'postgresql',
      'redis-server',
      'softhsm2',
      'p11-kit',
      'p11-kit-modules',
      'openssl',
      'gnutls-bin',
      'python3-boto3',
      'python3-paho-mqtt',
      'awscli',
      'mosquitto-clients',
    ]);
  });
});

describe('the command to run by hand', () => {
  it('is whole and exact on Debian, with sudo for an ordinary user', () => {
    const apt = (program: string) => program === 'apt-get';
    expect(installCommand(['postgresql', 'softhsm2'], apt, false)).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql softhsm2',
    );
    expect(installCommand(['postgresql'], apt, true)).toBe('apt-get update && apt-get install -y --no-install-recommends postgresql');
  });

  it('uses the names of other systems there', () => {
    expect(installCommand(['redis-server', 'softhsm2'], (program) => program === 'dnf', true)).toBe('dnf install redis softhsm');
  });
});

it.each([
  ['npm error code EAI_AGAIN', /can't be reached/],
  ["Err:1 http://deb.example Temporary failure resolving 'deb.example'", /can't be reached/],
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EACCES', /may not be written/],
])('says of "%s" in one sentence what is wrong, and what to run', (output, sentence) => {
  const failure = explainFailure('Installing', output, 'npm ci');
  expect(failure.message).toMatch(sentence);
  expect(failure.remedy).toContain('npm ci');
});

describe('whether npm packages must be installed', () => {
  const lock = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version, integrity: 'x' } } });
  const install = () => ['.bin/node', '.bin/nest', 'pkcs11js/build/Release/pkcs11.node'].forEach((file) => write(join('node_modules', file), ''));

  it('is so without node_modules, and after the lock file has changed', () => {
    write('package-lock.json', lock('1.0.0'));
    expect(needsInstall(root)).toBe(true);
    install();
    expect(needsInstall(root)).toBe(true);
    write(INSTALL_STAMP, installDigest(root));
    expect(needsInstall(root)).toBe(false);
    write('package-lock.json', lock('1.0.1'));
    expect(needsInstall(root)).toBe(true);
  });

  it('is not so after `npm ci` by hand, but is when its native part was not built', () => {
    rmSync(join(root, INSTALL_STAMP), { force: true });
    install();
    write('package-lock.json', lock('2.0.0'));
    write('node_modules/.package-lock.json', lock('2.0.0'));
    expect(needsInstall(root)).toBe(false);
    rmSync(join(root, 'node_modules/pkcs11js'), { recursive: true });
    expect(needsInstall(root)).toBe(true);
  });
});

it('builds again when a source file, of TypeScript or of SQL, changes, is added or is removed, and not otherwise', () => {
  write('src/a.ts', '1');
  expect(needsBuild(root)).toBe(true);
  const digests = new Set<string>();
  const changes = [
    () => undefined,
    () => write('src/a.ts', '2'),
    () => write('src/deep/b.ts', ''),
    () => write('src/deep/rule.sql', 'SELECT 1'),
    () => write('src/deep/rule.sql', 'SELECT 2'),
    () => rmSync(join(root, 'src/a.ts')),
  ];
  for (const change of changes) {
    change();
    digests.add(buildDigest(root));
    write(BUILD_STAMP, buildDigest(root));
    expect([needsBuild(root), needsBuild(`${root}/`)]).toEqual([false, false]);
  }
  expect(digests.size).toBe(6);
});

it('copies SQL files, and nothing else, beside what the compiler writes', () => {
  write('rules/near.sql', 'SELECT 1');
  write('rules/deep/er/far.sql', 'SELECT 2');
  write('rules/deep/code.ts', '');
  write('built/deep/code.js', '');
  copySqlFiles(join(root, 'rules'), join(root, 'built'));
  const files = readdirSync(join(root, 'built'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map((file) => file.name).toSorted()).toEqual(['code.js', 'far.sql', 'near.sql']);
  expect(readFileSync(join(root, 'built/deep/er/far.sql'), 'utf8')).toBe('SELECT 2');
});

it('lets one holder have a lock, tells visitors what the holder says, and frees it', async () => {
  const first = await tryLock(root, 'test', (socket) => socket.write('busy\n'));
  expect(await tryLock(root, 'test')).toBeUndefined();
  const heard: string[] = [];
  await visitHolder(root, 'test', (line) => (heard.push(line), 'enough'));
  expect(heard).toEqual(['busy']);
  await first?.release();
  const next = await tryLock(root, 'test');
  expect(next).toBeDefined();
  await next?.release();
});

// Node 20 fills the address up with zeros and Node 24 does not, so a shorter one would be two locks.
it("has an address of full length, which this machine's own Node sees too", async () => {
  const held = await tryLock(root, 'versions', (socket) => socket.write('busy\n'));
  const addresses = readFileSync('/proc/net/unix', 'latin1').split('\n').flatMap((line) => / (@lineside-versions-.*)$/.exec(line)?.[1] ?? []);
  expect(addresses.map(({ length }) => length)).toEqual([108]);
  const outside = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules')).join(':');
  const other = findProgram('node', { PATH: outside }) ?? process.execPath;
  const program = `import { tryLock } from ${JSON.stringify(join(process.cwd(), 'setup', 'lock.mjs'))}; console.log(await tryLock(${JSON.stringify(root)}, 'versions') === undefined);`;
  const { stdout } = await promisify(execFile)(other, ['--input-type=module', '-e', program]);
  expect(stdout.trim()).toBe('true');
  await held?.release();
});

// A shell remembers where it found a program: after `npm ci` it would go on with the Node of the machine instead of the one just installed.
it('is a script of its own before every npm script that needs it, never a first command in the same shell', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const prepared = Object.entries(scripts).filter(([, command]) => command.includes('prepare.mjs'));
  expect(prepared.length).toBeGreaterThan(8);
  expect(prepared.filter(([, command]) => !/^node setup\/prepare\.mjs (start|dev|test|build)$/.test(command))).toEqual([]);
  const needPackages = Object.keys(scripts).filter((name) => /^(start|dev|test|bench:|fuzz:|docs:)/.test(name));
  expect(needPackages.filter((name) => scripts[`pre${name}`] === undefined)).toEqual([]);
});
