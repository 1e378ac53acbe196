import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { encodeCrlEntry } from '../../src/x509/crl.js';
import { newSerialNumber } from '../../src/x509/serial-number.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { turnsDuring } from '../support/turns.js';
import { openssl, Scratch } from '../x509/external-tools.js';
import { allPublished, crlVerdict } from './published-crl.js';

const REVOKED = 50_000;
let bench: ServiceBench;
const scratch = new Scratch();
beforeAll(async () => {
  // The test itself says when a list is made.
  bench = await serviceBench({ ROLES: 'api' });
  await revokeMany(REVOKED);
});
afterAll(async () => {
  await bench.close();
  scratch.remove();
});

/** Rows as a revocation leaves them, of one unit that was very unlucky. */
async function revokeMany(count: number) {
  const { id: order, serials } = await bench.order(1);
  const { id: unit } = await bench.db.selectFrom('unit').select('id').where('serial', '=', serials[0]!).executeTakeFirstOrThrow();
  const at = new Date();
  for (let done = 0; done < count; done += 10_000) {
    const numbers = Array.from({ length: 10_000 }, () => newSerialNumber());
    await sql`insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, der, fingerprint,
        not_before, not_after, reserved_by, revoked_at, revocation_reason, crl_entry)
      select encode(n, 'hex'), ${unit}, ${order}, ${bench.authority.id}, 'device', 'revoked', n, n, n, encode(n, 'hex'), now(), now(), 1, ${at}, 'superseded', e
      from unnest(${numbers}::bytea[], ${numbers.map((number) => encodeCrlEntry(number, at, 'superseded'))}::bytea[]) as many (n, e)`.execute(bench.db);
  }
  await sql`analyze certificate`.execute(bench.db);
}

const makeDue = () => bench.db.insertInto('crl_due').values({ authority_id: bench.authority.id }).execute();
const publish = () => bench.app.get(CrlPublisher, { strict: false }).publish(bench.authority.id);
const fetchCrl = (query = '') => bench.app.inject({ method: 'GET', url: `/v1/authorities/${bench.authority.id}/crl${query}` });

async function issue() {
  const { id, serials } = await bench.order(1);
  const { status, body } = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) });
  return { status, pem: String(body['certificate']), ca: String(body['chain']), fingerprint: String(body['fingerprint']) };
}

it('makes a list of 50,000 in small steps, while certificates are issued', async () => {
  await makeDue();
  // A page of entries a step, and a step a turn at the most. (How long a turn takes is measured in bench/, not here.)
  const turns = await turnsDuring(async () => expect(await publish()).toMatchObject({ entries: REVOKED }));
  expect(turns).toBeGreaterThan(REVOKED / 2_000);

  let issued = 0;
  await makeDue();
  let publishing = true;
  await Promise.all([
    publish().finally(() => (publishing = false)),
    (async () => {
      while (publishing) {
        expect((await issue()).status).toBe(201);
        issued++;
      }
    })(),
  ]);
  expect(issued).toBeGreaterThan(0);
});

it('lists each of them, and openssl refuses just those', async () => {
  const [good, bad] = [await issue(), await issue()];
  await bench.as('officer').post(`/v1/certificates/${bad.fingerprint}/revoke`, { reason: 'keyCompromise' });
  await publish();
  await allPublished(bench);
  const pem = (await fetchCrl('?format=pem')).body;
  expect(crlVerdict(scratch, good.ca, pem, good.pem)).toMatchObject({ ok: true });
  expect(crlVerdict(scratch, good.ca, pem, bad.pem).text).toContain('certificate revoked');
  const ledger = await bench.db.selectFrom('certificate').select('serial_number').where('state', '=', 'revoked').execute();
  const der = (await fetchCrl()).rawPayload;
  expect(openssl(['crl', '-inform', 'DER', '-noout', '-verify', '-CAfile', scratch.write('ca.pem', good.ca)], der).text).toContain('verify OK');
  const listed = new Set(der.toString('hex').match(/0214[0-9a-f]{40}(?=170d)/g)?.map((integer) => integer.slice(4)));
  expect(ledger.filter(({ serial_number }) => !listed.has(serial_number))).toEqual([]);
  expect(listed.size).toBe(REVOKED + 1);
});

it('costs an issuance nothing that grows: no statement of it reads what is revoked', async () => {
  const plan = async (query: ReturnType<typeof sql>) => JSON.stringify((await sql`explain (format json) ${query}`.execute(bench.db)).rows);
  const live = await plan(sql`select 1 from certificate where unit_id = 1 and state in ('reserved', 'valid') and standing = 'current'`);
  const byKey = await plan(sql`select 1 from device_key where identity = ${randomBytes(32)}`);
  for (const text of [live, byKey]) expect(text).not.toContain('Seq Scan');
  const page = await plan(sql`select crl_entry from certificate where authority_id = ${bench.authority.id} and state = 'revoked'
    and (revoked_at, serial_number) > (now() - interval '1 hour', '') order by revoked_at, serial_number limit 2000`);
  expect(page).toContain('certificate_revoked');
});
