import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../platform/http/roles.js';
import { QueueService } from './queue.service.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'auditor', 'officer')
@Controller('v1/queues')
export class QueuesController {
  constructor(private readonly queues: QueueService) {}

  @Get()
  async list() {
    return { items: await this.queues.describe(), nextCursor: null };
  }
}
