import { execFile } from 'node:child_process';
import { type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { mock } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { giveKeyToStation } from '../../src/issuance/key-holders.js';
import { bigintArray, byteaArray, textArray } from '../../src/platform/database/arrays.js';
import { callRule } from '../../src/platform/database/database.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { keyIdentity } from '../../src/x509/public-key.js';
import { Clock } from '../../src/platform/clock.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { csrOf, type Enrolled, newKey, pemOf, type StationBench, stationBench } from './support/station-bench.js';

let stations: StationBench;
let { bench, folder, tls, port, from, makeCode, enrol, callOver, agentOf, enrolled, addStation, leaves } = {} as StationBench;
beforeAll(async () => {
  stations = await stationBench('enrolment');
  ({ bench, folder, tls, port, from, makeCode, enrol, callOver, agentOf, enrolled, addStation, leaves } = stations);
});
afterAll(() => stations.close());

describe('a code', () => {
  it('is shown once, kept as a hash, and on record', async () => {
    const headers = { 'idempotency-key': 'code-1' };
    const made = await bench.as('manager').post('/v1/stations/a/enrolments', { expiresInMinutes: 5 }, headers);
    expect(made).toMatchObject({ status: 201, body: { station: 'a', code: expect.stringMatching(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/) } });
    expect(await bench.as('manager').post('/v1/stations/a/enrolments', { expiresInMinutes: 5 }, headers)).toMatchObject({ status: 409, body: { code: 'enrolment-shown-once' } });
    const everything = JSON.stringify(await bench.db.selectFrom('log_leaf').select('body').execute()) + JSON.stringify(await bench.db.selectFrom('enrolment').selectAll().execute()) + JSON.stringify(await bench.db.selectFrom('idempotency').selectAll().execute());
    expect(everything).not.toContain(String(made.body['code']));
    expect((await leaves('station.enrolment-created', 'station:a')).at(-1)!.facts).toMatchObject({ id: made.body['id'], station: 'a' });
    expect(await bench.as('operator').post('/v1/stations/a/enrolments')).toMatchObject({ status: 403, body: { code: 'role-missing' } });
    expect(await bench.as('manager').post('/v1/stations/nowhere/enrolments')).toMatchObject({ status: 404, body: { code: 'station-unknown' } });
  });

  it('is good for one key: that one gets the same certificate again, another one nothing', async () => {
    const code = await makeCode('a');
    const key = newKey();
    const first = await enrol(code, key);
    expect(first.status).toBe(201);
    const typed = code.toLowerCase().replaceAll('-', ' ');
    expect((await enrol(typed, key)).body).toEqual(first.body);
    expect(await enrol(code, newKey())).toMatchObject({ status: 409, body: { code: 'enrolment-used' } });
    expect(await bench.db.selectFrom('station_certificate').select('serial_number').where('serial_number', '=', String(first.body['serialNumber'])).execute()).toHaveLength(1);
  });

  it('that was cut short between the intent and the signature is completed by a repeat', async () => {
    const code = await makeCode('b');
    const key = newKey();
    const { body } = await enrol(code, key);
    await bench.db.updateTable('station_certificate').set({ certificate: null, fingerprint: null, issued_at: null }).where('serial_number', '=', String(body['serialNumber'])).execute();
    expect(await enrol(code, key)).toMatchObject({ status: 201, body: { serialNumber: body['serialNumber'], notAfter: body['notAfter'] } });
  });

  it('that is unknown, over, or comes with a bad request is refused and stays as it is', async () => {
    expect(await enrol('0000-0000-0000-0000-0000', newKey())).toMatchObject({ status: 404, body: { code: 'enrolment-unknown' } });
    const code = await makeCode('a');
    expect(await bench.call('POST', '/v1/enrolments', undefined, { code, csr: 'nonsense' }, from)).toMatchObject({ status: 422, body: { code: 'pem-malformed' } });
    await bench.db.updateTable('enrolment').set({ expires_at: new Date(Date.now() - 1_000) }).where('used_at', 'is', null).execute();
    expect(await enrol(code, newKey())).toMatchObject({ status: 410, body: { code: 'enrolment-expired' } });
  });

  it('that somebody guesses at is answered 429 beyond what an address may fail at, and others are not', async () => {
    const guess = () => bench.app.inject({ method: 'POST', url: '/v1/enrolments', remoteAddress: '192.0.2.77', payload: { code: 'AAAA-AAAA-AAAA-AAAA-AAAA', csr: 'x' } });
    const answers = new Set<number>();
    for (let time = 0; time < 130; time++) answers.add((await guess()).statusCode);
    expect([...answers].toSorted()).toEqual([404, 429]);
    await until('on record', async () => ((await leaves('access.refused', 'address:192.0.2.77')).some(({ facts }) => facts['reason'] === 'enrolment-unknown') ? true : undefined));
    expect((await enrol(await makeCode('a'), newKey())).status).toBe(201);
  });
});

describe('a key is a device’s, a station’s or an authority’s', () => {
  const certify = async (key: KeyObject) => {
    const { id, serials: [serial] } = await bench.order(1);
    return bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(key) });
  };

  it('no station is enrolled with a device’s, nor renews with it, and its code stays good', async () => {
    const key = deviceKey();
    expect((await certify(key)).status).toBe(201);
    const code = await makeCode('a');
    const refused = { status: 409, body: { code: 'station-key-taken', detail: 'This key is the device’s of a unit' } };
    expect(await enrol(code, key)).toMatchObject(refused);
    const own = newKey();
    const { body } = await enrol(code, own);
    const present = { key: own, certificate: String(body['certificate']), chain: String(body['chain']), serialNumber: String(body['serialNumber']) };
    expect(await callOver(agentOf(present), '/v1/station/certificate', { method: 'POST', body: { csr: csrOf(key) } })).toMatchObject(refused);
    expect((await callOver(agentOf(present), '/v1/station/certificate', { method: 'POST', body: { csr: csrOf(own) } })).status).toBe(201);
  });

  it('no device gets a certificate for a station’s, whatever became of that', async () => {
    const { key } = await enrolled('b');
    const refused = { status: 409, body: { code: 'key-already-used', detail: 'This key is a station’s own' } };
    expect(await certify(key)).toMatchObject(refused);
    await bench.db.updateTable('station_certificate').set({ revoked_at: new Date(), revoked_by: 'system' }).where('station_id', '=', 'b').execute();
    expect(await certify(key)).toMatchObject(refused);
    expect(await enrol(await makeCode('b'), key)).toMatchObject({ status: 201 });
  });

  it('nobody gets one for an authority’s, of devices or of stations', async () => {
    expect((await bench.as('officer').post('/v1/authorities', { family: 'Keys', keyType: 'P-256' })).status).toBe(202);
    const authority = await until('made', () => bench.db.selectFrom('authority').select('certificate').where('family', '=', 'Keys').where('certificate', 'is not', null).executeTakeFirst());
    const stationAuthority = await bench.db.selectFrom('station_authority').select('certificate').where('certificate', 'is not', null).executeTakeFirstOrThrow();
    const unit = await bench.db.selectFrom('unit').select('id').executeTakeFirstOrThrow();
    for (const { certificate } of [authority, stationAuthority]) {
      const identity = keyIdentity(readCertificate(certificate!).spki);
      await expect(bench.db.transaction().execute((tx) => giveKeyToStation(tx, identity))).rejects.toMatchObject({ code: 'station-key-taken', message: 'This key is an authority’s' });
      await expect(callRule(bench.db, 'take_keys', { identities: byteaArray([identity]), unit_ids: bigintArray([unit.id]), serial_numbers: textArray(['x']) })).rejects.toMatchObject({ code: 'LS010', hint: 'authority' });
    }
  });
});

