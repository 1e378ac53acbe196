import { Validator } from '@seriousme/openapi-schema-validator';
import { DomainError } from '../../src/platform/errors/domain-error.js';
import { type ErrorCode, ERRORS } from '../../src/platform/errors/error-codes.js';
import { toProblem } from '../../src/platform/http/problem.js';
import { type Content, issuesOf, type OpenApiDocument, operationsOf, resolved } from '../support/openapi-document.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
let document: OpenApiDocument;
let operations: ReturnType<typeof operationsOf>;

beforeAll(async () => {
  bench = await serviceBench();
  document = (await bench.call('GET', '/openapi.json', undefined)).body as unknown as OpenApiDocument;
  operations = operationsOf(document);
});
afterAll(() => bench.close());

/** Names of the operations that break a rule; none should. */
const which = (breaks: (operation: (typeof operations)[number]) => boolean) => operations.filter(breaks).map(({ name }) => name);
const bodies = ({ content = {} }: Content = {}) => Object.entries(content).filter(([type]) => type !== 'application/problem+json');

it('is a valid OpenAPI document', async () => {
  expect(await new Validator().validate(document as never)).toEqual({ valid: true });
});

it('refers to nothing that it does not hold', () => {
  const references = new Set<string>();
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref') references.add(value as string);
    return value;
  });
  const pointed = (reference: string) => reference.replace('#/', '').split('/').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
  expect(references.size).toBeGreaterThan(40);
  expect([...references].filter((reference) => pointed(reference) === undefined)).toEqual([]);
});

it('gives every operation an id of its own, a summary and a description', () => {
  expect(operations.length).toBeGreaterThan(35);
  expect(which(({ operationId, summary, description }) => !operationId || !summary || !description)).toEqual([]);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
});

it('names the schemas of all JSON that comes and goes', () => {
  const unnamed = (content?: Content) => bodies(content).some(([type, { schema }]) => type === 'application/json' && schema.$ref === undefined);
  expect(which(({ requestBody, responses }) => unnamed(requestBody) || Object.values(responses).some(unnamed))).toEqual([]);
});

it('shows an example of every body, which its schema accepts', () => {
  const shown = operations.flatMap(({ name, requestBody, responses }) => [requestBody, ...Object.values(responses)].flatMap(bodies).map(([type, { schema, example }]) => ({ name, type, schema, example: example ?? schema.example })));
  expect(shown.filter(({ example }) => example === undefined).map(({ name }) => name)).toEqual([]);
  const refused = shown.filter(({ type }) => type === 'application/json').map(({ name, schema, example }) => [name, issuesOf(document, schema, example)] as const);
  expect(refused.filter(([, issues]) => issues !== undefined)).toEqual([]);
});

it('shows an example of everything that stands in a path', () => {
  expect(which(({ parameters = [] }) => parameters.some((parameter) => parameter.in === 'path' && resolved(document, parameter.schema).example === undefined))).toEqual([]);
});

it('names the codes of what each operation refuses, all of them published, under their status', () => {
  expect(which((operation) => (operation['x-error-codes'] ?? []).length === 0)).toEqual([]);
  for (const { name, responses, 'x-error-codes': codes = [] } of operations) {
    expect([name, codes.filter((code) => !(code in ERRORS))]).toEqual([name, []]);
    const shown = Object.entries(responses).flatMap(([status, { content }]) => Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => `${status} ${code}`));
    expect([name, shown.toSorted()]).toEqual([name, codes.map((code) => `${ERRORS[code as keyof typeof ERRORS].status} ${code}`).toSorted()]);
  }
});

it('names every published code at some operation, but those that are answered before any operation is called', () => {
  const named = new Set(operations.flatMap(({ 'x-error-codes': codes = [] }) => codes));
  expect(Object.keys(ERRORS).filter((code) => !named.has(code))).toEqual(['not-found', 'method-not-allowed', 'uri-too-long', 'headers-too-large', 'request-timeout', 'expectation-failed']);
});

it('of what a station is refused at work, all that nobody but a person can mend names that person', () => {
  const atWork = operations.filter(({ path }) => path.startsWith('/v1/station') || path.startsWith('/v1/jobs/')).filter(({ 'x-roles': roles = [] }) => roles.includes('station'));
  expect(atWork.length).toBeGreaterThan(4);
  const refused = [...new Set(atWork.flatMap(({ 'x-error-codes': codes = [] }) => codes as ErrorCode[]))].map((code) => ({ code, problem: toProblem(new DomainError(code, 'What happened')) }));
  // `origin-refused` is for browsers.
  const unclear = refused.filter(({ code, problem: { nextStep, operatorAction } }) => code !== 'origin-refused' && nextStep === 'call' && !/\b(call|ask) (somebody|the|a) /i.test(operatorAction));
  expect(unclear.map(({ code, problem }) => `${code}: ${problem.operatorAction}`)).toEqual([]);
});

it('says which operations need no caller', () => {
  const open = operations.filter(({ security }) => security?.length === 0 || security === undefined).map(({ name }) => name);
  expect(open.toSorted()).toEqual(['GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /v1/authorities/{id}/certificate', 'GET /v1/authorities/{id}/crl', 'POST /v1/enrolments']);
});
