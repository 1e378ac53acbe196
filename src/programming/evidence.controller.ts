import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { pageByNumber, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/serial.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { EvidenceQueries } from './evidence.queries.js';
import { JobId } from './job.schema.js';
import { recordUnknown } from './programming.errors.js';
import { RecordRepository } from './record.repository.js';
import { AttemptAnswer, LateReportAnswer, RecordAnswer } from './result.schema.js';

const MARK = z.string().regex(/^\d{1,15}$/, 'is not the nextCursor of a page');
const EvidenceQuery = PageQuery.extend({ cursor: MARK.default('0').meta({ description: '`nextCursor` of the page before' }) });
type EvidenceQuery = z.infer<typeof EvidenceQuery>;
const CountedId = z.string().regex(/^[1-9]\d{0,14}$/, 'a number').transform(Number).meta({ example: '1' });
const JSON_TYPE = 'application/json; charset=utf-8';

/** What stations told of units, as it is kept. */
@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1')
export class EvidenceController {
  constructor(
    private readonly units: UnitRepository,
    private readonly evidence: EvidenceQueries,
    private readonly records: RecordRepository,
  ) {}

  @Get('units/:serial/attempts')
  @Operation({
    summary: 'List the attempts at a unit',
    description: 'Over all its jobs, in the order in which they began. `startedAt` and `endedAt` are the service’s times; those of the station’s own clock stand beside them, as it wrote them. Test records are read apart.',
    answers: { 200: pageOf(AttemptAnswer) },
    refusals: ['serial-unknown'],
  })
  async attempts(@Param('serial', { schema: Serial }) serial: string, @Query({ schema: EvidenceQuery }) { cursor, limit }: EvidenceQuery) {
    const { id } = await this.units.getBySerial(serial);
    return pageByNumber(await this.evidence.attempts(id, { after: Number(cursor), limit: limit + 1 }), limit, ({ fence }) => fence);
  }

  @Get('units/:serial/late-reports')
  @Operation({
    summary: 'List what came late about a unit',
    description: 'What stations reported after their lease was over, reported otherwise after their first report, or were refused with a record that contradicts it: kept as evidence, in the order in which it came. It has changed nothing.',
    answers: { 200: pageOf(LateReportAnswer) },
    refusals: ['serial-unknown'],
  })
  async lateReports(@Param('serial', { schema: Serial }) serial: string, @Query({ schema: EvidenceQuery }) { cursor, limit }: EvidenceQuery) {
    const { id } = await this.units.getBySerial(serial);
    return pageByNumber(await this.evidence.lateReports(id, { after: Number(cursor), limit: limit + 1 }), limit, (report) => report.id);
  }

  @Get('jobs/:id/attempts/:number/record')
  @Operation({
    summary: 'Read a test record',
    description: 'As the station sent it, without its white space.',
    answers: { 200: RecordAnswer },
    refusals: ['record-unknown'],
  })
  async record(@Param('id', { schema: JobId }) id: number, @Param('number', { schema: CountedId }) number: number, @Res() reply: FastifyReply) {
    await send(reply, await this.records.ofAttempt(id, number));
  }

  @Get('units/:serial/late-reports/:id/record')
  @Operation({
    summary: 'Read the test record of a late report',
    description: 'As the station sent it, without its white space.',
    answers: { 200: RecordAnswer },
    refusals: ['serial-unknown', 'record-unknown'],
  })
  async lateRecord(@Param('serial', { schema: Serial }) serial: string, @Param('id', { schema: CountedId }) id: number, @Res() reply: FastifyReply) {
    const unit = await this.units.getBySerial(serial);
    await send(reply, await this.records.ofLateReport(unit.id, id));
  }
}

async function send(reply: FastifyReply, record: string | undefined): Promise<void> {
  if (record === undefined) throw recordUnknown();
  await reply.header('content-type', JSON_TYPE).send(record);
}
