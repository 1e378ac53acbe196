import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the gate does with a request in the place of passing it on; undefined passes it on. */
export type Meddling = (asked: IncomingMessage, answer: ServerResponse) => undefined | 'taken';

/** A proxy between a station and the service at `url`, as a factory's network is: it can lose, delay or spoil what passes. */
export async function stationGate(url: string) {
  let meddling: Meddling = () => undefined;
  const server = createServer((asked, answer) => {
    if (meddling(asked, answer) === 'taken') return;
    const onward = request(new URL(asked.url ?? '/', url), { method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    meddle: (next: Meddling) => (meddling = next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
