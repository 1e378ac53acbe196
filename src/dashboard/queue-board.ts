import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../access/authentication.js';
import type { Role } from '../platform/http/roles.js';
import { sendProblem } from '../platform/http/problem.filter.js';
import { LineQueues } from '../programming/line-queues.js';
import { StationRepository } from '../stations/station.repository.js';

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
  private readonly board = createBullBoard({ queues: [], serverAdapter: this.adapter, options: { uiConfig: { boardTitle: 'Lineside queues' } } });

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authentication: Authentication,
    private readonly stations: StationRepository,
    private readonly queues: LineQueues,
  ) {}

  async onModuleInit() {
    for (const { id } of await this.stations.lines()) this.show(id);
    this.stations.onLineAdded((line) => this.show(line));
    this.adapter.setBasePath(ROUTE);
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    // Not awaited: that would start Fastify before Nest has added its routes.
    void fastify.register(
      (scope, _options, done) => {
        scope.addHook('onRequest', async (request, reply) => this.admit(request, reply));
        this.adapter.registerPlugin()(scope, {}, done);
      },
      { prefix: ROUTE },
    );
  }

  private admit(request: FastifyRequest, reply: FastifyReply) {
    try {
      this.authentication.requireRole(request, ROLES);
      return undefined;
    } catch (error) {
      return sendProblem(error, request, reply, BROWSER_CHALLENGE);
    }
  }

  private show(line: string) {
    if (this.shown.has(line)) return;
    this.shown.add(line);
    this.board.addQueue(new BullMQAdapter(this.queues.queue(line), { readOnlyMode: true, description: `Programming jobs of line ${line}` }));
  }
}

/** A browser then asks its user for the key, as the password of any name. */
const BROWSER_CHALLENGE = 'Basic realm="lineside queues", charset="UTF-8"';
