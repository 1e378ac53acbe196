import type { FastifyInstance } from 'fastify';
import { serviceStopping } from '../errors/platform.errors.js';

/** A service that shuts down finishes what it has and sends everybody else away, to its replica or its successor. */
export function refuseWhileClosing(fastify: FastifyInstance) {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (!closing) return done();
    void reply.header('connection', 'close');
    return done(serviceStopping());
  });
}
