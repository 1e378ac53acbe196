import { HealthChecks } from '../../src/platform/health/health-checks.js';
import { until } from '../support/until.js';

let checks: HealthChecks;
beforeEach(() => {
  checks = new HealthChecks();
});
afterEach(() => checks.onModuleDestroy());

const never = () => new Promise<never>(() => undefined);
/** The service has started; resolves when its first round has ended. */
const begin = () => {
  checks.onApplicationBootstrap();
  return checks.report();
};

it('asks each part once, however many ask whether it is ready', async () => {
  let asked = 0;
  checks.add('hsm', () => Promise.resolve(asked++));
  checks.onApplicationBootstrap();
  const reports = await Promise.all(Array.from({ length: 1_000 }, () => checks.report()));
  for (let index = 0; index < 1_000; index++) reports.push(await checks.report());
  expect(asked).toBe(1);
  expect(new Set(reports.map(({ status }) => status))).toEqual(new Set(['ready']));
});

it('takes a probe that throws for one that rejects', async () => {
  checks.add('clock', () => {
    throw new Error('wrong');
  });
  expect(await begin()).toMatchObject({ status: 'not-ready', reasons: ['clock: wrong'] });
});

it('looks at once when something has failed, also while a look is under way, and once for all who say so', async () => {
  let works = true;
  let asked = 0;
  const held = Promise.withResolvers<void>();
  checks.add('ledger', async () => {
    asked += 1;
    const answer = works;
    if (asked === 2) await held.promise;
    if (!answer) throw new Error('away');
  });
  // Without its loop, so that nothing but `lookNow` makes it look.
  expect(await checks.report()).toMatchObject({ status: 'ready' });
  checks.lookNow();
  await until('a look is under way', async () => (asked === 2 ? true : undefined));
  works = false;
  for (let lost = 0; lost < 20; lost++) checks.lookNow();
  held.resolve();
  expect(await until('not ready', async () => ((await checks.report()).ready ? undefined : checks.report()))).toMatchObject({ reasons: ['ledger: away'] });
  expect(asked).toBe(3);
});

it('looks again by itself', async () => {
  let works = false;
  checks.add('ledger', () => (works ? Promise.resolve() : Promise.reject(new Error('away'))));
  expect(await begin()).toMatchObject({ status: 'not-ready', ready: false, reasons: ['ledger: away'] });
  works = true;
  const later = await until('ready', async () => ((await checks.report()).ready ? checks.report() : undefined));
  expect(later).toMatchObject({ status: 'ready', reasons: [], checks: { ledger: { ok: true } } });
});

it('is degraded, and ready all the same, without a part that the line goes on without', async () => {
  checks.add('hsm', () => Promise.resolve());
  checks.add('redis', () => Promise.reject(new Error('away')), { needed: false });
  expect(await begin()).toMatchObject({ status: 'degraded', ready: true, reasons: ['redis: away'], checks: { hsm: { ok: true }, redis: { ok: false } } });
});

it('sends no second probe to a part that does not answer, and says so', async () => {
  let asked = 0;
  let rounds = 0;
  checks.add('hsm', () => {
    asked++;
    return never();
  });
  checks.add('ledger', () => Promise.resolve(rounds++));
  expect(await begin()).toMatchObject({ status: 'not-ready', reasons: ['hsm: no answer within 3000 ms'] });
  await until('another round', () => (rounds > 1 ? true : undefined));
  expect(asked).toBe(1);
});

it('lets the service stop at once while a part hangs', async () => {
  checks.add('hsm', never);
  checks.onApplicationBootstrap();
  const report = checks.report();
  await checks.onModuleDestroy();
  expect(await report).toMatchObject({ reasons: ['hsm: the service is shutting down'] });
});
