import { once } from 'node:events';
import { createServer, type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readFileSync } from 'node:fs';
import { Bench, EU } from './support/bench.js';
import { ANYTHING, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';

let bench: Bench;
const sockets: Socket[] = [];

beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await bench.stop();
});

/** Sends one line to the proxy and answers the status line that comes back. */
async function ask(line: string): Promise<{ socket: Socket; status: string }> {
  const socket = connect(bench.sandbox.proxyPort, '127.0.0.1');
  sockets.push(socket);
  socket.write(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return { socket, status: chunk.toString().split('\r\n')[0]! };
}

describe('the CONNECT proxy', () => {
  it.each([8883, 8443, 443])('leads an endpoint name at port %s to the MQTT server, which sees the name as SNI', async (port) => {
    const ca = await TestAuthority.make();
    await registerCa(bench.iot(EU), ca);
    const device = await ca.issue('CN=proxied');
    await registerDevice(bench.iot(EU), device, ANYTHING);
    const { endpoint } = bench.account(EU);
    const { socket, status } = await ask(`CONNECT ${endpoint}:${port}`);
    expect(status).toBe('HTTP/1.1 200 Connection Established');
    const secure = connectTls({ socket, servername: endpoint, ca: readFileSync(bench.sandbox.caFile), cert: device.pem, key: device.keyPem });
    await once(secure, 'secureConnect');
    // MQTT 3.1.1 CONNECT with client id "p", clean session; a CONNACK with code 0 must come.
    secure.write(Buffer.from('100d00044d5154540402003c000170', 'hex'));
    let connack = '';
    // It may come in pieces.
    for await (const piece of secure) if ((connack += (piece as Buffer).toString('hex')).length >= 8) break;
    expect(connack).toBe('20020000');
    secure.destroy();
  });

  it('refuses every other name, address and port', async () => {
    const secret = createServer();
    secret.listen(0, '127.0.0.1');
    await once(secret, 'listening');
    const { endpoint } = bench.account(EU);
    const { port } = secret.address() as AddressInfo;
    const targets = [`127.0.0.1:${port}`, `localhost:${port}`, `${endpoint}:${port}`, `${endpoint}:22`, `evil-${endpoint}:8883`, 'example.com:443', 'nonsense'];
    for (const target of targets) {
      expect((await ask(`CONNECT ${target}`)).status).toBe('HTTP/1.1 403 Forbidden');
    }
    secret.close();
  });

  it('does nothing but CONNECT', async () => {
    expect((await ask('GET http://example.com/')).status).toBe('HTTP/1.1 405 Method Not Allowed');
  });
});
