import type { FastifyInstance, FastifyReply } from 'fastify';

/** What an answer may load when a browser shows it: nothing, and in no frame. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Pages for people. All that they need comes from here; both set styles on elements. What bull-board asks a font server for, it does without. */
const OF_PAGES = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
const PAGES = ['/docs', '/admin/queues'];

/** On every answer: what a browser may do with it, and that nobody keeps it who is not told otherwise by the route. */
export function addSecurityHeaders(fastify: FastifyInstance) {
  fastify.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(reply, request.url);
    done();
  });
}

/** Also called for what is answered before any hook runs. */
export function setSecurityHeaders(reply: FastifyReply, url: string) {
  const isPage = PAGES.some((path) => url === path || url.startsWith(`${path}/`));
  void reply.headers({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': isPage ? OF_PAGES : NOTHING,
    'cache-control': 'no-store',
  });
}
