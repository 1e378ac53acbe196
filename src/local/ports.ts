import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode, LocalProblem } from './local.errors.js';

const HOST = '127.0.0.1';

/** A port of 127.0.0.1 that nobody listens on right now. Another process may take it before the caller does. */
export async function findFreePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new LocalProblem('No free TCP port was found.', 'Stop some programs and start again.');
  return port;
}

/** True when a listener could be opened on this port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** Waits for a port that a process which is just stopping may still hold. */
export async function waitForFreePort(port: number, setting: string, patienceMs = 10_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isPortFree(port))) {
    if (Date.now() > deadline) {
      const owner = findPortOwner(port);
      const by = owner ? `${owner.name} (process ${owner.pid})` : 'another program';
      throw new LocalProblem(
        `Port ${port} is in use by ${by}.`,
        `Stop that program, or choose another port: ${setting}=${port + 10_000} npm start`,
      );
    }
    await pause(50);
  }
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)));
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** Who listens on a TCP port of this machine, as far as /proc lets this user see it. */
export function findPortOwner(port: number): { pid: number; name: string } | undefined {
  const inode = findListenerInode(port);
  if (inode === undefined) return undefined;
  const link = `socket:[${inode}]`;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => readLink(`/proc/${pid}/fd/${fd}`) === link);
      if (holds) return { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
    } catch {
      // Another user's process, or one that has just ended: not ours to see.
    }
  }
  return undefined;
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The socket inode of the listener, from /proc/net/tcp and tcp6 (proc(5): local address in field 2, state 0A = listen, inode in field 10). */
function findListenerInode(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let rows: string[];
    try {
      rows = readFileSync(table, 'utf8').trim().split('\n').slice(1);
    } catch {
      continue;
    }
    for (const row of rows) {
      const fields = row.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A') return fields[9];
    }
  }
  return undefined;
}
