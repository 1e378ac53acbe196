import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../support/run-folders.js';
import { giveServerKeys } from '../support/sandbox-keys.js';
import { accept, FAULTS } from './accept.js';
import { Installation } from './installation.js';

const folder = newFolder('acceptance');
const over = new AbortController();
let installation: Installation;

beforeAll(async () => {
  await giveServerKeys(join(folder, 'sandbox'));
  installation = await Installation.start(folder, { LEASE_MS: '6000', HEARTBEAT_MS: '1000', POLL_WAIT_MS: '2000' });
}, 120_000);
afterAll(async () => {
  // Where the test has timed out.
  over.abort();
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Some 40 s of a machine that is not busy otherwise. `npm run acceptance` is the same with 300 stations of 8 slots, for ten minutes.
it('a line whose Redis is emptied and stopped, whose worker, api and stations are killed, loses no unit and doubles no certificate', async () => {
  const report = await accept(installation, { stations: 6, slots: 2, minutes: 0.3, taktMs: 1_000, failRate: 0.05, killsPerMinute: 15, connect: 0, seed: 'acceptance', faults: FAULTS, signal: over.signal }, 4_000, () => undefined);
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({
    ok: true, balance: { ordered: report.units, notBegun: 0, unaccounted: 0, passed: report.passed, begun: report.failed }, certificates: { distinct: report.passed, byAuthority: { 'lineside-g1': report.passed } },
    faults: [{ what: 'FLUSHALL of Redis' }, { what: 'kill -9 of the worker' }, { what: 'kill -9 of the api' }, { what: 'redis stopped for 4 s' }],
  });
  expect(report.passed).toBeGreaterThan(0);
  expect(report.leases.powerCuts.count).toBeGreaterThan(0);
  // Stations have noticed that the api was away.
  expect(report.unanswered).toBeGreaterThan(0);
  const logs = join(folder, 'logs');
  const fatal = readdirSync(logs).filter((file) => /uncaughtException|unhandledRejection/i.test(readFileSync(join(logs, file), 'utf8')));
  expect(fatal).toEqual([]);
}, 180_000);
