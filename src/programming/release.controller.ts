import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Slug } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { Roles } from '../platform/http/roles.js';
import { WorkOrdersService } from '../work-orders/work-orders.service.js';
import { QueueService } from './queue.service.js';
import { Answers } from '../platform/http/answers.js';
import { WorkOrderAnswer } from '../work-orders/answers.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager')
@Controller('v1/work-orders')
export class ReleaseController {
  constructor(
    private readonly queues: QueueService,
    private readonly orders: WorkOrdersService,
  ) {}

  /** Opens the order: a job for each of its units goes on the line's queue. */
  @Post(':id/release')
  @Answers({ 200: WorkOrderAnswer })
  @HttpCode(200)
  async release(@Param('id', { schema: Slug }) id: string, @CurrentCaller() caller: Caller) {
    await this.queues.release(caller.actor, id);
    return this.orders.describe(id);
  }
}
