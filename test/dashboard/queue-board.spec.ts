import { createApp } from '../../src/create-app.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

interface BoardQueue {
  name: string;
  counts: Record<string, number>;
  jobs: { id: string; name: string; data: Record<string, unknown> }[];
}

const board = async (query = '') => (await bench.call('GET', `/admin/queues/api/queues${query}`, bench.keys.manager)).body['queues'] as BoardQueue[];
const jobsOf = async (status: string) => (await board(`?activeQueue=line-line-1~provision&status=${status}&page=1&jobsPerPage=10`))[0]!.jobs;

it('counts as /v1/queues does, at the same moment, also what Redis has never seen or has forgotten', async () => {
  await bench.order(4);
  for (const outcome of ['FAIL', 'ERROR']) {
    const { jobId, fence } = await bench.claim();
    await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome });
  }
  await bench.claim();
  await bench.redis.flushdb();
  const { items } = (await bench.as('manager').get('/v1/queues')).body as { items: { jobs: Record<string, number> }[] };
  const { queued, leased, passed, failed } = items[0]!.jobs;
  expect([queued, leased, failed]).toEqual([2, 1, expect.any(Number)]);
  expect((await board())[0]!.counts).toMatchObject({ waiting: queued, active: leased, completed: passed, failed });
});

it('names each job by the serial of its unit and its order, in each state', async () => {
  const { id, serials } = await bench.order(3);
  const failed = await bench.claim();
  await bench.as('station').post(`/v1/jobs/${failed.jobId}/result`, { fence: failed.fence, outcome: 'FAIL' });
  await bench.claim(undefined, '2');
  const shown = async (status: string) => (await jobsOf(status)).map(({ name, data }) => [name, data['serial'], data['workOrder'], data['slot']]);
  expect(await shown('waiting')).toEqual([[`${serials[2]} · ${id}`, serials[2], id, null]]);
  expect(await shown('active')).toEqual([[`${serials[1]} · ${id}`, serials[1], id, '2']]);
  expect((await shown('failed'))[0]).toEqual([`${serials[0]} · ${id}`, serials[0], id, null]);
  const one = await bench.call('GET', `/admin/queues/api/queues/line-line-1~provision/${failed.jobId}`, bench.keys.manager);
  expect(one).toMatchObject({ status: 200, body: { job: { data: { serial: serials[0] } }, status: 'failed' } });
});

it('asks nobody on the internet: its page and its styles name this service only', async () => {
  const page = String((await bench.call('GET', '/admin/queues', bench.keys.manager)).body['text']);
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  const parts = [...page.matchAll(/(?:src|href)="(static\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    const { status, body } = await bench.call('GET', `/admin/queues/${part}`, bench.keys.manager);
    expect([part, status]).toEqual([part, 200]);
    if (part.endsWith('.css')) expect(String(body['text'])).not.toMatch(/(url\(|@import)\s*["']?(https?:)?\/\//);
  }
});

it('shows a line that another replica has made', async () => {
  const replica = await createApp({ ...bench.config, ROLES: ['api'] } as never, false as never);
  try {
    const made = await replica.inject({ method: 'POST', url: '/v1/lines', headers: { authorization: `Bearer ${bench.keys.manager}` }, payload: { id: 'line-2' } });
    expect(made.statusCode).toBe(201);
  } finally {
    await replica.close();
  }
  expect((await board()).map(({ name }) => name)).toEqual(['line-line-1~provision', 'line-line-2~provision']);
});
