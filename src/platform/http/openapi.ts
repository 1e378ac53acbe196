import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type ErrorCode, type ErrorEntry, ERRORS } from '../errors/error-codes.js';
import { NEXT_STEPS } from '../errors/next-step.js';
import { assertTaken } from './declared-query.interceptor.js';
import { REFUSALS, STREAMED_BODY } from './operation.js';
import { PROBLEM_JSON } from './problem.js';
import { IS_PUBLIC } from './public.js';
import { ALLOWED_ROLES } from './roles.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { [IS_PUBLIC]?: true; [ALLOWED_ROLES]?: string[]; [REFUSALS]?: ErrorCode[]; [STREAMED_BODY]?: { mediaType: string; example: string } };
type Response = Exclude<Operation['responses'][string], { $ref: string } | undefined>;
type Components = NonNullable<OpenAPIObject['components']>;

/** What any operation may refuse, what those that need a caller may, and what those that change something may. */
const OF_ALL: readonly ErrorCode[] = ['request-invalid', 'too-many-requests', 'internal', 'ledger-unavailable', 'ledger-busy', 'service-stopping'];
const OF_CLOSED: readonly ErrorCode[] = ['caller-unknown', 'role-missing'];
/** What stations hear besides, wherever they call. */
const OF_STATIONS: readonly ErrorCode[] = ['station-disabled', 'station-not-enrolled', 'station-certificate-refused', 'station-session-ended', 'station-session-needed'];
const OF_MUTATIONS: readonly ErrorCode[] = ['request-too-large', 'media-type-unsupported', 'origin-refused', 'idempotency-key-reused', 'request-in-progress'];

/** RFC 9457 with our own members; every refusal of every route. */
const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().meta({ description: 'Stable, kebab-case' }),
  retryable: z.boolean(),
  operatorAction: z.string().meta({ description: 'One sentence for the person at the station, or for whoever else called' }),
  nextStep: z.enum(NEXT_STEPS).optional().meta({ description: 'For stations: what their software does now' }),
  retryAfterMs: z.number().optional(),
  requestId: z.string(),
});

function exampleOf(code: ErrorCode) {
  const { title, status, retryable, action, retryAfterMs }: ErrorEntry = ERRORS[code];
  return {
    type: `urn:lineside:problem:${code}`, title, status, detail: title, code, retryable, operatorAction: action, ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    requestId: '2c1f6a3e-8a55-4a0c-9d3b-5f0f6f3f7a11',
  };
}

function problemSchema() {
  return { ...z.toJSONSchema(Problem, { target: 'openapi-3.0' }), example: exampleOf('lease-lost') } as NonNullable<Components['schemas']>[string];
}

/** Serves /openapi.json and, made from it, /docs. */
export function addOpenApi(app: NestFastifyApplication) {
  const about = new DocumentBuilder().setTitle('Lineside').setDescription(ABOUT).setVersion('1').addBearerAuth().build();
  const make = () => complete(SwaggerModule.createDocument(app, about, { operationIdFactory }));
  refuseQueries(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  SwaggerModule.setup('docs', app, make, { jsonDocumentUrl: 'openapi.json' });
}

/** These two are no routes of a controller, and take no query parameter either. */
function refuseQueries(fastify: FastifyInstance) {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { url } = request.routeOptions;
    if (url !== '/docs' && url !== '/openapi.json') return done();
    try {
      assertTaken(request.query as object, []);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

const ABOUT = `Device identity for the factory line.

Every refusal is \`application/problem+json\` (RFC 9457) with a stable \`code\`; docs/errors.md lists them all. Lists answer \`{items, nextCursor}\` and take
\`limit\` and \`cursor\`. Query parameters that an operation does not name are refused. Text with U+0000 or half a surrogate pair is refused.`;

/** `WorkOrdersController.create` → `workOrdersCreate`. */
function operationIdFactory(controller: string, method: string): string {
  const group = controller.replace(/Controller$/, '');
  return `${group[0]!.toLowerCase()}${group.slice(1)}${method[0]!.toUpperCase()}${method.slice(1)}`;
}

/** Adds what follows from decorators and from the table of errors: refusals by status, roles, the Idempotency-Key, examples. */
function complete(document: OpenAPIObject): OpenAPIObject {
  const components: Components = (document.components ??= {});
  components.schemas = { ...components.schemas, Problem: problemSchema() };
  components.examples = Object.fromEntries((Object.keys(ERRORS) as ErrorCode[]).map((code) => [code, { summary: ERRORS[code].title, value: exampleOf(code) }]));
  components.parameters = { ...components.parameters, IdempotencyKey };
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = path[method];
      if (operation) completeOperation(operation, method !== 'get', components);
    }
  }
  return document;
}

function completeOperation(operation: Operation, isMutation: boolean, components: Components) {
  const isOpen = operation[IS_PUBLIC] ?? false;
  if (isOpen) operation.security = [];
  else operation.description = `${operation.description}\n\nRoles: ${(operation[ALLOWED_ROLES] ?? ['nobody']).join(', ')}.`;
  delete operation[IS_PUBLIC];
  const streamed = operation[STREAMED_BODY];
  delete operation[STREAMED_BODY];
  if (streamed && operation.requestBody && 'content' in operation.requestBody) operation.requestBody.content[streamed.mediaType] = { schema: { type: 'string' }, example: streamed.example };
  if (isMutation) operation.parameters = [...(operation.parameters ?? []), { $ref: '#/components/parameters/IdempotencyKey' }];
  const codes = [...new Set([...(operation[REFUSALS] ?? []), ...OF_ALL, ...(isOpen ? [] : OF_CLOSED), ...(operation[ALLOWED_ROLES]?.includes('station') ? OF_STATIONS : []), ...(isMutation ? OF_MUTATIONS : [])])].toSorted();
  operation[REFUSALS] = codes;
  for (const response of Object.values(operation.responses)) if (response) showExamples(response as Response, components);
  if (operation.requestBody && 'content' in operation.requestBody) showExamples(operation.requestBody, components);
  for (const [status, ofStatus] of Map.groupBy(codes, (code) => ERRORS[code].status)) {
    const { content, description } = (operation.responses[status] ?? { description: '' }) as Response;
    const refusals = ofStatus.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; ');
    operation.responses[status] = {
      description: description === '' ? refusals : `${description}; or ${refusals}`,
      content: { ...content, [PROBLEM_JSON]: { ...PROBLEM, examples: Object.fromEntries(ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }])) } },
    };
  }
  operation.responses.default = { description: 'A refusal or a failure', content: { [PROBLEM_JSON]: PROBLEM } };
}

const PROBLEM = { schema: { $ref: '#/components/schemas/Problem' } };

const IdempotencyKey = {
  name: 'Idempotency-Key', in: 'header' as const, required: false, description: 'A repeated request with this key does nothing again and is answered with what holds by then: what the first one made or changed, as it is now, or the refusal where that is over. Operations that find by themselves what was done do not look at it. 1 to 128 printable characters.',
  schema: { type: 'string' }, example: '7b0d5c1e-1f9a-4f0a-9a7e-2f1d2f3a4b5c',
};

/** The example of a named schema stands at each body that is of it. */
function showExamples({ content = {} }: Pick<Response, 'content'>, { schemas = {} }: Components) {
  for (const body of Object.values(content)) {
    const { $ref } = (body.schema ?? {}) as { $ref?: string };
    const schema = $ref === undefined ? undefined : schemas[$ref.split('/').at(-1)!];
    if (schema !== undefined && 'example' in schema) body.example = schema.example;
  }
}
