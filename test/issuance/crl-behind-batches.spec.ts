import { sql } from 'kysely';
import { Hsm } from '../../src/hsm/hsm.js';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { NetworkHsm } from '../hsm/network-hsm.js';
import { until } from '../support/until.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let hsm: NetworkHsm;
let bench: ServiceBench;
const { P11_KIT_SERVER_ADDRESS } = process.env;

beforeAll(async () => {
  hsm = await NetworkHsm.start();
  process.env['P11_KIT_SERVER_ADDRESS'] = hsm.environment['P11_KIT_SERVER_ADDRESS'];
  const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } = hsm.settings;
  bench = await serviceBench({ HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, ROLES: 'api' });
});
afterAll(async () => {
  if (P11_KIT_SERVER_ADDRESS === undefined) delete process.env['P11_KIT_SERVER_ADDRESS'];
  else process.env['P11_KIT_SERVER_ADDRESS'] = P11_KIT_SERVER_ADDRESS;
  hsm.latencyMs = 0;
  await bench.close();
  await hsm.remove();
});

const publisher = () => bench.app.get(CrlPublisher, { strict: false });
const token = () => bench.app.get(Hsm, { strict: false });
const makeDue = () => bench.db.insertInto('crl_due').values({ authority_id: bench.authority.id }).execute();

it('is published within a few signatures on a slow token while two batches run and stations go on asking', async () => {
  await makeDue();
  await token().sign(bench.authority.keyLabel, Buffer.of(1));
  hsm.latencyMs = 25;
  await token().sign(bench.authority.keyLabel, Buffer.of(1));

  let signed = 0;
  let done = false;
  const ask = (work: 'station' | 'batch') => token().sign(bench.authority.keyLabel, Buffer.of(2), { work }).then(() => (signed += 1));
  const batches = Array.from({ length: 2 * 60 }, () => ask('batch'));
  const stations = Array.from({ length: 4 }, async () => {
    while (!done) await ask('station');
  });
  await Promise.race(batches);
  const before = signed;
  const head = await publisher().publish(bench.authority.id);
  done = true;
  expect(head).toMatchObject({ entries: 0 });
  // Those with the signer already, three stations before the list, and its own turn.
  expect(signed - before).toBeLessThanOrEqual(8);
  hsm.latencyMs = 0;
  await Promise.all([...batches, ...stations]);
});

it('rests in no transaction while the HSM signs, so that the ledger’s time limits can’t end it', async () => {
  await makeDue();
  const signing = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const hsmOfService = token();
  const sign = hsmOfService.sign.bind(hsmOfService);
  hsmOfService.sign = async (...asked) => {
    signing.resolve();
    await goOn.promise;
    return sign(...asked);
  };
  const published = publisher().publish(bench.authority.id);
  await signing.promise;
  // Other work of the service has transactions too, but none that rest for good.
  await until('nothing rests in a transaction', async () => {
    const { rows } = await sql`select state from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`.execute(bench.db);
    return rows.length === 0 ? true : undefined;
  });
  // Its number is taken meanwhile: nobody makes another list of this authority.
  expect(await publisher().publish(bench.authority.id)).toBeUndefined();
  goOn.resolve();
  expect(await published).toBeDefined();
  hsmOfService.sign = sign;
});

it('is made by another process when the one that reserved its number is gone', async () => {
  await makeDue();
  const last = await bench.db.selectFrom('crl').select('number').where('authority_id', '=', bench.authority.id).orderBy('number', 'desc').limit(1).executeTakeFirstOrThrow();
  await bench.db
    .insertInto('crl_draft')
    .values({ authority_id: bench.authority.id, number: last.number + 1, held_by: 2_000_000_000, ends_at: new Date(Date.now() + 600_000) })
    .execute();
  expect((await publisher().publish(bench.authority.id))?.number).toBeGreaterThan(last.number);
});
