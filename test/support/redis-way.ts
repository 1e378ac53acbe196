import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { ownRedisUrl } from './service-bench.js';

export type RedisWay = Awaited<ReturnType<typeof redisWay>>;

/** A way to Redis that can be cut, hang (it takes everything and brings no answer, as a Redis that is stopped), and be joined again. */
export async function redisWay() {
  const target = new URL(ownRedisUrl());
  const open = new Set<Socket>();
  let [isCut, hangs] = [false, false];
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const redis = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [[client, redis], [redis, client]] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
      if (hangs) socket.pause();
    }
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(target);
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    hang() {
      hangs = true;
      for (const socket of open) socket.pause();
    },
    join() {
      [isCut, hangs] = [false, false];
      for (const socket of open) socket.resume();
    },
    close: () => server.close(),
  };
}
