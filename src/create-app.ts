import { randomUUID } from 'node:crypto';
import { ConsoleLogger, type LoggerService, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { requestInvalid } from './platform/errors/platform.errors.js';
import { addOpenApi } from './platform/http/openapi.js';
import { boundBodyTime } from './platform/http/body-deadline.js';
import { refuseWhileClosing } from './platform/http/closing.js';
import { NDJSON } from './platform/http/ndjson.js';
import { ProblemFilter, sendProblem } from './platform/http/problem.filter.js';
import { recordRequests } from './platform/http/request-record.js';

/** Builds the whole service but does not listen: `main.ts`, `worker.ts` and the tests start here. */
export async function createApp(config: Config, logger: LoggerService = serviceLogger(config)): Promise<NestFastifyApplication> {
  const adapter = new ProblemFastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: config.BODY_LIMIT,
    // Longer than any poll; a connection on which nothing moves for so long is cut off.
    connectionTimeout: 75_000,
    routerOptions: { maxParamLength: 256 },
    ...(config.TRUST_PROXY === undefined ? {} : { trustProxy: config.TRUST_PROXY }),
    forceCloseConnections: 'idle',
    return503OnClosing: false, // ours says when to come back
  });
  recordRequests(adapter.getInstance());
  refuseWhileClosing(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config), adapter, { logger, abortOnError: false, bodyParser: false });
  // Fastify's own JSON parser stays; whatever is not JSON is answered 415.
  adapter.getInstance().removeContentTypeParser('text/plain');
  adapter.getInstance().addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload));
  boundBodyTime(adapter.getInstance());
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: (issues) => requestInvalid(describe(issues)) }));
  app.enableShutdownHooks();
  addOpenApi(app);
  await app.init();
  return app;
}

/** What Fastify refuses before Nest sees it (size, media type, broken JSON, rate) gets the same kind of answer. */
class ProblemFastifyAdapter extends FastifyAdapter {
  constructor(options: FastifyServerOptions) {
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

function describe(issues: readonly { message: string; path?: readonly unknown[] | undefined }[]): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => (path?.length ? `${path.map(segment).join('.')}: ${message}` : message))
    .join('; ');
}

function segment(part: unknown): string {
  return String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part);
}
