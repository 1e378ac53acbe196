import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DailyReports } from '../../src/planning/daily-reports.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
const folder = mkdtempSync(join(tmpdir(), 'reports-'));
beforeAll(async () => {
  bench = await serviceBench({ REPORTS_DIR: folder, REPORTS_DAYS: '30' });
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const days = () => readdirSync(folder).toSorted();

it('keeps once a day what each order has come to, whole or not at all, and no longer than it should', async () => {
  const reports = bench.app.get(DailyReports, { strict: false });
  const today = new Date().toISOString().slice(0, 10);
  await until('today’s reports', async () => (days().includes(today) ? true : undefined));

  const [open, long] = [await bench.order(2), await bench.order(1)];
  await bench.as('issuer').post('/v1/certificates', { workOrder: open.id, serial: open.serials[0], csr: csrFor(deviceKey()) });
  await until('expected', () => bench.db.selectFrom('unit_target').select('unit_id').executeTakeFirst());
  await bench.as('manager').post(`/v1/work-orders/${long.id}/cancel`, {});
  await bench.db.updateTable('work_order').set({ state_since: new Date('2029-01-01') }).where('id', '=', long.id).execute();
  mkdirSync(join(folder, '2029-12-02'));
  mkdirSync(join(folder, '2029-12-01.7.unfinished'));
  writeFileSync(join(folder, 'notes.txt'), 'somebody’s own');
  await reports.write(new Date('2030-01-02T00:03:00Z'));
  expect(days()).toEqual(['2030-01-02', 'notes.txt']);
  expect(readdirSync(join(folder, '2030-01-02'))).toEqual([`${open.id}.json`]);
  const report = JSON.parse(readFileSync(join(folder, '2030-01-02', `${open.id}.json`), 'utf8'));
  const { body } = await bench.as('manager').get(`/v1/work-orders/${open.id}/reconciliation`);
  expect(report).toEqual({ ...body, at: '2030-01-02T00:03:00.000Z', state: 'released' });
  expect(report.targets).toMatchObject([{ target: 'eu', issued: 1, passed: 0 }]);

  rmSync(join(folder, '2030-01-02', `${open.id}.json`));
  await reports.write(new Date('2030-01-02T12:00:00Z'));
  expect(readdirSync(join(folder, '2030-01-02'))).toEqual([]);
});
