import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Answers, pageOf } from '../platform/http/api-responses.js';
import { Roles } from '../platform/http/roles.js';
import { StationRepository } from '../stations/station.repository.js';
import { JobRepository } from './job.repository.js';
import { QueueAnswer } from './job.schema.js';
import type { JobState } from './job.tables.js';
import { LineQueues, queueName } from './line-queues.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'auditor', 'officer')
@Controller('v1/queues')
export class QueuesController {
  constructor(
    private readonly stations: StationRepository,
    private readonly jobs: JobRepository,
    private readonly queues: LineQueues,
  ) {}

  /** Jobs per line, counted in the ledger, and how many entries wait in the line's queue (null: Redis is away). */
  @Get()
  @Answers({ 200: pageOf(QueueAnswer) })
  async list() {
    const [lines, counts] = await Promise.all([this.stations.lines(), this.jobs.countByState()]);
    const items = await Promise.all(
      lines.map(async ({ id, name }) => {
        const count = (state: JobState) => counts.find((row) => row.line === id && row.state === state)?.count ?? 0;
        const jobs = { queued: count('queued'), leased: count('leased'), passed: count('passed'), failed: count('failed'), cancelled: count('cancelled') };
        return { id: queueName(id), line: id, name, jobs, waiting: await this.queues.waitingCount(id).catch(() => null) };
      }),
    );
    return { items, nextCursor: null };
  }
}
