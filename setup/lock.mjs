// A lock that the kernel lets go of when its holder dies, however it dies: a listening socket in Linux's abstract
// namespace (unix(7)), which is no file. Elsewhere a socket file in the folder stands in.
import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

function addressOf(folder, purpose) {
  if (process.platform !== 'linux') return join(folder, `.${purpose}.sock`);
  const owner = process.getuid();
  const place = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  // Node up to 20 fills the address with zeros up to its 108 octets (sockaddr_un), Node 24 takes it as long as it is: only at full length do both mean the same.
  return `\0lineside-${purpose}-${owner}-${place}`.padEnd(108, '-');
}

/**
 * Takes the lock `purpose` of `folder`, or answers undefined when somebody else holds it.
 * Whoever connects to a held lock is handed to `onVisitor`, and is cut off when it is released.
 */
export async function tryLock(folder, purpose, onVisitor = () => undefined) {
  const path = addressOf(folder, purpose);
  const visitors = new Set();
  const server = createServer((socket) => {
    visitors.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => visitors.delete(socket));
    onVisitor(socket);
  });
  const isHeld = await new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen({ path }, () => resolve(true));
  });
  if (!isHeld) return process.platform === 'linux' ? undefined : retryStale(path, () => tryLock(folder, purpose, onVisitor));
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of visitors) socket.destroy();
      }),
  };
}

/** A socket file outlives its holder: nobody answers there. */
async function retryStale(path, again) {
  const visitor = connect({ path });
  const answers = await new Promise((resolve) => {
    visitor.once('connect', () => resolve(true));
    visitor.once('error', () => resolve(false));
  });
  visitor.destroy();
  if (answers) return undefined;
  rmSync(path, { force: true });
  return again();
}

/** Waits until the holder lets go, and hands each line that it says to `onLine`. Answers at once when nobody holds the lock. */
export function visitHolder(folder, purpose, onLine = () => undefined) {
  return new Promise((resolve) => {
    const socket = connect({ path: addressOf(folder, purpose) });
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (onLine(line) === 'enough') socket.destroy();
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}
