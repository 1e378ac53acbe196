import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { METHOD_NAMES } from '../../src/aws-iot/methods/parameters.js';
import { simulate } from '../../src/simulation/simulate.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;

beforeAll(async () => {
  service = await wholeService();
  demo = await service.demo();
});
afterAll(() => service.stop());

const UNITS = 20;

// The devices connect with mqtt.js, each to every account by SNI.
it.each(METHOD_NAMES)(`%s: ${UNITS} units come from their order to connected devices in their accounts`, async (method) => {
  const report = await simulate(demo, { method, order: `m-${method}`, stations: 4, units: UNITS });
  expect(report).toMatchObject({ ok: true, method, passed: UNITS, failed: 0, problems: [], certificates: { distinct: UNITS } });
  // Where AWS signs, one account.
  expect(report.things.map(({ count }) => count)).toEqual(method.startsWith('fleet-') ? [UNITS] : [UNITS, UNITS]);
});

it.each(['fleet-claim', 'fleet-trusted-user'])('%s: the next generation takes over in the middle, and signs vouchers that the hook takes', async (method) => {
  const report = await simulate(demo, { method, order: `turn-${method}`, stations: 2, units: 6, rotate: true });
  expect(report).toMatchObject({ ok: true, passed: 6, failed: 0, problems: [], rotation: { from: expect.stringMatching(/-g1$/), to: expect.stringMatching(/-g2$/) } });
});
