import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Hsm } from '../../src/hsm/hsm.js';
import { SignerPool } from '../../src/hsm/signer-pool.js';
import { initSoftHsmToken, writeSoftHsmConf } from '../../src/hsm/token-setup.js';
import { makeSoftHsm, type SoftHsm } from '../hsm/softhsm.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let hsm: SoftHsm;
let bench: ServiceBench;
const { SOFTHSM2_CONF } = process.env;

beforeAll(async () => {
  hsm = await makeSoftHsm();
  const { module, label, pinFile, conf } = hsm.setup;
  process.env['SOFTHSM2_CONF'] = conf;
  bench = await serviceBench({ HSM_MODULE: module, HSM_TOKEN: label, HSM_PIN_FILE: pinFile });
});
afterAll(async () => {
  process.env['SOFTHSM2_CONF'] = SOFTHSM2_CONF;
  await bench.close();
  await hsm.remove();
});

const pool = () => bench.app.get(SignerPool, { strict: false });
const killSigners = () => pool().processIds().forEach((pid) => process.kill(pid, 'SIGKILL'));
/** What /health/ready says once it says this, and once one of its reasons holds `reason`: it looks in the background, and may still tell of what was before. */
const readiness = (status: string, reason = '') =>
  until(`${status} ${reason}`, async () => {
    const answer = await bench.call('GET', '/health/ready', undefined);
    const reasons = (answer.body['reasons'] ?? []) as string[];
    return answer.body['status'] === status && (reason === '' || reasons.some((each) => each.includes(reason))) ? answer : undefined;
  });
const ask = async (serial: string, workOrder: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

it('is not ready beside a new token of the same label and PIN, refuses stations for a while only, and goes on with the right token', async () => {
  const { id, serials } = await bench.order(2);
  expect((await ask(serials[0]!, id)).status).toBe(201);
  await readiness('ready');

  // Made apart: a signer that starts meanwhile must not find half a token.
  const conf = `${hsm.setup.conf}-new`;
  await writeSoftHsmConf(conf, `${hsm.tokenDir}-new`);
  await initSoftHsmToken({ ...hsm.setup, conf });
  await rename(hsm.tokenDir, `${hsm.tokenDir}-right`);
  await rename(`${hsm.tokenDir}-new`, hsm.tokenDir);
  killSigners();
  expect(await readiness('not-ready', "hsm: Authority test-g1 can't sign: The HSM has no key")).toMatchObject({ status: 503 });
  expect(await ask(serials[1]!, id)).toMatchObject({ status: 503, body: { code: 'hsm-key-missing', retryable: true }, headers: { 'retry-after': expect.any(String) } });

  // A process that has not seen the key before says the same.
  await bench.restart();
  await readiness('not-ready', 'The HSM has no key');
  expect(await ask(serials[1]!, id)).toMatchObject({ status: 503, body: { code: 'hsm-key-missing', detail: expect.stringContaining('has no key') } });

  await rename(hsm.tokenDir, `${hsm.tokenDir}-wrong`);
  await rename(`${hsm.tokenDir}-right`, hsm.tokenDir);
  killSigners();
  await readiness('ready');
  expect((await ask(serials[1]!, id)).status).toBe(201);
});

it('commits nothing while the HSM can’t be asked, however often callers come back, and answers them again when it is there', async () => {
  const { id, serials } = await bench.order(10);
  const held = await bench.claim(serials[9]);
  await rename(hsm.tokenDir, `${hsm.tokenDir}-away`);
  killSigners();
  await until('the circuit is open', () => (pool().state().circuit === 'closed' ? undefined : true));

  const leaves = () => bench.db.selectFrom('log_leaf').select((eb) => eb.fn.countAll<number>().as('n')).where('subject', 'like', 'unit:%').executeTakeFirstOrThrow();
  const before = await leaves();
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all([
      ...serials.slice(0, 9).map((serial) => ask(serial, id)),
      bench.as('station').post(`/v1/jobs/${held.jobId}/certificate`, { fence: held.fence, csr: csrFor(deviceKey()) }),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, body: { code: 'hsm-unavailable', retryable: true }, headers: { 'retry-after': '1' } });
  }
  expect(await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', id).execute()).toEqual([]);
  expect(await leaves()).toEqual(before);
  const units = await bench.db.selectFrom('unit').select(['serial', 'state']).where('work_order_id', '=', id).orderBy('id').execute();
  expect(units.map(({ state }) => state)).toEqual([...Array.from({ length: 9 }, () => 'planned'), 'claimed']);

  await rename(`${hsm.tokenDir}-away`, hsm.tokenDir);
  await until('the HSM is asked again', () => (pool().state().circuit === 'closed' ? true : undefined));
  expect((await ask(serials[0]!, id)).status).toBe(201);
  expect((await bench.as('station').post(`/v1/jobs/${held.jobId}/certificate`, { fence: held.fence, csr: csrFor(deviceKey()) })).status).toBe(201);
});

it('waits for a signer that is being started, before anything is committed', async () => {
  const { id, serials } = await bench.order(1);
  killSigners();
  await until('no signer is ready', () => (pool().state().signers === 0 ? true : undefined));
  expect((await ask(serials[0]!, id)).status).toBe(201);
  expect(await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', id).execute()).toEqual([{ state: 'valid' }]);
});

it('is not ready while the token has two keys of the issuing authority’s label', async () => {
  const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } = hsm.settings;
  await promisify(execFile)(process.execPath, ['test/hsm/vendor-driver.mjs', 'bring a key', bench.authority.keyLabel, '0909'], { env: { ...hsm.environment, HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } });
  expect(await readiness('not-ready', 'more than one key')).toMatchObject({ status: 503 });
  killSigners();
  const { id, serials } = await bench.order(1);
  expect(await until('refused for two keys', async () => {
    const answer = await ask(serials[0]!, id);
    return answer.body['code'] === 'hsm-key-ambiguous' ? answer : undefined;
  })).toMatchObject({ status: 503, body: { retryable: true } });
});

it('costs no signature when it is asked, but by itself', async () => {
  const hsmOf = bench.app.get(Hsm, { strict: false });
  let probes = 0;
  const probe = hsmOf.probe.bind(hsmOf);
  hsmOf.probe = (key) => {
    probes++;
    return probe(key);
  };
  for (let index = 0; index < 500; index++) await bench.call('GET', '/health/ready', undefined);
  expect(probes).toBeLessThan(50);
});
