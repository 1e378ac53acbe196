import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { StationRepository } from '../stations/station.repository.js';
import { JobCountsRepository, NONE } from './job-counts.repository.js';
import { QueueAnswer } from './job.schema.js';
import { LineQueues } from './line-queues.js';
import { lineStepKey, queueName } from './queue-place.js';
import { WaitingJobsQueries } from './waiting-jobs.queries.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'auditor', 'officer')
@Controller('v1/queues')
export class QueuesController {
  constructor(
    private readonly stations: StationRepository,
    private readonly waiting: WaitingJobsQueries,
    private readonly counts: JobCountsRepository,
    private readonly queues: LineQueues,
  ) {}

  @Get()
  @Operation({
    summary: 'List queues',
    description: 'Jobs per line and step, counted in the ledger, and how many entries wait in their queue (null: Redis is away).',
    answers: { 200: pageOf(QueueAnswer) },
  })
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const [lines, places, counts] = await Promise.all([this.stations.lines(), this.waiting.allPools(), this.counts.byPlace()]);
    const names = new Map(lines.map(({ id, name }) => [id, name]));
    const rest = places.toSorted((a, b) => (lineStepKey(a) < lineStepKey(b) ? -1 : 1)).filter((place) => cursor === undefined || lineStepKey(place) > cursor);
    const { items, nextCursor } = page(rest.slice(0, limit + 1), limit, lineStepKey);
    const queues = await Promise.all(
      items.map(async (place) => ({
        id: queueName(place), line: place.line, step: place.step, name: names.get(place.line) ?? place.line, jobs: counts.get(lineStepKey(place)) ?? NONE, waiting: await this.queues.waitingCount(place).catch(() => null),
      })),
    );
    return { items: queues, nextCursor };
  }
}
