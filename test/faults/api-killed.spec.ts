import { GenerationRepository } from '../../src/certificate-authority/generation.repository.js';
import { Hsm } from '../../src/hsm/hsm.js';
import { until } from '../support/until.js';
import { crashingApi, endCrashingApis } from './second-api.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  endCrashingApis();
  await bench.close();
});

const STEPS = [
  // what is left in the ledger, what the repeated request is answered, and the states of the unit's certificates then
  ['before-reserve', [], 201, ['valid']],
  ['after-reserve', ['reserved'], 201, ['abandoned', 'valid']],
  ['after-sign', ['reserved'], 201, ['abandoned', 'valid']],
  ['after-complete', ['valid'], 200, ['valid']],
] as const;

describe.each(STEPS)('an api that is killed %s', (step, left, status, afterwards) => {
  const states = async (workOrder: string) =>
    (await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', workOrder).orderBy('reserved_at').execute()).map(({ state }) => state);
  const used = async (workOrder: string) => ((await bench.as('manager').get(`/v1/work-orders/${workOrder}`)).body['certificates'] as { used: number }).used;

  it('loses and doubles nothing: the repeated request gets the unit’s one certificate, within its quota of one', async () => {
    const { id, serials } = await bench.order(1);
    const api = await crashingApi(bench, step);
    const request = { workOrder: id, serial: serials[0]!, csr: csrFor(deviceKey()) };
    await expect(api.post('/v1/certificates', bench.keys.issuer, request)).rejects.toThrow('fetch failed');
    expect(await api.died).toBe('SIGKILL');
    expect(await states(id)).toEqual(left);
    // The quota may be counted too high after a crash, and never too low.
    expect(await used(id)).toBeGreaterThanOrEqual(left.filter((state) => (state as string) === 'valid').length);

    const repeated = await bench.as('issuer').post('/v1/certificates', request);
    expect(repeated.status).toBe(status);
    expect(await states(id)).toEqual(afterwards);
    expect(await used(id)).toBe(1);
    const [certificate] = (await bench.as('auditor').get(`/v1/certificates?serial=${serials[0]}`)).body['items'] as unknown[];
    expect(certificate).toBeDefined();
  });

  it('costs a station nothing: it asks again under its lease, even with a new key where nothing was stored', async () => {
    const { id, serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    const api = await crashingApi(bench, step);
    const csr = csrFor(deviceKey());
    await expect(api.post(`/v1/jobs/${jobId}/certificate`, bench.keys.station, { fence, csr })).rejects.toThrow('fetch failed');
    await api.died;
    expect(await states(id)).toEqual(left);
    // A device that keeps its key repeats it; one that lost it with the power makes another.
    const again = step === 'after-complete' ? csr : csrFor(deviceKey());
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: again })).status).toBe(status);
    expect(await states(id)).toEqual(afterwards);
    expect(await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' })).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
    expect(await used(id)).toBe(1);
  });
});

describe.each(['before its key is made', 'when its key is made', 'when it has signed its certificate', 'before it is recorded'])('an api that is killed over an authority, %s', (step) => {
  it('leaves a row that another process makes whole, with one key; the repeated request finds it', async () => {
    const family = `Killed${step.length}`;
    // Its own loop would be another process that comes first.
    const generations = bench.app.get(GenerationRepository, { strict: false });
    const claimDue = generations.claimDue.bind(generations);
    generations.claimDue = () => Promise.resolve([]);
    try {
      const api = await crashingApi(bench, step);
      await api.post('/v1/authorities', bench.keys.officer, { family }).catch(() => undefined);
      expect(await api.died).toBe('SIGKILL');
    } catch (error) {
      generations.claimDue = claimDue;
      throw error;
    }
    const id = `${family.toLowerCase()}-g1`;
    const { key_label, state } = await bench.db.selectFrom('authority').select(['key_label', 'state']).where('id', '=', id).executeTakeFirstOrThrow();
    expect(state).toBe('planned');
    expect((await bench.as('officer').post('/v1/authorities', { family })).body).toMatchObject({ id, state: 'under-way' });

    generations.claimDue = claimDue;
    const operation = await until(`${id} is made`, async () => {
      const { body } = await bench.as('officer').get(`/v1/authorities/operations/${id}`);
      return body['state'] === 'under-way' ? undefined : body;
    });
    expect(operation).toMatchObject({ state: 'done', attempts: 2 });
    const keys = await bench.app.get(Hsm, { strict: false }).listKeys();
    expect(keys.filter(({ label }) => label === key_label)).toHaveLength(1);
    expect(keys.filter(({ label }) => label.includes(family.toLowerCase()))).toHaveLength(1);
  });
});
