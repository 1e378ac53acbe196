import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../platform/http/roles.js';
import { QueueService } from './queue.service.js';
import { Answers, pageOf } from '../platform/http/answers.js';
import { QueueAnswer } from './answers.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'auditor', 'officer')
@Controller('v1/queues')
export class QueuesController {
  constructor(private readonly queues: QueueService) {}

  @Get()
  @Answers({ 200: pageOf(QueueAnswer) })
  async list() {
    return { items: await this.queues.describe(), nextCursor: null };
  }
}
