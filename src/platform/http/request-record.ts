import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram, register } from 'prom-client';
import type { ErrorCode } from '../errors/error-codes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the problem that it was answered with. */
    problemCode?: ErrorCode;
    /** What it was about, for its line in the log. */
    about?: Record<string, string>;
  }
}

const NAMES = { requests: 'lineside_http_request_seconds', refusals: 'lineside_refusals_total' };
/** Histogram buckets in seconds, up to a long poll. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Longer texts are not what they are taken for. */
const MOST_CHARACTERS = 80;

/** One line in the log, and one observation in the metrics, for every request. Neither bodies nor headers are written: they hold keys. */
export function recordRequests(fastify: FastifyInstance): void {
  const logger = new Logger('Requests');
  // The registry is the process's, and a test builds several services in one process.
  for (const name of Object.values(NAMES)) register.removeSingleMetric(name);
  const seconds = new Histogram({ name: NAMES.requests, help: 'Time until a request was answered', labelNames: ['method', 'route', 'status'], buckets: SECONDS });
  const refusals = new Counter({ name: NAMES.refusals, help: 'Requests answered with a problem, by its code', labelNames: ['code'] });

  fastify.addHook('preSerialization', (request: FastifyRequest, _reply: FastifyReply, answer: unknown, done: (error: null, answer: unknown) => void) => {
    request.about = factsOf(answer);
    done(null, answer);
  });

  const record = (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url ?? 'none';
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    // The caller hung up before it had its answer; what was begun is finished all the same.
    const isCut = !reply.raw.writableFinished;
    seconds.observe({ method: request.method, route, status: reply.raw.statusCode }, reply.elapsedTime / 1_000);
    if (request.problemCode) refusals.inc({ code: request.problemCode });
    const line = {
      event: 'request', requestId: request.id, method: request.method, path: pathOf(request.url), status: reply.raw.statusCode, ms, ...(isCut ? { cut: true } : {}),
      ...(request.problemCode ? { code: request.problemCode } : {}),
      ...(request.caller ? { caller: request.caller.actor } : {}),
      ...factsOf(request.body), ...request.about,
    };
    // Probes come every second and say nothing.
    if (route.startsWith('/health/') || route === '/metrics') logger.debug(line);
    else logger.log(line);
  };
  // Also when the caller hangs up, and for answers that a route writes by itself: Fastify's own hook knows neither.
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => record(request, reply));
    done();
  });
}

/** The line of a request whose address can't be read, for which no hook runs. */
export function recordUnreadAddress(request: FastifyRequest, reply: FastifyReply): void {
  new Logger('Requests').log({ event: 'request', requestId: request.id, method: request.method, path: pathOf(request.url), status: reply.statusCode, code: request.problemCode });
}

/** Without the query, and short enough for a log. */
const pathOf = (url: string) => url.split('?', 1)[0]!.slice(0, 200);

/** Serial, job, order and fingerprint, where a body or an answer names them. */
function factsOf(value: unknown): Record<string, string> {
  const facts = {
    // A thing is named after its unit's serial.
    serial: textAt(value, 'serial') ?? textAt(value, 'unit', 'serial') ?? textAt(value, 'thingName'),
    job: textAt(value, 'job', 'id'),
    workOrder: textAt(value, 'workOrder') ?? textAt(value, 'workOrder', 'id'),
    fingerprint: textAt(value, 'fingerprint'),
    outcome: textAt(value, 'outcome'),
  };
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function textAt(value: unknown, ...path: string[]): string | undefined {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return typeof at === 'string' && at.length <= MOST_CHARACTERS ? at : undefined;
}
