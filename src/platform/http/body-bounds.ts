import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { requestInvalid } from '../errors/platform.errors.js';
import { CSV } from './csv.js';
import { isDoubtful, parseExactly } from './exact-json.js';
import { NDJSON } from './ndjson.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media type of the stream that the route takes as its body (`Operation`). */
    takes?: string;
    /** Largest body of the route, in the place of BODY_LIMIT. */
    mostBytes?: number;
    /** Numbers in its JSON keep the digits that they were written with (`parseExactly`). */
    keepsDigits?: boolean;
  }
}

/** Media types that are read as they come, by the routes that declare them. */
const STREAMED = [NDJSON, CSV];

/** Whether a body of this type comes as a stream, whose time its route bounds line by line. */
export const isStreamed = (type: string | undefined) => STREAMED.some((streamed) => type?.toLowerCase().startsWith(streamed) === true);

/** Files as they are. */
export const OCTETS = 'application/octet-stream';

/** Objects and arrays within one another. What reads them afterwards is recursive, and would run out of stack at some thousands. */
const MOST_DEPTH = 64;

/** Charset parameters of a media type (RFC 9110 section 8.3.1). */
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)"?/gi;
/** What UTF-8 reads. */
const CHARSETS = ['utf-8', 'utf8', 'us-ascii'];

/** Before any route is made: those that declare another bound than BODY_LIMIT for their bodies get it. */
export function boundRouteBodies(fastify: FastifyInstance) {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.mostBytes !== undefined) route.bodyLimit = route.config.mostBytes;
  });
}

/** Bodies are in UTF-8 and not compressed; JSON is nested at most 64 deep; a stream is taken only by the route that declares it. */
export function boundBodies(fastify: FastifyInstance) {
  for (const type of [...STREAMED, OCTETS]) {
    fastify.addContentTypeParser(type, (request, payload, done) => {
      if (request.routeOptions.config.takes === type) done(null, payload);
      else done(new DomainError('media-type-unsupported', `This route does not take ${type}`));
    });
  }
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = request.headers;
    const foreign = [...type.matchAll(CHARSET)].map(([, charset = '']) => charset).find((charset) => !CHARSETS.includes(charset.toLowerCase()));
    if (foreign !== undefined) return done(new DomainError('media-type-unsupported', `Bodies are in UTF-8, not in ${foreign}`));
    if (encoding.toLowerCase() === 'identity') return done(null, payload);
    // RFC 9110 section 15.5.16: it says that the encoding is at fault, not the type.
    void reply.header('accept-encoding', 'identity');
    done(new DomainError('media-type-unsupported', `Bodies are sent as they are, not as ${encoding}`));
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (!(request.body instanceof Readable)) assertShallow(request.body, 'body');
    done();
  });
}

/** Fastify's own parser, and what it does not do: a body of no octets is none, and where a route keeps what came as evidence, numbers keep their digits. */
export function readJsonExactly(fastify: FastifyInstance) {
  const ordinary = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    // Many programs name the type of all that they send, also where they send nothing.
    if (text === '') return done(null, undefined);
    return ordinary(request, text, (error, value) => {
      if (error === null && request.routeOptions.config.keepsDigits === true && isDoubtful(text)) done(null, parseExactly(text));
      else done(error, value);
    });
  });
}

/** Throws `request-invalid`. */
export function assertShallow(value: unknown, what = 'line') {
  if (isTooDeep(value)) throw requestInvalid(`The ${what} is nested more than ${MOST_DEPTH} deep`);
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

/** The body of a route that takes a stream of this media type. Throws `request-invalid` where it was sent otherwise. */
export function streamOf({ body }: FastifyRequest, mediaType: string): Readable {
  if (body instanceof Readable) return body;
  throw requestInvalid(`The body must be sent as ${mediaType}`);
}
