import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';

/**
 * A browser adds the key of a Basic login to whatever any site makes it send here. So with Basic, changes are taken from our own pages
 * only (Fetch Metadata: Sec-Fetch-Site; Origin for browsers that do not send it). Programs send neither header.
 */
export function refuseOtherOrigins(fastify: FastifyInstance) {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const isBasic = /^basic\b/i.test(request.headers.authorization ?? '');
    if (!isBasic || request.method === 'GET' || request.method === 'HEAD' || isOwn(request)) done();
    else done(new DomainError('origin-refused', 'With a Basic login, changes are taken from this service’s own pages only'));
  });
}

function isOwn({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || URL.parse(headers.origin)?.host === host;
}
