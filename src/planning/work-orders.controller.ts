import { randomBytes } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Slug } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { Answers, pageOf } from '../platform/http/api-responses.js';
import { PageQuery, page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { PlanningService } from './planning.service.js';
import { CreateWorkOrder, WorkOrderAnswer, WorkOrderListed } from './work-orders.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/work-orders')
export class WorkOrdersController {
  constructor(private readonly planning: PlanningService) {}

  @Post()
  @Answers({ 201: WorkOrderAnswer })
  @Roles('manager')
  create(@Body({ schema: CreateWorkOrder }) body: CreateWorkOrder, @CurrentCaller() caller: Caller) {
    return this.planning.create(caller.actor, body, body.id ?? `wo-${randomBytes(5).toString('hex')}`);
  }

  @Get()
  @Answers({ 200: pageOf(WorkOrderListed) })
  async list(@Query({ schema: PageQuery }) query: PageQuery) {
    return page(await this.planning.list(query.limit + 1, query.cursor), query.limit, (order) => order.id);
  }

  /** Opens the order: a job for each of its units goes on the line's queue. */
  @Post(':id/release')
  @Answers({ 200: WorkOrderAnswer })
  @Roles('manager')
  @HttpCode(200)
  release(@Param('id', { schema: Slug }) id: string, @CurrentCaller() caller: Caller) {
    return this.planning.release(caller.actor, id);
  }

  /** The order with its units counted by state, its quota, and what keeps its units from AWS at present. */
  @Get(':id')
  @Answers({ 200: WorkOrderAnswer })
  get(@Param('id', { schema: Slug }) id: string) {
    return this.planning.describe(id);
  }
}
