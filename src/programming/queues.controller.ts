import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { StationRepository } from '../stations/station.repository.js';
import { JobCountsRepository, NONE } from './job-counts.repository.js';
import { QueueAnswer } from './job.schema.js';
import { LineQueues, queueName } from './line-queues.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'auditor', 'officer')
@Controller('v1/queues')
export class QueuesController {
  constructor(
    private readonly stations: StationRepository,
    private readonly counts: JobCountsRepository,
    private readonly queues: LineQueues,
  ) {}

  @Get()
  @Operation({
    summary: 'List queues',
    description: "Jobs per line, counted in the ledger, and how many entries wait in the line's queue (null: Redis is away).",
    answers: { 200: pageOf(QueueAnswer) },
  })
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const [lines, counts] = await Promise.all([this.stations.lines(limit + 1, cursor), this.counts.byLine()]);
    const { items, nextCursor } = page(lines, limit, ({ id }) => id);
    const queues = await Promise.all(
      items.map(async ({ id, name }) => ({
        id: queueName(id), line: id, name, jobs: counts.get(id) ?? NONE, waiting: await this.queues.waitingCount(id).catch(() => null),
      })),
    );
    return { items: queues, nextCursor };
  }
}
