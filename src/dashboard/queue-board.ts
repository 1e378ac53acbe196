import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { BULL_BOARD_INSTANCE, type BullBoardInstance } from '@bull-board/nestjs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { RoleMissing } from '../access/access.errors.js';
import { AccessGuard } from '../access/access.guard.js';
import type { Role } from '../platform/database/schema.js';
import { sendProblem } from '../platform/http/problem.filter.js';
import { Conveyor } from '../programming/conveyor.js';
import { StationRepository } from '../stations/station.repository.js';

export const BOARD_ROUTE = '/admin/queues';
const ROLES: readonly Role[] = ['manager', 'operator', 'auditor', 'admin'];

/**
 * bull-board behind our own guard. The board brings its routes as a Fastify plugin, past Nest's guards, so the key is
 * asked for by a hook inside that plugin: no path of it, static files included, can be reached without one.
 */
export function guardedAdapter(guard: AccessGuard) {
  return class GuardedAdapter extends FastifyAdapter {
    override registerPlugin(): FastifyPluginCallback {
      const board = super.registerPlugin();
      return (fastify, _options, done) => {
        fastify.addHook('onRequest', (request, reply) => admit(guard, request, reply));
        board(fastify, {}, done);
      };
    }
  };
}

async function admit(guard: AccessGuard, request: FastifyRequest, reply: FastifyReply) {
  try {
    const caller = await guard.authenticate(request.headers.authorization);
    if (!ROLES.includes(caller.role)) throw new RoleMissing(ROLES);
  } catch (error) {
    // A browser asks its user for the key (as the password of any name).
    void reply.header('www-authenticate', 'Basic realm="lineside queues", charset="UTF-8"');
    return sendProblem(error, request, reply);
  }
}

/** Shows every line's queue on the board, read-only. */
@Injectable()
export class QueueBoard implements OnModuleInit {
  private readonly shown = new Set<string>();

  constructor(
    @Inject(BULL_BOARD_INSTANCE) private readonly board: BullBoardInstance,
    private readonly stations: StationRepository,
    private readonly conveyor: Conveyor,
  ) {}

  async onModuleInit() {
    for (const { id } of await this.stations.lines()) this.show(id);
    this.stations.onLineAdded((line) => this.show(line));
  }

  private show(line: string) {
    if (this.shown.has(line)) return;
    this.shown.add(line);
    this.board.addQueue(new BullMQAdapter(this.conveyor.queue(line), { readOnlyMode: true, description: `Programming jobs of line ${line}` }));
  }
}
