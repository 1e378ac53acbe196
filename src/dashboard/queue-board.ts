import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../access/authentication.js';
import type { Role } from '../platform/http/roles.js';
import { PROBLEM_JSON, type Problem, toProblem } from '../platform/http/problem.js';
import { sendProblem } from '../platform/http/problem.filter.js';
import { type JobCounts, JobCountsRepository, NONE } from '../programming/job-counts.repository.js';
import { placeKey, type QueuePlace, queueName } from '../programming/queue-place.js';
import { WaitingJobsQueries } from '../programming/waiting-jobs.queries.js';
import { JobsQueries } from './jobs.queries.js';
import { LedgerQueue } from './ledger-queue.js';

const ROUTE = '/admin/queues';
/** Queues of stations and slots that the board shows, of those in which something waits; GET /v1/queues lists all. */
const MOST_ASSIGNED = 200;
/** The board asks for all of its queues at once: they are counted together, in milliseconds. */
const COUNTED_FOR_MS = 1_000;
const ROLES: readonly Role[] = ['manager', 'operator', 'officer', 'auditor'];

/**
 * bull-board, read-only and behind our own guard. The board brings its routes as a Fastify plugin, past Nest's guards,
 * so the key is asked for by a hook around that plugin: no path of it, static files included, is reached without one.
 */
@Injectable()
export class QueueBoard implements OnModuleInit {
  private readonly shown = new Map<string, LedgerQueue>();
  private counted: { counts: Promise<Map<string, JobCounts>>; at: number } | undefined;
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
      // Another replica may have released an order, or moved work.
      this.show([...(await this.waiting.allPools()), ...(await this.waiting.assigned()).slice(0, MOST_ASSIGNED)]);
      return undefined;
    } catch (error) {
      return sendProblem(error, request, reply, BROWSER_CHALLENGE);
    }
  }

  private show(places: readonly QueuePlace[]) {
    const keys = new Set(places.map(placeKey));
    for (const [key, queue] of this.shown) {
      if (keys.has(key)) continue;
      this.shown.delete(key);
      this.board.removeQueue(queue);
    }
    for (const place of places) {
      const key = placeKey(place);
      if (this.shown.has(key)) continue;
      const queue = new LedgerQueue({ place, name: queueName(place), jobs: this.jobs, counts: async () => (await this.count()).get(key) ?? NONE });
      this.shown.set(key, queue);
      this.board.addQueue(queue);
    }
  }

  private count(): Promise<Map<string, JobCounts>> {
    const now = performance.now();
    if (this.counted && now - this.counted.at < COUNTED_FOR_MS) return this.counted.counts;
    const counted = { counts: this.counts.byPlace(), at: now };
    this.counted = counted;
    counted.counts.catch(() => {
      if (this.counted === counted) this.counted = undefined;
    });
    return counted.counts;
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
