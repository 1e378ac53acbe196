import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findP11KitClient, findPostgresFolders, findProgram, findPythonPackage, findSoftHsmLibrary } from './programs.mjs';

/** Debian package → is its program here? */
const SERVICE_PROGRAMS = {
  postgresql: () => findPostgresFolders().length > 0,
  'redis-server': () => findProgram('redis-server') !== undefined,
  softhsm2: () => findSoftHsmLibrary() !== undefined,
};
/** What tests need besides: a SoftHSM behind a socket, which they kill and stop, and other people's programs that judge our bytes. */
const TEST_PROGRAMS = {
  'p11-kit': () => findProgram('p11-kit') !== undefined,
  'p11-kit-modules': () => findP11KitClient() !== undefined,
  openssl: () => findProgram('openssl') !== undefined,
  'gnutls-bin': () => findProgram('certtool') !== undefined,
  'python3-boto3': () => findPythonPackage('boto3') !== undefined,
  'python3-paho-mqtt': () => findPythonPackage('paho/mqtt') !== undefined,
  awscli: () => findProgram('aws') !== undefined,
  'mosquitto-clients': () => findProgram('mosquitto_pub') !== undefined,
};
const BUILD_PROGRAMS = {
  python3: () => findProgram('python3') !== undefined,
  make: () => findProgram('make') !== undefined,
  'g++': () => findProgram('g++') !== undefined,
};

/** Debian packages that must be installed first. Tests always run on private services, whatever the environment says. */
export function findMissingPackages({ purpose, env, needsInstall, isThere = { ...SERVICE_PROGRAMS, ...TEST_PROGRAMS, ...BUILD_PROGRAMS } }) {
  const isGiven = {
    postgresql: purpose === 'start' && Boolean(env['DATABASE_URL']),
    'redis-server': purpose === 'start' && Boolean(env['REDIS_URL']),
    softhsm2: purpose === 'start' && (Boolean(env['HSM_MODULE']) || env['HSM_MODE'] === 'external'),
  };
  const services = Object.keys(SERVICE_PROGRAMS).filter((name) => !isGiven[name] && !isThere[name]());
  const tools = needsInstall ? Object.keys(BUILD_PROGRAMS).filter((name) => !isThere[name]()) : [];
  const tests = purpose === 'test' ? Object.keys(TEST_PROGRAMS).filter((name) => !isThere[name]()) : [];
  return [...tools, ...services, ...tests];
}

function digest(root, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    hash.update(existsSync(join(root, file)) ? readFileSync(join(root, file)) : '');
  }
  return hash.digest('hex');
}

function stampMatches(file, wanted) {
  return existsSync(file) && readFileSync(file, 'utf8').trim() === wanted;
}

export const INSTALL_STAMP = join('node_modules', '.lineside-install');
/** What the installed packages depend on. */
export const installDigest = (root) => `${digest(root, ['package-lock.json'])} ${process.platform}-${process.arch}`;

/** True when `npm ci` has to run. An installation made by hand from the same lock file is taken as it is. */
export function needsInstall(root) {
  const essential = ['.bin/node', '.bin/nest', 'pkcs11js/build/Release/pkcs11.node'];
  if (!essential.every((file) => existsSync(join(root, 'node_modules', file)))) return true;
  return !stampMatches(join(root, INSTALL_STAMP), installDigest(root)) && !isInstalledFromLock(root);
}

/** npm writes node_modules/.package-lock.json once everything is in place, install scripts included. */
function isInstalledFromLock(root) {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    const isSame = (name) => present[name]?.version === wanted[name]?.version && present[name]?.integrity === wanted[name]?.integrity;
    const needed = Object.keys(wanted).filter((name) => name !== '' && !wanted[name].optional && !wanted[name].devOptional);
    return needed.every(isSame) && Object.keys(present).every(isSame);
  } catch {
    return false;
  }
}

export const BUILD_STAMP = join('dist', '.lineside-build');
/** What the built program depends on: every file under src (TypeScript and SQL) and the compiler's settings. */
export function buildDigest(root) {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .toSorted();
  return digest(root, ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', ...sources]);
}

export const needsBuild = (root) => !stampMatches(join(root, BUILD_STAMP), buildDigest(root));
