import { applyDecorators } from '@nestjs/common';
import { ApiResponse, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEM_JSON } from './problem.js';

/** A JSON body; a body that is no JSON, by its media types; or none. */
type Answer = z.ZodType | { mediaTypes: readonly string[] } | null;

/** RFC 3339. */
export const Time = z.string().meta({ format: 'date-time' });

export const pageOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

/**
 * Says in /openapi.json what a route answers when all goes well, by status. It is documentation only: nothing is checked or
 * rewritten on the way out. test/flow/openapi.flow.spec.ts holds real answers against it.
 */
export function Answers(answers: Record<number, Answer>): MethodDecorator {
  return applyDecorators(...Object.entries(answers).map(([status, answer]) => ApiResponse({ status: Number(status), description: '', ...contentOf(answer) })));
}

function contentOf(answer: Answer) {
  if (answer === null) return {};
  if ('mediaTypes' in answer) return { content: Object.fromEntries(answer.mediaTypes.map((type) => [type, { schema: { type: 'string' } }])) };
  return { content: { 'application/json': { schema: jsonSchema(answer) } } };
}

/** RFC 9457 with our own members; every refusal of every route. */
const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().meta({ description: 'Stable, kebab-case' }),
  retryable: z.boolean(),
  operatorAction: z.string().meta({ description: 'One sentence for the person at the station' }),
  retryAfterMs: z.number().optional(),
  requestId: z.string(),
});

/** Adds to each operation what it answers when something is wrong. */
export function describeProblems(document: OpenAPIObject): OpenAPIObject {
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: jsonSchema(Problem) } };
  const problem = { description: 'A refusal or a failure', content: { [PROBLEM_JSON]: { schema: { $ref: '#/components/schemas/Problem' } } } };
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) if (operation) operation.responses = { ...operation.responses, default: problem };
  }
  return document;
}

type SchemaObject = Exclude<NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string], { $ref: string }>;

function jsonSchema(schema: z.ZodType): SchemaObject {
  // Both describe OpenAPI 3.0; the types of zod and Nest do not know each other.
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output' }) as SchemaObject;
}
