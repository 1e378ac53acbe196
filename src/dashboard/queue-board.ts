import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../access/authentication.js';
import type { Role } from '../platform/http/roles.js';
import { PROBLEM_JSON, type Problem, toProblem } from '../platform/http/problem.js';
import { sendProblem } from '../platform/http/problem.filter.js';
import { JobCountsRepository, NONE } from '../programming/job-counts.repository.js';
import { lineStepKey, type QueuePlace, queueName } from '../programming/queue-place.js';
import { WaitingJobsQueries } from '../programming/waiting-jobs.queries.js';
import { JobsQueries } from './jobs.queries.js';
import { LedgerQueue } from './ledger-queue.js';

const ROUTE = '/admin/queues';
const ROLES: readonly Role[] = ['manager', 'operator', 'officer', 'auditor'];

/**
 * bull-board, read-only and behind our own guard. The board brings its routes as a Fastify plugin, past Nest's guards,
 * so the key is asked for by a hook around that plugin: no path of it, static files included, is reached without one.
 */
@Injectable()
export class QueueBoard implements OnModuleInit {
  private readonly shown = new Set<string>();
  private readonly adapter = new FastifyAdapter();
  private readonly board = createBullBoard({ queues: [], serverAdapter: this.adapter, options: { uiConfig: { boardTitle: 'Lineside queues', showWorkers: false, hideRedisDetails: true } } });

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authentication: Authentication,
    private readonly waiting: WaitingJobsQueries,
    private readonly counts: JobCountsRepository,
    private readonly jobs: JobsQueries,
  ) {}

  onModuleInit() {
    this.adapter.setBasePath(ROUTE);
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    // Not awaited: that would start Fastify before Nest has added its routes.
    void fastify.register(
      (scope, _options, done) => {
        scope.addHook('onRequest', (request, reply) => this.admit(request, reply));
        scope.addHook('onSend', (_request, reply, payload) => Promise.resolve(isPage(reply, payload) ? withoutStrangers(payload) : payload));
        scope.addHook('preSerialization', (request, reply, payload) => Promise.resolve(isProblem(payload) ? nameProblem(payload, request, reply) : payload));
        this.adapter.setErrorHandler((error) => {
          const problem = toProblem(error);
          return { status: problem.status as never, body: { ...problem } };
        });
        this.adapter.registerPlugin()(scope, {}, done);
      },
      { prefix: ROUTE },
    );
  }

  private async admit(request: FastifyRequest, reply: FastifyReply) {
    try {
      this.authentication.requireRole(request, ROLES);
      // Another replica may have released an order.
      for (const place of await this.waiting.allPools()) this.show(place);
      return undefined;
    } catch (error) {
      return sendProblem(error, request, reply, BROWSER_CHALLENGE);
    }
  }

  private show(place: QueuePlace) {
    const key = lineStepKey(place);
    if (this.shown.has(key)) return;
    this.shown.add(key);
    const counts = async () => (await this.counts.byPlace()).get(key) ?? NONE;
    this.board.addQueue(new LedgerQueue({ place, name: queueName(place), jobs: this.jobs, counts }));
  }
}

/** A browser then asks its user for the key, as the password of any name. */
const BROWSER_CHALLENGE = 'Basic realm="lineside queues", charset="UTF-8"';

const isProblem = (payload: unknown): payload is Problem => typeof payload === 'object' && payload !== null && 'code' in payload && 'operatorAction' in payload;

/** The board's plugin answers with JSON, and knows neither the request's id nor its line in the log. */
function nameProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  request.problemCode = problem.code;
  void reply.header('content-type', PROBLEM_JSON);
  return { ...problem, requestId: request.id };
}

function isPage(reply: FastifyReply, payload: unknown): payload is string {
  return typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html');
}

/** bull-board's page asks a font server on the internet. Nothing but this service is asked: the browser takes a font of its own. */
function withoutStrangers(page: string): string {
  return page.replace(/<(link|script)\b[^>]*\b(href|src)="(https?:)?\/\/[^>]*>(<\/script>)?/g, '');
}
