import { createHash, X509Certificate } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readLeaf } from '../../src/audit/log-follower.js';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { createApp } from '../../src/create-app.js';
import { Hsm } from '../../src/hsm/hsm.js';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { Clock } from '../../src/platform/clock.js';
import { SigningClock } from '../../src/platform/signing-clock.js';
import { csrFor, deviceKey, makeAuthority, registerEverywhere, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { openssl, Scratch } from '../x509/external-tools.js';
import { allPublished, crlVerdict } from './published-crl.js';

const DAY_MS = 86_400_000;
let bench: ServiceBench;
const scratch = new Scratch();
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(async () => {
  await bench.close();
  scratch.remove();
});
afterEach(() => {
  clockAt(() => new Date());
});

/** The machine's clock and all that it is compared with. */
const clockAt = (now: () => Date, app = bench.app) => {
  app.get(Clock).now = now;
  app.get(SigningClock).now = now;
};
const publisher = (app: NestFastifyApplication = bench.app) => app.get(CrlPublisher, { strict: false });
const numbers = async (authority = bench.authority.id) =>
  (await bench.db.selectFrom('crl').select('number').where('authority_id', '=', authority).orderBy('number').execute()).map(({ number }) => number);
const last = (authority = bench.authority.id) =>
  bench.db.selectFrom('crl').selectAll().where('authority_id', '=', authority).orderBy('number', 'desc').limit(1).executeTakeFirstOrThrow();
const makeDue = () => bench.db.insertInto('crl_due').values({ authority_id: bench.authority.id }).execute();

async function fetchCrl(headers: Record<string, string> = {}, query = '', authority = bench.authority.id) {
  const answer = await bench.app.inject({ method: 'GET', url: `/v1/authorities/${authority}/crl${query}`, headers });
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
}

async function issue() {
  const { id, serials } = await bench.order(1);
  const { body } = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) });
  return { pem: String(body['certificate']), ca: String(body['chain']), fingerprint: String(body['fingerprint']), authority: String(body['authority']), number: new X509Certificate(String(body['certificate'])).serialNumber };
}
const revoke = (fingerprint: string) => bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'keyCompromise' });

