import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Logger, type LogLevel } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.js';
import { readTlsPair } from '../../src/config/tls-pair.js';
import { locateDataFolder } from '../../src/local/data-folder.js';
import { ensureLocalTls, serverNames } from '../../src/local/local-tls.js';
import { HealthChecks } from '../../src/platform/health/health-checks.js';
import { ServerTls, tlsOptions } from '../../src/platform/http/server-tls.js';
import { ApiClient } from '../../src/client/api-client.js';
import { newFolder } from '../support/run-folders.js';
import { until } from '../support/until.js';

const folder = newFolder('server-tls');
const { tls } = locateDataFolder(folder);
/** Another pair of the same names. */
const other = locateDataFolder(join(folder, 'other')).tls;
let server: Server;
let serving: ServerTls;
let checks: HealthChecks;
let port: number;

const config = () => loadConfig({ ...process.env, TLS_CERT: tls.cert, TLS_KEY: tls.key });
/** Puts a copy in place of a file, as those do who renew certificates. */
const place = (from: string, to: string) => {
  writeFileSync(`${to}.next`, readFileSync(from), { mode: 0o600 });
  renameSync(`${to}.next`, to);
};
/** The serial number of what the server shows. */
async function shown(): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}
const checked = async () => {
  checks.lookNow();
  return (await checks.report()).checks['tls'];
};

const LEVELS: LogLevel[] = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'];

beforeAll(async () => {
  Logger.overrideLogger(false);
  for (const each of [folder, join(folder, 'other')]) {
    mkdirSync(join(each, 'secrets'), { recursive: true });
    ensureLocalTls(locateDataFolder(each), serverNames('127.0.0.1'));
  }
  server = createServer({ ...tlsOptions(config()) }, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ path: request.url }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  checks = new HealthChecks();
  serving = new ServerTls({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost, checks, config());
  serving.onModuleInit();
  serving.onApplicationBootstrap();
});
afterAll(async () => {
  Logger.overrideLogger(LEVELS);
  await serving.onModuleDestroy();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

it('serves TLS 1.2 and newer, and is believed by whoever trusts the CA', async () => {
  const Answer = z.object({ path: z.string() });
  expect(await new ApiClient({ baseUrl: `https://127.0.0.1:${port}`, caFile: tls.ca }, 'k').get('/x', Answer)).toEqual({ path: '/x' });
  expect(await new ApiClient({ baseUrl: `https://localhost:${port}`, caFile: tls.ca }, 'k').get('/y', Answer)).toEqual({ path: '/y' });
  await expect(new ApiClient({ baseUrl: `https://127.0.0.1:${port}` }, 'k', { patienceMs: 100 }).get('/x', Answer)).rejects.toThrow('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const old = connect({ host: '127.0.0.1', port, ca: readFileSync(tls.ca), maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
  await expect(once(old, 'secureConnect')).rejects.toThrow(/version|ECONNRESET/i);
});

it('takes a new pair into use without a restart, goes on with the present one while half of it has come, and says so', async () => {
  const before = await shown();
  place(other.cert, tls.cert);
  expect(await until('it says so', async () => { const check = await checked(); return check?.ok === false ? check : undefined; })).toMatchObject({ detail: 'The certificate before goes on: TLS_KEY is not the key of the first certificate in TLS_CERT.' });
  expect(await shown()).toBe(before);
  place(other.key, tls.key);
  await until('the new pair is served', async () => ((await shown()) === before ? undefined : true));
  expect(await until('it is well', async () => ((await checked())?.ok ? true : undefined))).toBe(true);
});

it('reads its files anew at SIGHUP, and keeps what it has when they are spoilt', async () => {
  const before = await shown();
  const good = readFileSync(tls.cert);
  writeFileSync(tls.cert, 'no certificate');
  process.emit('SIGHUP');
  expect(await until('it is told of', async () => { const check = await checked(); return check?.ok === false ? check : undefined; }))
    .toMatchObject({ detail: 'The certificate before goes on: TLS_CERT must hold a certificate in PEM, the server’s own first.' });
  expect(await shown()).toBe(before);
  writeFileSync(tls.cert, good);
  process.emit('SIGHUP');
  expect(await until('it is well', async () => ((await checked())?.ok ? true : undefined))).toBe(true);
});

it('refuses a key that others can read, one that is not its certificate’s, and one with a passphrase', () => {
  chmodSync(other.key, 0o644);
  expect(() => readTlsPair(other.cert, other.key)).toThrow('TLS_KEY is open to other users; run chmod 600 on it.');
  chmodSync(other.key, 0o600);
  expect(() => readTlsPair(other.ca, other.key)).toThrow('TLS_KEY is not the key of the first certificate in TLS_CERT.');
  const locked = join(folder, 'locked');
  writeFileSync(locked, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n', { mode: 0o600 });
  expect(() => readTlsPair(other.cert, locked)).toThrow('TLS_KEY must hold a private key in PEM, without a passphrase.');
});

it('keeps the CA and the server’s certificate over starts, and makes another server certificate when it lacks a name', () => {
  const now = { ca: readFileSync(other.ca, 'utf8'), cert: readFileSync(other.cert, 'utf8') };
  const names = serverNames('127.0.0.1');
  ensureLocalTls({ tls: other }, names);
  expect({ ca: readFileSync(other.ca, 'utf8'), cert: readFileSync(other.cert, 'utf8') }).toEqual(now);
  ensureLocalTls({ tls: other }, { ...names, ip: [...names.ip, '192.0.2.7', '2001:db8::7'] });
  expect(readFileSync(other.ca, 'utf8')).toBe(now.ca);
  expect(readFileSync(other.cert, 'utf8')).not.toBe(now.cert);
});
