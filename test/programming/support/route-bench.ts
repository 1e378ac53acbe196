import { csrFor, deviceKey, type ServiceBench } from '../../support/service-bench.js';
import { until } from '../../support/until.js';

export const ROUTE = [{ name: 'burn-in' }, { name: 'provision', identity: true }, { name: 'test', retests: 3 }];

/** Stations that do one step each, orders of new products with routes, and units on their way. */
export async function routeBench(bench: ServiceBench) {
  /** Keys of the stations. */
  const at: Record<string, string> = {};
  for (const step of ['burn-in', 'provision', 'test']) {
    expect((await bench.as('manager').post('/v1/stations', { id: `${step}-1`, line: 'line-1', slots: ['1', '2'], steps: [step] })).status).toBe(201);
    at[step] = await bench.addKey('station', `${step}-1`);
  }
  let products = 0;
  const newProduct = () => `routed-${++products}`;

  /** A released order of one unit of a new product. */
  async function order(route: object[] = ROUTE, fields: { product?: object; order?: object; units?: number } = {}) {
    const product = newProduct();
    expect((await bench.as('manager').post('/v1/products', { name: product, route, ...fields.product })).status).toBe(201);
    const serials = Array.from({ length: fields.units ?? 1 }, (_, unit) => `R${products}-${unit}`);
    const made = await bench.as('manager').post('/v1/work-orders', { product, line: 'line-1', authority: 'Test', quantity: serials.length, targets: ['eu'], serials, ...fields.order });
    expect(made.status).toBe(201);
    const id = String(made.body['id']);
    expect((await bench.as('manager').post(`/v1/work-orders/${id}/release`)).status).toBe(200);
    return { id, product, serials, serial: serials[0]! };
  }

  const claim = (step: string, body: object = {}) => bench.call('POST', '/v1/station/claims', at[step], { slot: '1', ...body });

  /** What a station of the step tells of the job that it has claimed. */
  async function work(step: string, serial: string) {
    const granted = await claim(step, { serial });
    expect([step, granted]).toEqual([step, expect.objectContaining({ status: 200 })]);
    const { job, lease } = granted.body as { job: { id: string }; lease: { fence: number } };
    const tell = (what: string, body: object = {}) => bench.call('POST', `/v1/jobs/${job.id}/${what}`, at[step], { fence: lease.fence, ...body });
    return { granted, id: job.id, tell, certify: (key = deviceKey()) => tell('certificate', { csr: csrFor(key) }), report: (outcome: string, told: object = {}) => tell('result', { outcome, ...told }) };
  }

  const unit = async (serial: string) => (await bench.as('manager').get(`/v1/units/${serial}`)).body;
  const jobOf = async (serial: string) => (await unit(serial))['job'] as { id: string; state: string };

  /** The queue hears of a job from the log. */
  const inQueue = (step: string, serial: string) =>
    until(`${serial} waits in the queue of ${step}`, async () => ((await bench.redis.exists(`bull:line-line-1~${step}:${(await jobOf(serial)).id}-a1`)) === 1 ? true : undefined));

  /** Through the steps of ROUTE before `step`. Answers the unit's key. */
  async function bring(serial: string, step: string) {
    const key = deviceKey();
    if (step !== 'burn-in') expect((await (await work('burn-in', serial)).report('PASS')).status).toBe(200);
    if (step !== 'test') return key;
    const provision = await work('provision', serial);
    expect((await provision.certify(key)).status).toBe(201);
    expect((await provision.report('PASS')).status).toBe(200);
    return key;
  }

  return { at, newProduct, order, claim, work, unit, jobOf, inQueue, bring };
}
