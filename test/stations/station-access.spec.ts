import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import type { Examined } from '../../src/local/examination.js';
import { ERRORS } from '../../src/platform/errors/error-codes.js';
import { checkStations } from '../../src/local/station-checks.js';
import { until } from '../support/until.js';
import { newKey, pemOf, type StationBench, stationBench } from './support/station-bench.js';

let stations: StationBench;
let { bench, folder, tls, port, from, makeCode, enrol, callOver, agentOf, enrolled, addStation, leaves } = {} as StationBench;
beforeAll(async () => {
  stations = await stationBench('station-access');
  ({ bench, folder, tls, port, from, makeCode, enrol, callOver, agentOf, enrolled, addStation, leaves } = stations);
});
afterAll(() => stations.close());

describe('a station that is taken out', () => {
  it('by another replica is refused within seconds on the connection that it has, and hears of no work that it waits for', async () => {
    await addStation('m4');
    const station = await enrolled('m4');
    const [agent, waiting] = [agentOf(station), agentOf(station)];
    expect((await callOver(agent, '/v1/station')).status).toBe(200);
    await bench.clearSlots();
    const poll = callOver(waiting, '/v1/station/claims', { method: 'POST', body: { slot: '1', waitMs: 20_000 } });
    // As another process leaves it.
    await bench.db.updateTable('station_certificate').set({ revoked_at: new Date(), revoked_by: 'key:other' }).where('station_id', '=', 'm4').execute();
    const refused = await until('refused', async () => { const answer = await callOver(agent, '/v1/station'); return answer.status === 200 ? undefined : answer; });
    expect(refused).toMatchObject({ status: 401, body: { code: 'station-certificate-refused' } });
    expect(await poll).toMatchObject({ status: 401, body: { code: 'station-certificate-refused' } });
    agent.destroy();
    waiting.destroy();
  }, 30_000);

  it('is refused with its keys and certificates until it is enabled; a revoked certificate stays revoked, and a code of before is over', async () => {
    await addStation('m5');
    const key = await bench.addKey('station', 'm5');
    const agent = agentOf(await enrolled('m5'));
    const code = await makeCode('m5');
    const byKey = async () => { const { status, body } = await bench.call('GET', '/v1/station', key); return [status, body['code']]; };
    const byCertificate = async () => { const { status, body } = await callOver(agent, '/v1/station'); return [status, body['code']]; };
    expect(await bench.as('manager').post('/v1/stations/m5/disable', { reason: 'being moved' })).toMatchObject({ status: 200, body: { inService: false, disabledReason: 'being moved', certificates: [expect.anything()] } });
    expect([await byKey(), await byCertificate()]).toEqual([[403, 'station-disabled'], [403, 'station-disabled']]);
    const atTheDoor = [(await bench.call('GET', '/v1/station', key)).body, (await callOver(agent, '/v1/station')).body];
    expect(atTheDoor).toMatchObject([1, 2].map(() => ({ nextStep: 'call', operatorAction: ERRORS['station-disabled'].action })));
    expect(await enrol(code, newKey())).toMatchObject({ status: 403, body: { code: 'station-disabled' } });
    expect(await bench.as('manager').post('/v1/stations/m5/enable')).toMatchObject({ status: 200, body: { inService: true } });
    expect([await byKey(), await byCertificate()]).toEqual([[200, undefined], [200, undefined]]);
    expect(await bench.as('officer').post('/v1/stations/m5/revoke', { reason: 'stolen' })).toMatchObject({ status: 200, body: { inService: false, certificates: [], enrolments: [] } });
    expect([await byKey(), await byCertificate()]).toEqual([[403, 'station-disabled'], [401, 'station-certificate-refused']]);
    expect(await bench.as('manager').post('/v1/stations/m5/enable')).toMatchObject({ status: 403, body: { code: 'role-missing', detail: 'This needs the role officer' } });
    expect((await bench.as('officer').post('/v1/stations/m5/enable', { reason: 'it was found' })).status).toBe(200);
    expect([await byKey(), await byCertificate()]).toEqual([[200, undefined], [401, 'station-certificate-refused']]);
    expect(await enrol(code, newKey())).toMatchObject({ status: 410, body: { code: 'enrolment-expired' } });
    expect((await bench.auditTrail('station:m5')).filter((event) => /disabled|enabled|revoked/.test(event))).toEqual(['station.disabled', 'station.enabled', 'station.disabled', 'station.revoked', 'station.enabled']);
    agent.destroy();
  });

  it('is let in with its certificate only where its settings say so, whatever key it sends besides', async () => {
    await addStation('m6');
    const authorization = `Bearer ${await bench.addKey('station', 'm6')}`;
    const agent = agentOf(await enrolled('m6'));
    expect(await bench.call('PATCH', '/v1/stations/m6/access', bench.keys.manager, { requireCertificate: true })).toMatchObject({ status: 200, body: { requireCertificate: true } });
    const plain = new Agent({ ca: readFileSync(tls.ca) });
    expect(await callOver(plain, '/v1/station', { headers: { authorization } })).toMatchObject({ status: 401, body: { code: 'station-not-enrolled' } });
    expect(await callOver(agent, '/v1/station', { headers: { authorization } })).toMatchObject({ status: 200, body: { id: 'm6' } });
    const other = agentOf(await enrolled('a'));
    expect(await callOver(other, '/v1/station', { headers: { authorization } })).toMatchObject({ status: 401, body: { code: 'station-not-enrolled' } });
    for (const each of [plain, agent, other]) each.destroy();
  });
});

