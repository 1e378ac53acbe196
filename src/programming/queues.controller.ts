import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { queueUnknown } from './programming.errors.js';
import { QueueListQueries } from './queue-list.queries.js';
import { QueueSampleRepository } from './queue-sample.repository.js';
import { HistoryQuery, piecesOf, QueueAnswer, QueueHistoryAnswer, QueueId, QueuesQuery } from './queues.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'auditor', 'officer')
@Controller('v1/queues')
export class QueuesController {
  constructor(
    private readonly queues: QueueListQueries,
    private readonly samples: QueueSampleRepository,
  ) {}

  @Get()
  @Operation({
    summary: 'List queues',
    description: 'The pool of each line and step (first), then slots and stations, to which work can be moved (POST /v1/jobs/move): jobs counted in the ledger, since when the oldest waits, how many entries wait in Redis (null: it is away), what pauses the queue, and why nobody comes for what is assigned there.',
    answers: { 200: pageOf(QueueAnswer) },
  })
  async list(@Query({ schema: QueuesQuery }) { limit, cursor, line, station, withWork }: QueuesQuery) {
    return page(await this.queues.list(limit + 1, cursor, { line, station, withWork }), limit, ({ id }) => id);
  }

  @Get(':id/history')
  @Operation({
    summary: 'Show how deep a queue was',
    description: 'Jobs that waited and how long the oldest had, minute by minute for two days and each quarter of an hour before that, in at most 720 pieces. A piece at which nobody looked is left out.',
    answers: { 200: QueueHistoryAnswer },
    refusals: ['queue-unknown'],
  })
  async history(@Param('id', { schema: QueueId }) id: string, @Query({ schema: HistoryQuery }) { hours }: HistoryQuery) {
    if (!(await this.queues.exists(id))) throw queueUnknown(id);
    const minutes = piecesOf(hours);
    return { queue: id, everyMinutes: minutes, points: await this.samples.of(id, hours, minutes) };
  }
}
