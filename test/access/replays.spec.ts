import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { REPLAYS } from '../../src/access/replays.js';
import { type OpenApiDocument, operationsOf } from '../support/openapi-document.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { officerRepeatsOn } from './support/officer-repeats.js';
import { repeatsOn } from './support/repeats.js';
import { stationRepeatsOn } from './support/station-repeats.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api', LEASE_MS: '60000' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const REPEATS = { ...repeatsOn(() => bench), ...officerRepeatsOn(() => bench), ...stationRepeatsOn(() => bench) };

/** Those that need an AWS, a stream or a unit in the field: test/aws-iot, test/identity, test/planning, test/programming, test/renewal and test/webhooks repeat them. */
const ELSEWHERE = [
  'POST /v1/webhooks', 'PATCH /v1/webhooks/{id}', 'DELETE /v1/webhooks/{id}', 'POST /v1/webhooks/{id}/replay', 'POST /v1/certificates/batch', 'POST /v1/products/{name}/serials', 'POST /v1/units/ship', 'POST /v1/renewals/batch', 'POST /v1/results/batch', 'POST /v1/units/{serial}/renewal', 'POST /v1/units/{serial}/renewal/seen', 'POST /v1/units/{serial}/renewal/retry', 'POST /v1/units/{serial}/renewal/cancel',
  'POST /v1/aws/registrations/{authority}/{target}/apply', 'POST /v1/aws/registrations/{authority}/{target}/accept', 'POST /v1/aws/bulk-registrations/{id}/send-again', 'POST /v1/aws/installer-claims',
  // With a station's certificate: test/stations.
  'POST /v1/station/certificate',
];

describe('a repeat with the same Idempotency-Key is answered with what holds by then, and does nothing again', () => {
  it.each(Object.entries(REPEATS))('%s', async (_name, prepare) => {
    const { request, meanwhile, now } = await prepare();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await request(headers);
    expect([first.status < 400, first.body]).toEqual([true, first.body]);
    await meanwhile?.(first);
    const { status, body, headers: told } = await request(headers);
    expect({ status, body, headers: told }).toMatchObject(now(first));
  });

  it('these are all operations that change something', async () => {
    const document = (await bench.call('GET', '/openapi.json', undefined)).body as unknown as OpenApiDocument;
    const changing = operationsOf(document).filter(({ method }) => method !== 'GET').map(({ name }) => name);
    expect([...Object.keys(REPEATS), ...ELSEWHERE].toSorted()).toEqual(changing.toSorted());
  });

  it('each of them whose answer says anything says how that is answered again', () => {
    expect(unsaid(bench.app)).toEqual(['KeysController.revoke']);
  });
});

/** Handlers of changes that leave it to the answer that was kept. */
function unsaid(app: INestApplicationContext): string[] {
  const GET = 0;
  const types = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) => [...controllers.values()].map(({ metatype }) => metatype as { name: string; prototype: Record<string, object> }));
  return types.flatMap(({ name, prototype }) => Object.getOwnPropertyNames(prototype)
    .filter((member) => member !== 'constructor')
    .filter((member) => Reflect.getMetadata(METHOD_METADATA, prototype[member]!) > GET && Reflect.getMetadata(REPLAYS, prototype[member]!) === undefined)
    .map((member) => `${name}.${member}`)).toSorted();
}