describe('behind a proxy that ends TLS', () => {
  const inject = (headers: Record<string, string>, remoteAddress = '127.0.0.1') => bench.app.inject({ method: 'GET', url: '/v1/station', headers: remoteAddress === '127.0.0.1' ? { ...from, ...headers } : headers, remoteAddress });

  it('the header with the certificate is believed, in each form that proxies write', async () => {
    const { certificate } = await enrolled('b');
    const base64 = new X509Certificate(certificate).raw.toString('base64');
    const forms = [encodeURIComponent(certificate), `By=spiffe://x;Hash=00;Cert="${encodeURIComponent(certificate)}";Subject="CN=b"`, `:${base64}:`, base64];
    for (const form of forms) {
      const answer = await inject({ 'x-ssl-client-cert': form });
      expect([answer.statusCode, answer.json()['id']]).toEqual([200, 'b']);
    }
    for (const broken of ['nonsense', '%', 'A'.repeat(9_000)]) expect((await inject({ 'x-ssl-client-cert': broken })).json()).toMatchObject({ status: 401, code: 'station-certificate-refused' });
  });

  it('the same header from anybody else counts for nothing, and is on record', async () => {
    const { certificate } = await enrolled('b');
    expect((await inject({ 'x-ssl-client-cert': encodeURIComponent(certificate) }, '192.0.2.9')).json()).toMatchObject({ status: 401, code: 'caller-unknown' });
    await until('on record', async () => ((await leaves('access.refused', 'address:192.0.2.9')).some(({ facts }) => facts['reason'] === 'header-unbelieved') ? true : undefined));
    const byKey = await inject({ 'x-ssl-client-cert': encodeURIComponent(certificate), authorization: `Bearer ${bench.keys.station}` }, '192.0.2.9');
    expect(byKey.json()).toMatchObject({ id: 'a' });
  });

  it('the station that the proxy let in is the caller', async () => {
    const station = await enrolled('b');
    const onward = new Agent({ ca: readFileSync(tls.ca) });
    const proxy = createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key), ca: station.chain, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerX509Certificate()!.toString();
      void callOver(onward, request.url!, { headers: { 'x-ssl-client-cert': encodeURIComponent(peer), 'x-forwarded-for': '198.51.100.4' } }).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const agent = agentOf(station);
    try {
      const answer = await new Promise<string>((resolve, reject) => {
        httpsRequest({ host: '127.0.0.1', port: (proxy.address() as AddressInfo).port, path: '/v1/station', agent }, (response) => {
          let text = '';
          response.on('data', (part: Buffer) => (text += part.toString())).on('end', () => resolve(text));
        }).on('error', reject).end();
      });
      expect(JSON.parse(answer)).toMatchObject({ id: 'b' });
    } finally {
      agent.destroy();
      onward.destroy();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

it('doctor and the metrics say whose certificate ends soon or has ended, and whose clock is off', async () => {
  const age = async (station: string, days: number) => {
    await addStation(station);
    await enrolled(station);
    await bench.db.updateTable('station_certificate').set({ not_before: new Date(Date.now() - 90 * 86_400_000), not_after: new Date(Date.now() + days * 86_400_000) }).where('station_id', '=', station).execute();
  };
  await age('e-soon', 10);
  await age('e-over', -1);
  await age('e-good', 40);
  await age('e-out', 3);
  await bench.as('manager').post('/v1/stations/e-out/disable', { reason: 'not used' });
  await bench.call('PATCH', '/v1/stations/e-over/access', bench.keys.manager, { requireCertificate: true });
  await bench.as('station').post('/v1/station/session', { software: 'press', version: '7', stationTime: new Date(Date.now() - 90_000).toISOString() });
  const found = (await checkStations({ databaseUrl: bench.config.DATABASE_URL } as Examined)).map(({ name, state, finding }) => [name, state, finding]);
  expect(found).toEqual([
    ['station e-over', 'fail', expect.stringMatching(/^Its certificate ended at .*, and it is let in with a certificate only\.$/)],
    ['station e-soon', 'warn', expect.stringMatching(/^Its certificate ends at .* and was not renewed\.$/)],
    ['station a', 'warn', expect.stringMatching(/^Its clock \(at .*\) is (89|90|91) s behind the service's\.$/)],
  ]);
  await bench.app.get(LedgerMetrics, { strict: false }).read();
  const metrics = String((await bench.as('operator').get('/metrics')).body['text']);
  const days = (station: string) => (Number(new RegExp(`lineside_station_certificate_end_seconds\\{station="${station}"\\} ([\\d.e+]+)`).exec(metrics)?.[1]) - Date.now() / 1_000) / 86_400;
  expect([days('e-soon'), days('e-over'), days('e-out')]).toEqual([expect.closeTo(10, 1), expect.closeTo(-1, 1), Number.NaN]);
});

describe('lineside station', () => {
  const run = async (...words: string[]): Promise<Record<string, unknown>> => {
    const { stdout, code } = await promisify(execFile)(process.execPath, ['dist/cli.js', 'station', ...words, '--json'], { env: { PATH: process.env['PATH'] } }).then(
      (ran) => ({ ...ran, code: 0 }),
      (error: { stdout: string; code: number }) => error,
    );
    return { code, ...(JSON.parse(stdout) as Record<string, unknown>) };
  };
  const enrolHere = (place: string, code: string) => run('enrol', '--server', `https://127.0.0.1:${port}`, '--ca', tls.ca, '--code', code, '--folder', place);
  const whoIs = async (place: string) => JSON.parse((await promisify(execFile)('curl', ['-s', '--cacert', join(place, 'service-ca.pem'), '--cert', join(place, 'station.pem'), `https://127.0.0.1:${port}/v1/station`])).stdout) as Record<string, unknown>;
  const serialIn = (place: string) => new X509Certificate(readFileSync(join(place, 'station.pem'), 'utf8').replace(/^[^]*?(?=-----BEGIN CERTIFICATE)/, '')).serialNumber.toLowerCase().replace(/^0+/, '');

  it('enrol makes a key that is its owner’s only, keeps the certificate, and a code is good for one machine', async () => {
    await addStation('c1');
    const [place, elsewhere] = [join(folder, 'c1'), join(folder, 'c1-elsewhere')];
    const code = await makeCode('c1');
    expect(await enrolHere(place, code)).toMatchObject({ code: 0, ok: true, done: 'enrolled', station: 'c1', renewAfter: expect.any(String) });
    expect([statSync(place).mode & 0o777, statSync(join(place, 'station.pem')).mode & 0o777, existsSync(join(place, 'next-key.pem'))]).toEqual([0o700, 0o600, false]);
    expect(await whoIs(place)).toMatchObject({ id: 'c1' });
    expect(await enrolHere(elsewhere, code)).toMatchObject({ ok: false, code: 'enrolment-used', message: expect.stringContaining('Ask the production manager for another code') });
    expect(existsSync(join(elsewhere, 'station.pem'))).toBe(false);
  });

  it('enrol that was cut short before the answer goes on with the same key, and gets the certificate that was made for it', async () => {
    await addStation('c2');
    const place = join(folder, 'c2');
    const code = await makeCode('c2');
    mkdirSync(place, { mode: 0o700 });
    const key = newKey();
    writeFileSync(join(place, 'next-key.pem'), pemOf(key), { mode: 0o600 });
    const { body } = await enrol(code, key);
    expect(await enrolHere(place, code)).toMatchObject({ ok: true, station: 'c2' });
    expect(serialIn(place)).toBe(String(body['serialNumber']).replace(/^0+/, ''));
  });

  it('renew waits until two thirds of the certificate’s life are over, and gets another one by it', async () => {
    const place = join(folder, 'c1');
    const before = serialIn(place);
    const waiting = await run('renew', '--folder', place);
    expect(waiting).toMatchObject({ ok: true, done: 'not due' });
    expect((+new Date(String(waiting['renewAfter'])) - Date.now()) / 86_400_000).toBeCloseTo(60, 0);
    expect(await run('renew', '--now', '--folder', place)).toMatchObject({ ok: true, done: 'renewed', station: 'c1' });
    expect(serialIn(place)).not.toBe(before);
    expect(await whoIs(place)).toMatchObject({ id: 'c1' });
    await bench.as('officer').post('/v1/stations/c1/revoke', { reason: 'stolen' });
    expect(await run('renew', '--now', '--folder', place)).toMatchObject({ ok: false, code: 'station-certificate-refused' });
  });

  it('sends a code over nothing but TLS, but to this machine', async () => {
    expect(await run('enrol', '--server', 'http://lineside.example:3000', '--code', 'x', '--folder', join(folder, 'c3'))).toMatchObject({ ok: false, message: expect.stringContaining('must be an https address') });
    expect(existsSync(join(folder, 'c3'))).toBe(false);
  });
});
