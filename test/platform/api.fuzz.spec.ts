import { ERRORS } from '../../src/platform/errors/error-codes.js';
import type { Role } from '../../src/platform/http/roles.js';
import { type OpenApiDocument, operationsOf } from '../support/openapi-document.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { type Footing, type FuzzedRequest, fuzzedRequests, toInject } from './api-fuzz.js';

// `npm run fuzz:api` sends more, from another seed.
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1_500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_126);
/** Requests under way at a time. */
const AT_A_TIME = 8;

let bench: ServiceBench;
let document: OpenApiDocument;
let footing: Footing;
/** Operations that were answered with success at least once, and codes of problems that were met. */
const done = new Set<string>();
const codes = new Set<string>();

beforeAll(async () => {
  bench = await serviceBench();
  document = (await bench.call('GET', '/openapi.json', undefined)).body as unknown as OpenApiDocument;
  const { id, serials } = await bench.order(40);
  // Some operations end what they name, so those get one of their own.
  const other = await bench.order(2);
  const { jobId, fence } = await bench.claim();
  const ended = await bench.claim(undefined, '2');
  const ends = (operation: string) => /\/(result|release|hold|resume|close|cancel)$/.test(operation);
  const issued = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[39], csr: csrFor(deviceKey()) });
  const csr = csrFor(deviceKey());
  // Of its own, since some operations pause or retire what they name.
  await bench.as('officer').post('/v1/aws/targets', { name: 'fuzzed', accountId: '333333333333', region: 'eu-west-1', provisioningRoleArn: 'arn:aws:iam::333333333333:role/p', controlEndpoint: 'http://127.0.0.1:9' });
  await bench.as('manager').post('/v1/stations', { id: 'fuzzed', line: 'line-1' });
  const [paused, webhook] = await Promise.all([
    bench.as('manager').post('/v1/pauses', { station: 'fuzzed', reason: 'a test' }),
    bench.as('admin').post('/v1/webhooks', { url: 'http://127.0.0.1:9/', events: ['work-order.created'] }),
  ]);
  const ids: [string, string][] = [['/pauses/', String(paused.body['id'])], ['/webhooks/', String(webhook.body['id'])], ['/stations/', 'fuzzed'], ['/authorities/', bench.authority.id]];
  const places: Record<string, string | undefined> = { id: undefined, serial: serials[0], fingerprint: String(issued.body['fingerprint']), name: 'fuzzed', authority: bench.authority.id, target: 'eu', workOrder: id };
  const members: Record<string, unknown> = {
    fence, csr, slot: '2', waitMs: 0, line: 'line-1', station: 'a', authority: 'Test', targets: ['eu'], workOrder: id, serial: serials[39],
    accountId: '222222222222', provisioningRoleArn: 'arn:aws:iam::222222222222:role/p',
  };
  footing = {
    path: (operation, name) => {
      if (name === 'name' && operation.includes('/products/')) return 'sensor';
      if (name !== 'id') return places[name];
      if (operation.includes('/jobs/')) return ends(operation) ? ended.jobId : jobId;
      const known = ids.find(([place]) => operation.includes(place));
      if (known) return known[1];
      return operation.includes('/work-orders/') ? (ends(operation) ? other.id : id) : undefined;
    },
    member: (operation, name) => (name === 'fence' && ends(operation) ? ended.fence : members[name]),
  };
});
afterAll(() => bench.close());

/** What is wrong with the answer to this request, or undefined. */
async function find(request: FuzzedRequest): Promise<string | undefined> {
  const { operation, changes } = request;
  const [role] = operation['x-roles'] ?? [];
  const answer = await bench.app.inject(toInject(request, role === undefined ? undefined : bench.keys[role as Role]));
  const status = answer.statusCode;
  const told = (what: string) => `${what}: ${status} to ${operation.name} as ${request.url.slice(0, 200)} ${JSON.stringify(request.headers)} ${request.payload?.slice(0, 200) ?? ''} → ${answer.body.slice(0, 300)}`;
  if (status < 400) done.add(operation.name);
  if (status < 400) return operation.responses[status] === undefined && !changes.includes('path') ? told('a status that is not documented') : undefined;
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return told('no problem+json');
  const { code, status: said } = answer.json<{ code: keyof typeof ERRORS; status: number }>();
  codes.add(code);
  if (status === 500) return told('a failure');
  if (ERRORS[code]?.status !== status || said !== status) return told('a code that is not published');
  // With another path it may be another operation.
  if (!changes.includes('path') && !operation['x-error-codes']?.includes(code)) return told('a code that the operation does not name');
  return undefined;
}

it(`answers ${REQUESTS} spoilt requests as /openapi.json says, and fails at none`, async () => {
  const requests = fuzzedRequests(document, footing, SEED, REQUESTS);
  const finds: string[] = [];
  const workOff = async () => {
    for (let next = requests.next(); !next.done; next = requests.next()) {
      const found = await find(next.value);
      if (found !== undefined) finds.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, workOff));
  expect(finds).toEqual([]);
  // Many get past the first check.
  expect(done.size).toBeGreaterThan(operationsOf(document).length * 0.6);
  expect(codes.size).toBeGreaterThan(15);
}, 60_000 + REQUESTS * 40);
