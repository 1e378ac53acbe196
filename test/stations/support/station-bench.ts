import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { locateDataFolder } from '../../../src/local/data-folder.js';
import { ensureLocalTls, serverNames } from '../../../src/local/local-tls.js';
import { createCsr } from '../../../src/x509/csr-writer.js';
import { toPem } from '../../../src/x509/pem.js';
import { newFolder } from '../../support/run-folders.js';
import { type Answer, serviceBench } from '../../support/service-bench.js';

/** A station's key with what it was given for it. */
export interface Enrolled {
  key: KeyObject;
  certificate: string;
  chain: string;
  serialNumber: string;
}

export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
export const csrOf = (privateKey: KeyObject) => toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'whatever' }], privateKey }));

export type StationBench = Awaited<ReturnType<typeof stationBench>>;

/** The service, listening with TLS of its own and believing a proxy on this machine, and stations that enrol and call as real ones do. */
export async function stationBench(name: string, settings: Record<string, string> = {}) {
  const folder = newFolder(name);
  const { tls } = locateDataFolder(folder);
  mkdirSync(join(folder, 'secrets'), { recursive: true });
  ensureLocalTls({ tls }, serverNames('127.0.0.1'));
  const bench = await serviceBench({ TLS_CERT: tls.cert, TLS_KEY: tls.key, TRUST_PROXY: 'loopback', STATION_CERT_HEADER: 'X-SSL-Client-Cert', FAILED_AUTHENTICATIONS_PER_MINUTE: '60', ...settings });
  await bench.app.listen(0, '127.0.0.1');
  const { port } = bench.app.getHttpServer().address() as AddressInfo;
  /** All calls of a spec seem to come from here: other specs, whose counts are told to all, count what fails from 127.0.0.1. */
  const from = { 'x-forwarded-for': `198.51.100.${1 + Math.floor(Math.random() * 250)}` };

  const makeCode = async (station: string) => String((await bench.as('manager').post(`/v1/stations/${station}/enrolments`)).body['code']);
  const enrol = (code: string, key: KeyObject) => bench.call('POST', '/v1/enrolments', undefined, { code, csr: csrOf(key) }, from);

  return {
    bench, folder, tls, port, from, makeCode, enrol,
    /** As a station calls: over TLS, with its certificate if it has one. */
    callOver: (agent: Agent, path: string, { method = 'GET', body, headers = {} }: { method?: string; body?: object; headers?: Record<string, string> } = {}): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const request = httpsRequest({ host: '127.0.0.1', port, path, method, agent, headers: { ...from, ...headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text), headers: response.headers }));
        });
        request.on('error', reject).end(payload);
      }),
    agentOf: ({ certificate, chain, key }: Enrolled) => new Agent({ ca: readFileSync(tls.ca), cert: certificate + chain, key: pemOf(key), keepAlive: true, maxSockets: 1 }),
    async enrolled(station: string): Promise<Enrolled> {
      const key = newKey();
      const { status, body } = await enrol(await makeCode(station), key);
      expect([status, body['code']]).toEqual([201, undefined]);
      return { key, certificate: String(body['certificate']), chain: String(body['chain']), serialNumber: String(body['serialNumber']) };
    },
    addStation: (id: string) => bench.as('manager').post('/v1/stations', { id, line: 'line-1', slots: ['1'] }),
    leaves: async (event: string, subject: string) =>
      (await bench.db.selectFrom('log_leaf').select('body').where('event', '=', event).where('subject', '=', subject).orderBy('seq').execute()).map(({ body }) => JSON.parse(body.toString()) as { actor: string; facts: Record<string, unknown> }),
    async close() {
      await bench.close();
      rmSync(folder, { recursive: true });
    },
  };
}