describe('the list', () => {
  it('is there for everybody, even before anything was revoked, and openssl verifies it', async () => {
    const { status, headers, bytes } = await fetchCrl();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/pkix-crl');
    const ca = scratch.write('ca.pem', (await bench.call('GET', `/v1/authorities/${bench.authority.id}/certificate`, undefined)).body['text'] as string);
    const { text } = openssl(['crl', '-inform', 'DER', '-noout', '-text', '-verify', '-CAfile', ca], bytes);
    expect(text).toContain('verify OK');
    expect(text).toContain('No Revoked Certificates.');
    const number = /X509v3 CRL Number: \s+(\w+)\n/.exec(text)?.[1];
    const [from, to] = ['Last', 'Next'].map((which) => Date.parse(new RegExp(`${which} Update: (.*)`).exec(text)![1]!));
    expect(to! - from!).toBe(7 * DAY_MS);
    expect(Number(number) * 1_000).toBeGreaterThanOrEqual(from!); // so that a restored ledger gives none twice
  });

  it('is given again only when there is a newer one, in either format', async () => {
    for (const query of ['', '?format=pem']) {
      const { headers, bytes } = await fetchCrl({}, query);
      const etag = String(headers.etag);
      expect(etag).toMatch(/^"[^"]+"$/);
      expect(bytes.length).toBeGreaterThan(100);
      for (const known of [etag, `"other", W/${etag}`, '*']) {
        expect(await fetchCrl({ 'if-none-match': known }, query)).toMatchObject({ status: 304, headers: { etag }, bytes: Buffer.alloc(0) });
      }
      expect(await fetchCrl({ 'if-none-match': '"other"' }, query)).toMatchObject({ status: 200, bytes });
    }
    const [der, pem] = [await fetchCrl(), await fetchCrl({}, '?format=pem')];
    expect(der.headers.etag).not.toBe(pem.headers.etag);
    expect(openssl(['crl', '-outform', 'PEM'], pem.bytes).text).toBe(pem.bytes.toString());
    expect(openssl(['crl', '-inform', 'DER', '-outform', 'PEM'], der.bytes).text).toBe(pem.bytes.toString());
  });

  it('is refused where there is none', async () => {
    expect(await fetchCrl({}, '', 'nobody-g1')).toMatchObject({ status: 404 });
    expect(await fetchCrl({}, '?format=text')).toMatchObject({ status: 400 });
    const fresh = await makeAuthority(bench.app, { family: 'Fresh', keyType: 'P-256' });
    const answer = await bench.call('GET', `/v1/authorities/${fresh.id}/crl`, undefined);
    expect(answer).toMatchObject({ status: 404, body: { code: 'crl-not-published' } });
  });

  it('names a revoked device within seconds, and no other', async () => {
    const [bad, good] = [await issue(), await issue()];
    const before = await fetchCrl();
    await revoke(bad.fingerprint);
    const after = await until('a newer list', async () => {
      const answer = await fetchCrl({ 'if-none-match': String(before.headers.etag) }, '?format=pem');
      return answer.bytes.length > before.bytes.length * 1.4 + 60 ? answer : undefined;
    });
    expect(crlVerdict(scratch, bad.ca, after.bytes.toString(), bad.pem).text).toContain('certificate revoked');
    expect(crlVerdict(scratch, good.ca, after.bytes.toString(), good.pem)).toMatchObject({ ok: true });
    expect(openssl(['crl', '-noout', '-text'], after.bytes).text).toMatch(/Reason Code: \s+Key Compromise/);
  });

  it('takes up many revocations at once', async () => {
    const devices = [];
    for (let count = 0; count < 20; count++) devices.push(await issue());
    await allPublished(bench);
    const before = (await numbers()).length;
    await Promise.all(devices.map(({ fingerprint }) => revoke(fingerprint)));
    await allPublished(bench);
    expect((await numbers()).length - before).toBeLessThanOrEqual(2);
    const { text } = openssl(['crl', '-inform', 'DER', '-noout', '-text'], (await fetchCrl()).bytes);
    for (const { number } of devices) expect(text).toContain(`Serial Number: ${number}`);
  });

  it('is on record with the bytes’ hash', async () => {
    await allPublished(bench);
    const { number, entries } = await last();
    const leaf = await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'crl.published').orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow();
    expect(readLeaf(leaf.body).facts).toMatchObject({ authority: bench.authority.id, number, entries, sha256: createHash('sha256').update((await fetchCrl()).bytes).digest('hex') });
  });
});

describe('numbers', () => {
  it('grow, each list following one other, while two processes publish at once', async () => {
    const other = await createApp(bench.config, false as never);
    try {
      const before = (await numbers()).length;
      let published = 0;
      for (let round = 0; round < 25; round++) {
        await makeDue();
        const made = await Promise.all([publisher().publish(bench.authority.id), publisher(other).publish(bench.authority.id), publisher().publish(bench.authority.id)]);
        published += made.filter((head) => head !== undefined).length;
      }
      await allPublished(bench);
      const all = await bench.db.selectFrom('crl').select(['number', 'previous']).where('authority_id', '=', bench.authority.id).orderBy('number').execute();
      expect(published).toBeGreaterThan(0);
      expect(all.length - before).toBeLessThanOrEqual(25);
      expect(all.map(({ previous }) => previous)).toEqual([null, ...all.slice(0, -1).map(({ number }) => number)]);
    } finally {
      await other.close();
    }
  });

  it('are kept in order by the ledger itself', async () => {
    const head = { authority_id: bench.authority.id, this_update: new Date(), next_update: new Date(Date.now() + DAY_MS), entries: 0, sha256: Buffer.alloc(32), der: null };
    const { number, previous } = await last();
    const insert = (values: { number: number; previous: number | null }) => bench.db.insertInto('crl').values({ ...head, ...values }).execute();
    await expect(insert({ number, previous: number - 1 })).rejects.toThrow('crl_pkey');
    await expect(insert({ number: number + 1, previous })).rejects.toThrow('crl_one_successor');
    await expect(insert({ number: number + 1, previous: null })).rejects.toThrow('crl_one_successor');
    await expect(insert({ number: number + 2, previous: number + 1 })).rejects.toThrow('foreign key');
    await expect(insert({ number: number - 1, previous: number })).rejects.toThrow('crl_grows');
  });

  it('go on after a restart', async () => {
    await allPublished(bench);
    const before = await numbers();
    const { bytes } = await fetchCrl();
    await bench.restart();
    expect((await fetchCrl()).bytes.equals(bytes)).toBe(true);
    await makeDue();
    await allPublished(bench);
    const after = await numbers();
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)).toBeGreaterThan(before.at(-1)!);
  });

  it('outlive the bytes of lists that were replaced', async () => {
    const rows = await bench.db.selectFrom('crl').select(['number', 'der', 'sha256']).where('authority_id', '=', bench.authority.id).orderBy('number', 'desc').execute();
    expect(rows.map(({ der }) => der !== null)).toEqual(rows.map((_, index) => index < 2));
  });
});

