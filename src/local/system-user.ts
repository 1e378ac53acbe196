import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findProgram } from '../../setup/programs.mjs';
import { LocalProblem } from './local.errors.js';

/** An account that PostgreSQL runs as when Lineside itself runs as root, which PostgreSQL refuses. */
export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

// Linux capability numbers, include/uapi/linux/capability.h.
const CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
] as const;

/** The account to run PostgreSQL as, or undefined when this process is not root. */
export function findSystemUser(passwd = '/etc/passwd'): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const rows = readFileSync(passwd, 'utf8').split('\n').map((row) => row.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const row = rows.find(([name]) => name === wanted);
    if (row) return { name: wanted, uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new LocalProblem(
    'PostgreSQL refuses to run as root, and this machine has no user "postgres" to run it as.',
    'Create one with: useradd --system postgres   – or start Lineside as an ordinary user.',
  );
}

/** Hands a file or folder to that account; nothing to do for an ordinary user. */
export function giveTo(user: SystemUser | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

/**
 * What to put before a command so that it runs as `user`, and so that the kernel sends it `signal` when this process dies, even by
 * `kill -9`. `.lineside` is closed to all but its owner, so `user` may need a capability to reach its own folder inside: it gets the
 * smallest one that does, and can get no other (bounding set, no_new_privs).
 */
export function prefixFor(user: SystemUser | undefined, folder: string, signal: 'INT' | 'TERM'): string[] {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  if (!setpriv) {
    if (!user) return [];
    throw new LocalProblem('The program setpriv is missing.', 'Install it with: apt-get install util-linux');
  }
  if (!user) return [setpriv, '--pdeathsig', signal];
  const become = [setpriv, '--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', '--no-new-privs', '--pdeathsig', signal];
  if (isReachable(dirname(folder), user)) return [...become, '--inh-caps=-all', '--bounding-set=-all'];
  const held = readCapabilities();
  const capability = CAPABILITIES.find(({ bit }) => (held & (1n << bit)) !== 0n);
  if (!capability) {
    throw new LocalProblem(
      `The user "${user.name}" that PostgreSQL runs as can't reach ${folder}.`,
      'Choose a folder that it can reach, for example: LINESIDE_DATA_DIR=/var/lib/lineside npm start',
    );
  }
  const only = `-all,+${capability.name}`;
  return [...become, `--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`];
}

/** True when `user` may walk into `folder` from the root without any privilege. */
function isReachable(folder: string, user: SystemUser): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Capabilities that this process may hand on: permitted and in the bounding set. */
function readCapabilities(): bigint {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mask = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return mask('CapPrm') & mask('CapBnd');
}
