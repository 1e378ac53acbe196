import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Slug } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, ReplaysBy } from '../access/replays.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { OrderReplay } from './order-replay.js';
import { OrderTransitions } from './order-transitions.js';
import { PlanningService } from './planning.service.js';
import { CloseWorkOrder, CreateWorkOrder, PrioritiseWorkOrder, RaiseWorkOrder, Reason, WorkOrderAnswer, WorkOrderListed, WorkOrdersQuery } from './work-orders.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/work-orders')
export class WorkOrdersController {
  constructor(
    private readonly planning: PlanningService,
    private readonly transitions: OrderTransitions,
  ) {}

  @Post()
  @Operation({
    summary: 'Make a work order',
    description: 'It is planned: its units exist, and nothing is made before it is released. With `externalId` (an ERP’s number) the same order sent again, from anywhere and at any time, answers the one that was made (200); one that differs is refused with what differs. So is an order whose `id` stands for another one.',
    answers: { 200: WorkOrderAnswer, 201: WorkOrderAnswer },
    refusals: ['work-order-exists', 'external-order-differs', 'order-reference-unknown', 'target-unverified', 'serial-taken', 'serial-repeated', 'serial-malformed', 'serial-not-allowed', 'serials-short', 'family-held', 'too-many-targets'],
  })
  @Roles('manager')
  @ReplaysBy(OrderReplay)
  async create(@Body({ schema: CreateWorkOrder }) body: CreateWorkOrder, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer, @Res({ passthrough: true }) reply: FastifyReply) {
    const { order, made } = await this.planning.create(caller.actor, body, keepAnswer);
    if (!made) void reply.status(200);
    return order;
  }

  @Get()
  @Operation({ summary: 'List work orders', answers: { 200: pageOf(WorkOrderListed) } })
  async list(@Query({ schema: WorkOrdersQuery }) query: WorkOrdersQuery) {
    return page(await this.planning.list(query.limit + 1, { after: query.cursor, externalId: query.externalId, unconfirmed: query.unconfirmed === 'true' }), query.limit, (order) => order.id);
  }

  @Post(':id/release')
  @Operation({
    summary: 'Release a work order',
    description: "Opens the order: a job for each of its units goes on the line's queue. Refused with its findings while something would keep its units from AWS.",
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state', 'work-order-not-planned', 'order-not-ready'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async release(@Param('id', { schema: Slug }) id: string, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.release(caller.actor, id, keepAnswer);
    return this.planning.describe(id);
  }

  @Post(':id/hold')
  @Operation({
    summary: 'Hold a work order',
    description: 'Stops the order until it is resumed: no job is handed out, no certificate issued. Units that have theirs are finished.',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async hold(@Param('id', { schema: Slug }) id: string, @Body({ schema: Reason }) { reason }: Reason, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.hold(caller.actor, id, reason ?? null, keepAnswer);
    return this.planning.describe(id);
  }

  @Post(':id/resume')
  @Operation({
    summary: 'Resume a held work order',
    description: 'Of an order that was put on hold when a restored ledger was accepted, it says too that its units were compared with AWS (`POST /v1/work-orders/confirm`).',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state', 'order-not-ready'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async resume(@Param('id', { schema: Slug }) id: string, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.resume(caller.actor, id, keepAnswer);
    return this.planning.describe(id);
  }

  @Post(':id/close')
  @Operation({
    summary: 'Close a work order',
    description: 'Ends the order for good: what it made is good, and nothing more is begun. Refused while units are unaccounted for, unless their number is named with a reason (`GET /v1/work-orders/{id}/balance`).',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state', 'order-unaccounted'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async close(@Param('id', { schema: Slug }) id: string, @Body({ schema: CloseWorkOrder }) { reason, unaccounted }: CloseWorkOrder, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.close(caller.actor, id, { reason: reason ?? null, unaccounted }, keepAnswer);
    return this.planning.describe(id);
  }

  @Post(':id/cancel')
  @Operation({
    summary: 'Cancel a work order',
    description: 'Ends the order for good, also at the stations. Another order may name the serials on which nobody has worked.',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async cancel(@Param('id', { schema: Slug }) id: string, @Body({ schema: Reason }) { reason }: Reason, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.cancel(caller.actor, id, reason ?? null, keepAnswer);
    return this.planning.describe(id);
  }

  @Post(':id/raise')
  @Operation({
    summary: 'Raise a work order',
    description: 'More certificates, more units, a later end; never fewer, never an earlier one.',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state', 'quantity-not-raised', 'window-not-extended', 'serial-taken', 'serial-repeated', 'serial-malformed', 'serial-not-allowed', 'serials-short'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async raise(@Param('id', { schema: Slug }) id: string, @Body({ schema: RaiseWorkOrder }) body: RaiseWorkOrder, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.raise(caller.actor, id, body, keepAnswer);
    return this.planning.describe(id);
  }

  @Post(':id/priority')
  @Operation({
    summary: 'Change the priority of a work order',
    description: 'At once, and for all of its units that wait: they are handed out before those of orders with a higher number. What is at a station is finished.',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown', 'work-order-state'],
  })
  @Roles('manager')
  @HttpCode(200)
  @ReplaysBy(OrderReplay)
  async prioritise(@Param('id', { schema: Slug }) id: string, @Body({ schema: PrioritiseWorkOrder }) { priority, reason }: PrioritiseWorkOrder, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.transitions.prioritise(caller.actor, id, priority, reason ?? null, keepAnswer);
    return this.planning.describe(id);
  }

  @Get(':id')
  @Operation({
    summary: 'Look up a work order',
    description: 'With its units counted by state, its quota, and what keeps its units from AWS at present.',
    answers: { 200: WorkOrderAnswer },
    refusals: ['work-order-unknown'],
  })
  get(@Param('id', { schema: Slug }) id: string) {
    return this.planning.describe(id);
  }
}
