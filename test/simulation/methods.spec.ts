import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { METHOD_NAMES } from '../../src/aws-iot/methods/parameters.js';
import { simulate } from '../../src/simulation/simulate.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;

beforeAll(async () => {
  service = await wholeService();
  demo = await service.demo();
}, 60_000);
afterAll(() => service.stop());

// The devices connect with mqtt.js, each to every account by SNI.
it.each(METHOD_NAMES)('%s: 20 units come from their order to connected devices in their accounts', async (method) => {
  const report = await simulate(demo, { method, order: `m-${method}`, stations: 4, units: 20 });
  expect(report).toMatchObject({ ok: true, method, passed: 20, failed: 0, problems: [], certificates: { distinct: 20 } });
  // Where AWS signs, one account.
  expect(report.things.map(({ count }) => count)).toEqual(method.startsWith('fleet-') ? [20] : [20, 20]);
}, 90_000);
