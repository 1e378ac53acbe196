import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { requestInvalid } from '../errors/platform.errors.js';
import { NDJSON } from './ndjson.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media type of the stream that the route takes as its body (`Operation`). */
    takes?: string;
  }
}

/** Objects and arrays within one another. What reads them afterwards is recursive, and would run out of stack at some thousands. */
const MOST_DEPTH = 64;

/** JSON bodies are nested at most 64 deep; a stream is taken only by the route that declares it. */
export function boundBodies(fastify: FastifyInstance) {
  fastify.addContentTypeParser(NDJSON, (request, payload, done) => {
    if (request.routeOptions.config.takes === NDJSON) done(null, payload);
    else done(new DomainError('media-type-unsupported', `This route does not take ${NDJSON}`));
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.config.takes === undefined && isTooDeep(request.body)) done(requestInvalid(`The body is nested more than ${MOST_DEPTH} deep`));
    else done();
  });
}

/** Level by level, so that it needs no stack of its own. */
function isTooDeep(body: unknown): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value).filter((inner) => typeof inner === 'object' && inner !== null) : []));
  }
  return false;
}
