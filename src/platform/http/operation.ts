import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ErrorCode } from '../errors/error-codes.js';

/** A JSON body, by its named schema; a body that is no JSON, by its media types and an example; or none. */
type Answer = z.ZodType | { mediaTypes: readonly string[]; example: string } | null;

interface Described {
  /** What it does, in a few words: the operation's title in /docs. */
  summary: string;
  /** What its caller must know besides. */
  description?: string;
  /** What it answers when all goes well, by status. */
  answers: Record<number, Answer>;
  /** Codes of what it refuses, besides those that `openapi.ts` adds to every operation of its kind. */
  refusals?: readonly ErrorCode[];
  /** The body is a stream of this media type, which no other route takes. `besidesJson`: it may also be the JSON that the handler's body schema says. */
  takes?: { mediaType: string; example: string; besidesJson?: true };
  /** Largest body of this route, in the place of BODY_LIMIT. */
  mostBytes?: number;
  /** Numbers in its JSON are kept with the digits that they were written with. */
  keepsDigits?: boolean;
}

/** Where /openapi.json gets the codes of an operation from. */
export const REFUSALS = 'x-error-codes';

/** And the stream that it takes besides JSON. */
export const STREAMED_BODY = 'x-streamed-body';

/**
 * What /openapi.json says of a route. Every route has it. It is documentation only: nothing is checked or rewritten on the way out.
 * test/flow/openapi.flow.spec.ts holds real answers against it.
 */
export function Operation({ summary, description = summary, answers, refusals = [], takes, mostBytes, keepsDigits }: Described): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary, description }),
    ApiExtension(REFUSALS, refusals),
    ...Object.entries(answers).map(([status, answer]) => ApiResponse({ status: Number(status), description: summary, ...contentOf(answer) })),
    RouteConfig({ ...(takes && { takes: takes.mediaType }), ...(mostBytes !== undefined && { mostBytes }), ...(keepsDigits && { keepsDigits }) }),
    ...(takes?.besidesJson ? [ApiExtension(STREAMED_BODY, { mediaType: takes.mediaType, example: takes.example })] : []),
    ...(takes === undefined || takes.besidesJson ? [] : [ApiConsumes(takes.mediaType), ApiBody({ schema: { type: 'string', example: takes.example } })]),
  );
}

function contentOf(answer: Answer) {
  if (answer === null) return {};
  if ('mediaTypes' in answer) return { content: Object.fromEntries(answer.mediaTypes.map((type) => [type, { schema: { type: 'string' }, example: answer.example }])) };
  if (answer.meta()?.id === undefined) throw new Error('An answer needs a name in /openapi.json: make its schema with `named`');
  return { standardSchema: answer };
}
