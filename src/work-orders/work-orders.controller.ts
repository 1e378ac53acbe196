import { randomBytes } from 'node:crypto';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Slug } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { PageQuery, page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { CreateWorkOrder } from './work-order.schema.js';
import { WorkOrdersService } from './work-orders.service.js';
import { Answers, pageOf } from '../platform/http/answers.js';
import { WorkOrderAnswer, WorkOrderListed } from './answers.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/work-orders')
export class WorkOrdersController {
  constructor(private readonly orders: WorkOrdersService) {}

  @Post()
  @Answers({ 201: WorkOrderAnswer })
  @Roles('manager')
  create(@Body({ schema: CreateWorkOrder }) body: CreateWorkOrder, @CurrentCaller() caller: Caller) {
    return this.orders.create(caller.actor, body, body.id ?? `wo-${randomBytes(5).toString('hex')}`);
  }

  @Get()
  @Answers({ 200: pageOf(WorkOrderListed) })
  async list(@Query({ schema: PageQuery }) query: PageQuery) {
    return page(await this.orders.list(query.limit + 1, query.cursor), query.limit, (order) => order.id);
  }

  /** The order with its units counted by state and its quota. */
  @Get(':id')
  @Answers({ 200: WorkOrderAnswer })
  get(@Param('id', { schema: Slug }) id: string) {
    return this.orders.describe(id);
  }
}
