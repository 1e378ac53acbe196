import { randomUUID } from 'node:crypto';
import { ConsoleLogger, type LoggerService, ShutdownSignal } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { boundBodies, boundRouteBodies, readJsonExactly } from './platform/http/body-bounds.js';
import { boundBodyTime } from './platform/http/body-deadline.js';
import { refuseWhileClosing } from './platform/http/closing.js';
import { refuseOtherOrigins } from './platform/http/cross-origin.js';
import { DeclaredQuery } from './platform/http/declared-query.interceptor.js';
import { InputCheck } from './platform/http/input-check.js';
import { addOpenApi } from './platform/http/openapi.js';
import { ProblemFilter, sendProblem } from './platform/http/problem.filter.js';
import { refuseBrokenHttp, refuseExpectations, refuseMissingHost, refuseTunnels } from './platform/http/raw-refusals.js';
import { recordRequests, recordUnreadAddress } from './platform/http/request-record.js';
import { tlsOptions } from './platform/http/server-tls.js';
import { addSecurityHeaders, setSecurityHeaders } from './platform/http/security-headers.js';

/** A missing Host is refused by ours, which answers a problem. */
const OWN_REFUSALS = { requireHostHeader: false };

/** Builds the whole service but does not listen: `main.ts`, `worker.ts` and the tests start here. */
export async function createApp(config: Config, logger: LoggerService = serviceLogger(config)): Promise<NestFastifyApplication> {
  const tls = config.ROLES.includes('api') ? tlsOptions(config) : undefined;
  const adapter = new ProblemFastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: config.BODY_LIMIT,
    // Longer than any poll; a connection on which nothing moves for so long is cut off.
    connectionTimeout: 75_000,
    routerOptions: { maxParamLength: 256 },
    ...(config.TRUST_PROXY === undefined ? {} : { trustProxy: config.TRUST_PROXY }),
    forceCloseConnections: 'idle',
    return503OnClosing: false, // ours says when to come back
    clientErrorHandler: refuseBrokenHttp,
    ...(tls === undefined ? { http: OWN_REFUSALS } : ({ https: { ...OWN_REFUSALS, ...tls } } as object)),
    // An address that can't be read, or is too long: Fastify has run no hook then.
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply, '');
      sendProblem(error, request, reply);
      recordUnreadAddress(request, reply);
    },
  });
  const fastify = adapter.getInstance();
  recordRequests(fastify);
  addSecurityHeaders(fastify);
  refuseExpectations(fastify);
  refuseTunnels(fastify);
  refuseMissingHost(fastify);
  refuseWhileClosing(fastify);
  refuseOtherOrigins(fastify);
  boundRouteBodies(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config), adapter, { logger, abortOnError: false, bodyParser: false });
  // Fastify's own JSON parser stays; whatever is not JSON is answered 415.
  fastify.removeContentTypeParser('text/plain');
  readJsonExactly(fastify);
  boundBodies(fastify);
  boundBodyTime(fastify);
  app.useGlobalFilters(new ProblemFilter());

  app.useGlobalInterceptors(new DeclaredQuery());
  app.useGlobalPipes(new InputCheck());
  // With TLS, SIGHUP reads its files anew.
  app.enableShutdownHooks(Object.values(ShutdownSignal).filter((signal) => tls === undefined || signal !== 'SIGHUP'));
  addOpenApi(app);
  await app.init();
  return app;
}

/** What Fastify refuses before Nest sees it (size, media type, broken JSON, rate) gets the same kind of answer. */
class ProblemFastifyAdapter extends FastifyAdapter {
  constructor(options: FastifyHttpOptions<Server>) {
    super(options);
    this.instance.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  }

  /** Nest would put its own in the place of ours. */
  override setErrorHandler() {
    return this.instance;
  }
}

function serviceLogger(config: Config): LoggerService {
  const levels = ['fatal', 'error', 'warn', 'log', 'debug'] as const;
  return new ConsoleLogger({ json: true, logLevels: levels.slice(0, levels.indexOf(config.LOG_LEVEL) + 1) });
}
