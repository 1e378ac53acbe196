import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Accounts } from './accounts.js';

/**
 * An HTTP CONNECT proxy from the sandbox's endpoint names, at AWS IoT's ports 8883, 8443 and 443, to the MQTT port of this machine. Every
 * other destination is refused. For clients that can't connect to one address and send another name (SNI).
 */
export function createConnectProxy(accounts: Accounts, mqtt: { host: string; port: () => number }): Server {
  const server = createServer((_request, response) => {
    response.writeHead(405, { allow: 'CONNECT' });
    response.end();
  });
  server.on('connect', (request, client: Duplex, head) => {
    client.on('error', () => client.destroy());
    const [, name = '', port = ''] = /^([^:/]+):([0-9]+)$/.exec(request.url ?? '') ?? [];
    if (accounts.atEndpoint(name) === undefined || !['8883', '8443', '443'].includes(port)) {
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      return;
    }
    const upstream = connect(mqtt.port(), mqtt.host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  return server;
}