describe('the certificate of a station', () => {
  it('comes from the station authority, whose key lives in the HSM and is no device CA’s, and names the station', async () => {
    const { certificate, chain } = await enrolled('a');
    const files = { leaf: join(folder, 'leaf.pem'), ca: join(folder, 'stations.pem') };
    writeFileSync(files.leaf, certificate);
    writeFileSync(files.ca, chain);
    const openssl = async (...words: string[]) => (await promisify(execFile)('openssl', words)).stdout;
    expect(await openssl('verify', '-purpose', 'sslclient', '-CAfile', files.ca, files.leaf)).toContain('OK');
    await expect(openssl('verify', '-purpose', 'sslserver', '-CAfile', files.ca, files.leaf)).rejects.toThrow('unsuitable certificate purpose');
    const text = await openssl('x509', '-in', files.leaf, '-noout', '-text');
    expect(text).toContain('URI:urn:lineside:station:a');
    expect(text).toMatch(/Extended Key Usage:\s*\n\s*TLS Web Client Authentication\s*\n/);
    const leaf = new X509Certificate(certificate);
    expect((+leaf.validToDate - Date.now()) / 86_400_000).toBeCloseTo(90, 0);
    expect(await leaves('station-authority.generated', 'station-authority:stations-g1')).toHaveLength(1);
    expect((await bench.as('officer').get('/v1/authorities')).body['items']).toHaveLength(2);
    // The token is the test run's, with keys of other ledgers.
    const { key_label: label } = await bench.db.selectFrom('station_authority').select('key_label').executeTakeFirstOrThrow();
    expect(((await bench.as('officer').get('/v1/hsm')).body['strayKeys'] as { label: string }[]).filter((stray) => stray.label === label)).toEqual([]);
  });

  it('lets the station in over TLS: it is who the certificate says, on record too', async () => {
    await addStation('m1');
    const station = await enrolled('m1');
    const agent = agentOf(station);
    expect(await callOver(agent, '/v1/station')).toMatchObject({ status: 200, body: { id: 'm1' } });
    const { serials: [serial] } = await bench.order(1);
    expect(await callOver(agent, '/v1/station/claims', { method: 'POST', body: { slot: '1', serial } })).toMatchObject({ status: 200 });
    const claimed = (await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'job.claimed').orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow()).body.toString();
    expect(JSON.parse(claimed)).toMatchObject({ actor: 'station:m1', facts: { station: 'm1' } });
    await bench.clearSlots();
    const files = [join(folder, 'm1.pem'), join(folder, 'm1.key')] as const;
    writeFileSync(files[0], station.certificate);
    writeFileSync(files[1], pemOf(station.key), { mode: 0o600 });
    const { stdout } = await promisify(execFile)('curl', ['-s', '--cacert', tls.ca, '--cert', files[0], '--key', files[1], `https://127.0.0.1:${port}/v1/station`]);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'm1' });
    expect(await callOver(agent, '/v1/work-orders', { method: 'POST', body: {} })).toMatchObject({ status: 403, body: { code: 'role-missing' } });
    agent.destroy();
  });

  it('lets it in again by a resumed TLS session, and not once the certificate is revoked', async () => {
    await addStation('m7');
    const { certificate, chain, key } = await enrolled('m7');
    let session: Buffer | undefined;
    const ask = async () => {
      const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(tls.ca), cert: certificate + chain, key: pemOf(key), session });
      socket.on('session', (ticket: Buffer) => (session = ticket));
      socket.write('GET /v1/station HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      let [text, reused] = ['', false];
      socket.once('secureConnect', () => (reused = socket.isSessionReused()));
      for await (const part of socket) text += String(part);
      return { status: Number(text.split(' ')[1]), reused };
    };
    expect(await ask()).toEqual({ status: 200, reused: false });
    expect(await ask()).toEqual({ status: 200, reused: true });
    await bench.as('officer').post('/v1/stations/m7/revoke', { reason: 'stolen' });
    expect((await ask()).status).toBe(401);
  });

  it('is not needed by those who come with a key', async () => {
    const agent = new Agent({ ca: readFileSync(tls.ca) });
    expect((await callOver(agent, '/v1/station', { headers: { authorization: `Bearer ${bench.keys.station}` } })).status).toBe(200);
    expect(await callOver(agent, '/v1/station')).toMatchObject({ status: 401, body: { code: 'caller-unknown' } });
    expect((await callOver(agent, '/health/live')).status).toBe(200);
  });

  it('of a device, or of anybody else’s CA, lets nobody in, and a station’s does not once it has ended', async () => {
    const { serials: [serial], id } = await bench.order(1);
    const key = deviceKey();
    const { certificate } = (await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(key) })).body;
    const chain = (await bench.call('GET', `/v1/authorities/${bench.authority.id}/certificate`, undefined)).body['text'];
    const device = agentOf({ key, certificate: String(certificate), chain: String(chain), serialNumber: '' });
    const refusal = { status: 401, body: { code: 'station-certificate-refused', detail: expect.stringContaining('was not signed by the station authority') } };
    expect(await callOver(device, '/v1/station')).toMatchObject(refusal);
    const strange = new Agent({ ca: readFileSync(tls.ca), cert: readFileSync(tls.cert), key: readFileSync(tls.key) });
    expect(await callOver(strange, '/v1/station')).toMatchObject(refusal);
    const agent = agentOf(await enrolled('a'));
    const late = mock.method(bench.app.get(Clock), 'now', () => new Date(Date.now() + 91 * 86_400_000));
    const ended = await callOver(agent, '/v1/station');
    late.mock.restore();
    expect(ended).toMatchObject({ status: 401, body: { code: 'station-certificate-refused', detail: expect.stringContaining('ended at') } });
    expect((await callOver(agent, '/v1/station')).status).toBe(200);
    for (const each of [device, strange, agent]) each.destroy();
  });

  it('is renewed by the station itself: the one before goes on meanwhile, those before that do not', async () => {
    await addStation('m2');
    const first = await enrolled('m2');
    const renew = async (from: Enrolled, key: KeyObject) => {
      const agent = agentOf(from);
      const { status, body } = await callOver(agent, '/v1/station/certificate', { method: 'POST', body: { csr: csrOf(key) } });
      agent.destroy();
      expect(status).toBe(201);
      return { key, certificate: String(body['certificate']), chain: String(body['chain']), serialNumber: String(body['serialNumber']) };
    };
    const key = newKey();
    const second = await renew(first, key);
    expect(await renew(first, key)).toEqual(second);
    const statuses = () => Promise.all([first, second].map(async (each) => { const agent = agentOf(each); const { status } = await callOver(agent, '/v1/station'); agent.destroy(); return status; }));
    expect(await statuses()).toEqual([200, 200]);
    await renew(second, newKey());
    expect(await statuses()).toEqual([401, 200]);
    expect((await leaves('station.certificate-issued', 'station:m2')).map(({ actor, facts }) => [actor, facts['replaces']])).toEqual([['station:m2', null], ['station:m2', first.serialNumber], ['station:m2', second.serialNumber]]);
    expect(await bench.as('station').post('/v1/station/certificate', { csr: csrOf(newKey()) })).toMatchObject({ status: 401, body: { code: 'station-not-enrolled' } });
  });

  it('counts no more once the station is enrolled anew', async () => {
    await addStation('m3');
    const agent = agentOf(await enrolled('m3'));
    expect((await callOver(agent, '/v1/station')).status).toBe(200);
    await enrolled('m3');
    expect(await callOver(agent, '/v1/station')).toMatchObject({ status: 401, body: { detail: 'The certificate of station m3 is revoked' } });
    agent.destroy();
  });
});
