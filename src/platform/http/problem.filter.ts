import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_JSON, type Problem, toProblem } from './problem.js';

const logger = new Logger('ProblemFilter');

/** The only place where an error becomes an HTTP answer (RFC 9457 problem details). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost) {
    const http = host.switchToHttp();
    void sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The request shows what stations show, whether or not it is known: refusals speak to the person there, and say its program's next step. */
    isOfStation?: boolean;
  }
}

/** Also used for what Fastify refuses before Nest sees it: media type, size, broken JSON, rate. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, challenge = 'Bearer realm="lineside"'): FastifyReply {
  // Whoever has hung up in the middle of the body gets no answer, and nothing of ours has failed.
  if (request.raw.readableAborted) {
    logger.log({ event: 'request.cut', requestId: request.id, route: request.routeOptions.url });
    return reply;
  }
  const problem = toProblem(error, request.isOfStation === true ? 'station' : 'others');
  request.problemCode = problem.code;
  if (problem.status >= 500) log(problem, request, error);
  if (reply.sent) return reply;
  if (problem.retryAfterMs !== undefined) void reply.header('retry-after', String(Math.ceil(problem.retryAfterMs / 1_000)));
  if (problem.status === 401) void reply.header('www-authenticate', challenge);
  return reply
    .status(problem.status)
    .header('content-type', PROBLEM_JSON)
    .send(JSON.stringify({ ...problem, requestId: request.id }));
}

/** One short line for a refusal that names its own cause, since an outage makes thousands; with the stack for everything else. */
function log({ status, code, detail }: Problem, request: FastifyRequest, error: unknown): void {
  const entry = { event: 'request.failed', requestId: request.id, route: request.routeOptions.url, code };
  if (status === 500) logger.error({ ...entry, error });
  else logger.warn({ ...entry, detail });
}
