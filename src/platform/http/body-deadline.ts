import type { FastifyInstance } from 'fastify';
import { isStreamed } from './body-bounds.js';

/** In milliseconds. */
export interface BodyTimes {
  wholeMs: number;
  /** What is left of a body when its request is answered may still come for so long, so that the answer is read. */
  restMs: number;
}

const TIMES: BodyTimes = { wholeMs: 30_000, restMs: 5_000 };

/**
 * A body must have arrived within 30 s, or its connection is cut: a caller that sends a byte a minute would otherwise hold
 * it for hours. A stream of lines may take longer: its route bounds the time of each line.
 */
export function boundBodyTime(fastify: FastifyInstance, { wholeMs, restMs } = TIMES) {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (!isStreamed(request.headers['content-type'])) {
      const timer = setTimeout(() => request.raw.destroy(), wholeMs).unref();
      payload.once('end', () => clearTimeout(timer));
      payload.once('close', () => clearTimeout(timer));
    }
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) {
      const timer = setTimeout(() => request.raw.destroy(), restMs).unref();
      request.raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}
