import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument } from '../support/openapi-document.js';
import { serviceBench } from '../support/service-bench.js';
import { brokenPromises, promisesOf } from './contract.js';

const DOCUMENT = join('clients', 'openapi.json');
/** What callers rely on. Lines are added by `npm run docs:openapi`; one that is to go is taken out by hand, for everybody to see. */
const PROMISED = join('clients', 'promised.txt');

const lines = (file: string) => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const HEADER = '# What the REST API promises to its callers, a line each (test/clients/contract.ts). `npm run docs:openapi` adds lines; taking one out breaks callers.\n';

/** With a line for each path and each schema, so that changes can be read. */
function lineByLine({ paths, components, ...rest }: OpenApiDocument): string {
  const members = (part: object) => `{\n${Object.entries(part).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}\n}`;
  const { schemas, ...others } = components;
  return `{${Object.entries(rest).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},\n`).join('')}"paths":${members(paths)},\n"components":{${Object.entries(others).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},\n`).join('')}"schemas":${members(schemas)}}}\n`;
}

describe('the committed clients/openapi.json', () => {
  let served: OpenApiDocument;
  beforeAll(async () => {
    const bench = await serviceBench({ ROLES: 'api' });
    served = (await bench.call('GET', '/openapi.json', undefined)).body as unknown as OpenApiDocument;
    await bench.close();
    if (process.env['WRITE_OPENAPI'] === undefined) return;
    const broken = brokenPromises(lines(PROMISED), promisesOf(served));
    if (broken.length > 0) throw new Error(`These promises to callers would be broken; take them out of ${PROMISED} by hand if they must be:\n${broken.join('\n')}`);
    writeFileSync(DOCUMENT, lineByLine(served));
    writeFileSync(PROMISED, `${HEADER}${promisesOf(served).join('\n')}\n`);
  });

  it('is what the service serves (npm run docs:openapi writes it)', () => {
    expect(JSON.parse(readFileSync(DOCUMENT, 'utf8'))).toEqual(served);
  });

  it('keeps every promise that was made to callers, and names each', () => {
    expect(brokenPromises(lines(PROMISED), promisesOf(served))).toEqual([]);
    const promised = new Set(lines(PROMISED));
    expect(promisesOf(served).filter((promise) => !promised.has(promise))).toEqual([]);
  });
});

describe('a change of the API breaks its callers', () => {
  const DOCUMENT_OF = (over: object, required: string[] = ['slot']): OpenApiDocument => ({
    paths: { '/v1/x': { post: {
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/In' } } } },
      responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: { properties: { job: { properties: { id: {} }, required: ['id'] } }, required: ['job'] } } } } } },
    } } },
    components: { schemas: { In: { properties: { slot: {}, mode: { enum: ['a', 'b'] }, ...over }, required } } },
  });
  const before = promisesOf(DOCUMENT_OF({}));

  it.each([
    ['a member must be sent from now on', DOCUMENT_OF({ order: {} }, ['slot', 'order']), ['new: POST /v1/x body application/json.order needed']],
    ['one that could be left out must be sent', DOCUMENT_OF({}, ['slot', 'mode']), ['no longer: POST /v1/x body application/json.mode taken', 'new: POST /v1/x body application/json.mode needed']],
    ['a word is no longer taken', DOCUMENT_OF({ mode: { enum: ['a'] } }), ['no longer: POST /v1/x body application/json.mode = "b"']],
    ['an operation goes', { paths: {}, components: { schemas: {} } }, before.map((promise) => `no longer: ${promise}`)],
  ])('where %s', (_what, after, broken) => {
    expect(brokenPromises(before, promisesOf(after))).toEqual(broken);
  });

  it('and not where something is added, or no longer needed', () => {
    expect(brokenPromises(before, promisesOf(DOCUMENT_OF({ note: { properties: { text: {} }, required: ['text'] }, mode: { enum: ['a', 'b', 'c'] } }, [])))).toEqual([]);
  });
});
