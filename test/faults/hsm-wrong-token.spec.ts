import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Hsm } from '../../src/hsm/hsm.js';
import { SignerPool } from '../../src/hsm/signer-pool.js';
import { initSoftHsmToken, writeSoftHsmConf } from '../../src/hsm/token-setup.js';
import { lookAround } from '../../src/local/examination.js';
import { checkHsmKeys } from '../../src/local/hsm-keys-check.js';
import { checkService } from '../../src/local/service-checks.js';
import { damaged, filesOfKey, inside, type KeyFiles, lengthOf } from '../hsm/key-files.js';
import { makeSoftHsm, type SoftHsm } from '../hsm/softhsm.js';
import { csrFor, deviceKey, makeAuthority, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { newFolder } from '../support/run-folders.js';
import { until } from '../support/until.js';

let hsm: SoftHsm;
let bench: ServiceBench;
/** Of the key of the authority that issues. */
let issuing: KeyFiles;
/** CKA_LABEL and CKA_VALUE. */
const [LABEL, VALUE] = [0x3, 0x11];
const { SOFTHSM2_CONF } = process.env;

beforeAll(async () => {
  hsm = await makeSoftHsm();
  const { module, label, pinFile, conf } = hsm.setup;
  process.env['SOFTHSM2_CONF'] = conf;
  issuing = await filesOfKey(hsm.tokenDir, async () => {
    bench = await serviceBench({ HSM_MODULE: module, HSM_TOKEN: label, HSM_PIN_FILE: pinFile });
  });
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
/** What another program does to the token. */
const onToken = (...story: string[]) => {
  const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } = hsm.settings;
  return promisify(execFile)(process.execPath, ['test/hsm/vendor-driver.mjs', ...story], { env: { ...hsm.environment, HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } });
};
const bringKey = (label: string, id: string) => onToken('bring a key', label, id);
const folder = newFolder('doctor');
/** What doctor finds about the HSM, on a machine of its own SoftHSM. */
async function doctor() {
  if (!bench.app.getHttpServer().listening) await bench.app.listen(0, '127.0.0.1');
  await writeFile(join(folder, 'credentials.json'), JSON.stringify({ keys: { officer: bench.keys.officer } }));
  const around = await lookAround('.', { ...process.env, LINESIDE_DATA_DIR: folder });
  const { hsmModule: _, ...settings } = around.settings;
  const examined = { ...around, settings, isRunning: true, address: { baseUrl: await bench.app.getUrl() } };
  const service = (await checkService(examined)).find(({ name }) => name === 'service: hsm');
  return { service, keys: await checkHsmKeys(examined) };
}
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
  const putBack = expect.stringMatching(/put the folder .*hsm that holds this key back.*POST \/v1\/authorities \{"family":"Test"\}/);
  expect(await doctor()).toEqual({
    service: { name: 'service: hsm', state: 'fail', finding: expect.stringContaining('has no key'), remedy: expect.stringMatching(/put the folder .*hsm that holds this key back/) },
    keys: [{ name: 'keys on the HSM', state: 'fail', finding: `Authority test-g1 can issue nothing: the token has no key "${bench.authority.keyLabel}".`, remedy: putBack }],
  });

  // A key of the right label that is not the authority's.
  await bringKey(bench.authority.keyLabel, '0707');
  await readiness('not-ready', 'not the one that the certificate names');
  expect(await ask(serials[1]!, id)).toMatchObject({ status: 503, body: { code: 'authority-key-mismatch' } });
  expect(await doctor()).toEqual({
    service: { name: 'service: hsm', state: 'fail', finding: expect.stringContaining('not the one'), remedy: expect.stringContaining('another installation') },
    keys: [{ name: 'keys on the HSM', state: 'fail', finding: expect.stringContaining('is not the one that its certificate names'), remedy: putBack }],
  });

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

it('is not ready while the file of the issuing key is damaged, says whether that key or the whole token is of no use, and is ready once the file is back', async () => {
  const { id, serials } = await bench.order(1);
  await damaged(issuing.private, inside(issuing.private, VALUE), async () => {
    killSigners();
    expect(await readiness('not-ready', `Authority test-g1 can't sign: The HSM fails at the key "${bench.authority.keyLabel}"`)).toMatchObject({ status: 503 });
    expect(await ask(serials[0]!, id)).toMatchObject({ status: 503, body: { code: 'hsm-refused', retryable: true } });
    expect(pool().state()).toMatchObject({ circuit: 'closed', signers: expect.any(Number) });
    expect(await doctor()).toEqual({
      service: { name: 'service: hsm', state: 'fail', finding: expect.stringContaining('and at nothing else'), remedy: expect.stringContaining('What "keys on the HSM" says of a key comes first') },
      keys: [{ name: 'keys on the HSM', state: 'fail', finding: expect.stringContaining('Authority test-g1 can issue nothing: the token has the key'), remedy: expect.stringMatching(/put the folder .*hsm that holds this key back/) }],
    });
  });
  await damaged(issuing.private, lengthOf(issuing.private, VALUE), async () => {
    killSigners();
    expect(await readiness('not-ready', 'while it was being started')).toMatchObject({ status: 503 });
    expect((await doctor()).service).toMatchObject({ state: 'fail', finding: expect.stringContaining('while it was being started'), remedy: expect.stringContaining('What "HSM token" says comes first') });
  });
  await readiness('ready');
  expect((await ask(serials[0]!, id)).status).toBe(201);
});

it('waits for a signer that is being started, before anything is committed', async () => {
  const { id, serials } = await bench.order(1);
  killSigners();
  await until('no signer is ready', () => (pool().state().signers === 0 ? true : undefined));
  expect((await ask(serials[0]!, id)).status).toBe(201);
  expect(await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', id).execute()).toEqual([{ state: 'valid' }]);
});

it('is not ready while the token has two keys of the issuing authority’s label', async () => {
  expect((await doctor()).keys).toEqual([{ name: 'keys on the HSM', state: 'ok', finding: expect.any(String) }]);
  await bringKey(bench.authority.keyLabel, '0909');
  expect(await readiness('not-ready', 'more than one key')).toMatchObject({ status: 503 });
  const { key_id } = await bench.db.selectFrom('authority').select('key_id').where('id', '=', bench.authority.id).executeTakeFirstOrThrow();
  expect(await doctor()).toEqual({
    service: { name: 'service: hsm', state: 'fail', finding: expect.stringContaining('more than one key'), remedy: expect.stringContaining('never chooses between two') },
    keys: [{ name: 'keys on the HSM', state: 'fail', finding: expect.stringContaining('has several keys'), remedy: expect.stringContaining(`each but the one with CKA_ID ${key_id}`) }],
  });
  killSigners();
  const { id, serials } = await bench.order(1);
  expect(await until('refused for two keys', async () => {
    const answer = await ask(serials[0]!, id);
    return answer.body['code'] === 'hsm-key-ambiguous' ? answer : undefined;
  })).toMatchObject({ status: 503, body: { retryable: true } });
});

it('says of each authority what is wrong with its own key, and names the keys of nobody all the same', async () => {
  const lost = await makeAuthority(bench.app, { family: 'Lost', keyType: 'P-256' });
  const twin = await makeAuthority(bench.app, { family: 'Twin', keyType: 'P-256' });
  await onToken('lose a public half', lost.keyLabel);
  // A key that can't sign is no second key to sign with.
  await onToken('bring a key that signs nothing', twin.keyLabel, '0a0a');
  await bringKey('of nobody', '0b0b');
  const { status, body } = await bench.as('officer').get('/v1/hsm');
  expect({ status, keys: body['authorityKeys'], strayKeys: body['strayKeys'] }).toEqual({
    status: 200,
    keys: [
      expect.objectContaining({ authority: lost.id, onToken: 'unreadable', detail: expect.stringContaining('public half') }),
      expect.objectContaining({ authority: bench.authority.id, onToken: 'doubled' }),
      expect.objectContaining({ authority: twin.id, onToken: 'present' }),
    ],
    strayKeys: [{ label: 'of nobody', id: '0b0b' }],
  });
  expect((await doctor()).keys).toEqual([
    { name: 'keys on the HSM', state: 'warn', finding: expect.stringMatching(`Authority ${lost.id} \\(generated\\) can sign nothing: .*public half of the key "${lost.keyLabel}" is not on the token`), remedy: expect.stringMatching(/put the folder .*hsm that holds this key back/) },
    { name: 'keys on the HSM', state: 'fail', finding: expect.stringContaining(`Authority ${bench.authority.id} can issue nothing: the token has several keys`), remedy: expect.any(String) },
    { name: 'keys on the HSM', state: 'warn', finding: expect.stringContaining('"of nobody"'), remedy: expect.any(String) },
  ]);
  expect(await bench.app.get(Hsm, { strict: false }).sign(twin.keyLabel, Buffer.from('a message'))).toBeInstanceOf(Buffer);
});

it('names the authority whose key’s file is damaged, while the others sign, and the backup of the token', async () => {
  let hurt!: Awaited<ReturnType<typeof makeAuthority>>;
  const { private: file } = await filesOfKey(hsm.tokenDir, async () => {
    hurt = await makeAuthority(bench.app, { family: 'Hurt', keyType: 'P-256' });
  });
  const whole = await makeAuthority(bench.app, { family: 'Whole', keyType: 'P-256' });
  const putBack = expect.stringMatching(/put the folder .*hsm that holds this key back/);
  for (const [type, detail] of [[VALUE, 'fails at the key'], [LABEL, "label can't be read"]] as const) {
    await damaged(file, inside(file, type), async () => {
      killSigners();
      const found = (await until('doctor names it', async () => {
        const { keys } = await doctor();
        return keys.some(({ finding }) => finding.includes(detail)) ? keys : undefined;
      }));
      expect(found.filter(({ finding }) => /Hurt|Whole|hurt|whole/.test(finding))).toEqual([
        { name: 'keys on the HSM', state: 'warn', finding: expect.stringMatching(`Authority ${hurt.id} \\(generated\\) can sign nothing: .*${detail}`), remedy: putBack },
      ]);
      expect(await bench.app.get(Hsm, { strict: false }).sign(whole.keyLabel, Buffer.from('a message'))).toBeInstanceOf(Buffer);
    });
  }
  killSigners();
});

it('says of an officer’s key that is nobody’s that it could not look', async () => {
  const { officer } = bench.keys;
  bench.keys.officer = 'ls_officer_0123456789ab_gone';
  const { keys } = await doctor();
  bench.keys.officer = officer;
  expect(keys).toEqual([{ name: 'keys on the HSM', state: 'warn', finding: expect.stringContaining('could not be looked at'), remedy: expect.any(String) }]);
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
