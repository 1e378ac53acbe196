import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../support/run-folders.js';
import { giveServerKeys } from '../support/sandbox-keys.js';
import { accept, REPLICA_FAULTS } from './accept.js';
import { Installation } from './installation.js';

const folder = newFolder('acceptance');
let installation: Installation;

beforeAll(async () => {
  await giveServerKeys(join(folder, 'sandbox'));
  installation = await Installation.start(folder, { LEASE_MS: '6000', HEARTBEAT_MS: '1000', POLL_WAIT_MS: '2000' }, 2);
}, 120_000);
afterAll(async () => {
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// `npm run acceptance -- --replicas` is the same with 300 stations of 8 slots, for ten minutes.
it('two apis and two workers, of which one each is killed and the other stopped under load, lose no unit and double no certificate', async () => {
  const report = await accept(installation, { stations: 6, slots: 2, minutes: 0.4, taktMs: 1_000, failRate: 0.05, killsPerMinute: 0, connect: 0, seed: 'replicas', faults: REPLICA_FAULTS }, 4_000, () => undefined);
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({
    ok: true, balance: { ordered: report.units, notBegun: 0, unaccounted: 0, passed: report.passed, begun: report.failed }, certificates: { distinct: report.passed, byAuthority: { 'lineside-g1': report.passed } },
    faults: [{ what: 'kill -9 of the api' }, { what: 'api-2 stopped for 4 s' }, { what: 'kill -9 of the worker' }, { what: 'worker-2 stopped for 4 s' }],
  });
  expect(report.passed).toBeGreaterThan(0);
  expect(report.unanswered).toBeGreaterThan(0);
}, 180_000);