describe('the next list', () => {
  it('is published when half of the time is over, and not before', async () => {
    await allPublished(bench);
    const { number, this_update, next_update } = await last();
    const half = (+this_update + +next_update) / 2;
    clockAt(() => new Date(half - 1));
    expect(await publisher().publish(bench.authority.id)).toBeUndefined();
    clockAt(() => new Date(half));
    await until('the keeper has published', async () => ((await last()).number > number ? true : undefined));
    expect(+(await last()).this_update).toBe(Math.floor(half / 1_000) * 1_000);
    expect(openssl(['crl', '-inform', 'DER', '-noout', '-nextupdate'], (await fetchCrl()).bytes).text).toContain(`nextUpdate=${opensslTime(new Date(half + 7 * DAY_MS))}`);
  });

  it('comes at once, with the right date, when the last one is from the future', async () => {
    await allPublished(bench);
    clockAt(() => new Date(Date.now() + 30 * DAY_MS));
    await makeDue();
    await allPublished(bench);
    const future = await last();
    expect(+future.this_update).toBeGreaterThan(Date.now() + 29 * DAY_MS);
    clockAt(() => new Date());
    const next = await until('a list of today', async () => {
      const list = await last();
      return list.number > future.number ? list : undefined;
    });
    expect(Math.abs(+next.this_update - Date.now())).toBeLessThan(20_000);
    expect(next.number).toBeGreaterThan(future.number);
  });

  it('is not stored when the signature is wrong, and comes once it is right', async () => {
    await allPublished(bench);
    const before = await last();
    const hsm = bench.app.get(Hsm, { strict: false });
    const sign = hsm.sign.bind(hsm);
    hsm.sign = (label, message, ...more) => sign(label, Buffer.concat([message.subarray(0, -1), Buffer.from([0])]), ...more);
    await makeDue();
    await expect(until('published', () => publisher().publish(bench.authority.id))).rejects.toMatchObject({ code: 'hsm-signature-invalid' });
    expect(await last()).toEqual(before);
    expect(await bench.db.selectFrom('crl_due').select('authority_id').execute()).toHaveLength(1);
    hsm.sign = sign;
    await allPublished(bench);
    expect((await last()).number).toBeGreaterThan(before.number);
  });

  it('of an authority that issues no more still takes up what is revoked', async () => {
    const old = await issue();
    expect(old.authority).toBe(bench.authority.id);
    const certificateAuthority = bench.app.get(CertificateAuthorityService);
    const next = await makeAuthority(bench.app, { family: 'Test', keyType: 'P-384' });
    await registerEverywhere(bench.db, next.id);
    await bench.db.transaction().execute(async (tx) => {
      await bench.app.get(AuthorityRepository).moveState(tx, next.id, ['generated'], 'registered');
      await certificateAuthority.activate(tx, 'test', next.id, []);
    });
    await revoke(old.fingerprint);
    await allPublished(bench);
    expect(crlVerdict(scratch, old.ca, (await fetchCrl({}, '?format=pem')).bytes.toString(), old.pem).text).toContain('certificate revoked');
    const fresh = await issue();
    expect(fresh.authority).toBe(next.id);
    const list = await until('a list of the new authority', async () => {
      const answer = await fetchCrl({}, '?format=pem', next.id);
      return answer.status === 200 ? answer : undefined;
    });
    expect(crlVerdict(scratch, fresh.ca, list.bytes.toString(), fresh.pem)).toMatchObject({ ok: true });
    expect(await numbers(next.id)).toHaveLength(1);
  });
});

/** As openssl writes it. */
function opensslTime(time: Date): string {
  const [, month, day, rest] = /(\w{3})\s(\d\d) \d{4} ([\d:]{8})/.exec(time.toUTCString().replace(/^\w+, (\d\d) (\w+) (\d+)/, '$2 $1 $3')) ?? [];
  return `${month} ${day?.replace(/^0/, ' ')} ${rest} ${time.getUTCFullYear()} GMT`;
}
