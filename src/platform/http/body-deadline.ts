import type { FastifyInstance } from 'fastify';
import { NDJSON } from './ndjson.js';

const MOST_BODY_MS = 30_000;

/**
 * A body must have arrived within 30 s, or its connection is cut: a caller that sends a byte a minute would otherwise hold
 * it for hours. A stream of lines may take as long as it likes; the connection's own idle limit bounds its pauses.
 */
export function boundBodyTime(fastify: FastifyInstance) {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (!request.headers['content-type']?.startsWith(NDJSON)) {
      const timer = setTimeout(() => request.raw.destroy(), MOST_BODY_MS).unref();
      payload.once('end', () => clearTimeout(timer));
      payload.once('close', () => clearTimeout(timer));
    }
    done(null, payload);
  });
}
