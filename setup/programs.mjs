// Where this machine keeps the programs that Lineside starts. Plain Node, because it runs before anything is installed;
// the launcher and the doctor import it too, so that all three agree on what is missing.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Oldest PostgreSQL that the ledger is written for. */
export const LEAST_POSTGRES = 15;

const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const SOFTHSM_MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

const P11_KIT_CLIENTS = [
  '/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so',
  '/usr/lib/aarch64-linux-gnu/pkcs11/p11-kit-client.so',
  '/usr/lib64/pkcs11/p11-kit-client.so',
  '/usr/lib/pkcs11/p11-kit-client.so',
];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Full path of a program on PATH or in the system's own folders (root's `su` leaves those out), or undefined. */
export function findProgram(name, env = process.env) {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Folders that hold both `postgres` and `initdb`, newest first; `major` is undefined where the path does not tell. */
export function findPostgresFolders(env = process.env, debian = DEBIAN_POSTGRES) {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const packaged = versions
    .filter((version) => Number(version) >= LEAST_POSTGRES)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => ({ folder: join(debian, version, 'bin'), major: Number(version) }));
  const onPath = findProgram('initdb', env)?.replace(/\/initdb$/, '');
  const all = onPath ? [...packaged, { folder: onPath, major: undefined }] : packaged;
  return all.filter(({ folder }) => ['postgres', 'initdb'].every((name) => isExecutable(join(folder, name))));
}

/** Path of SoftHSM's PKCS#11 library, or undefined. */
export function findSoftHsmLibrary(candidates = SOFTHSM_MODULES) {
  return candidates.find((file) => existsSync(file));
}

/** Path of the PKCS#11 library that reaches a `p11-kit server`, or undefined. */
export function findP11KitClient(candidates = P11_KIT_CLIENTS) {
  return candidates.find((file) => existsSync(file));
}

/** Where Debian has a Python package for its own /usr/bin/python3 (`boto3`, `paho/mqtt`), or undefined. */
export function findPythonPackage(name, folders = ['/usr/lib/python3/dist-packages', '/usr/local/lib/python3/dist-packages']) {
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
}
