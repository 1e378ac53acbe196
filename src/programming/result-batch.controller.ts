import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { LineStreams } from '../identity/line-streams.js';
import { NDJSON } from '../platform/http/ndjson.js';
import { Operation } from '../platform/http/operation.js';
import { type Problem, toProblem } from '../platform/http/problem.js';
import { Roles } from '../platform/http/roles.js';
import { inClass } from '../platform/request-class.js';
import { stationNotFound } from '../stations/station.errors.js';
import { StationRepository } from '../stations/station.repository.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { jobName } from './job.schema.js';
import { ResultLine } from './result.schema.js';
import { Results, type Settled } from './results.js';

const LINE_EXAMPLE = '{"job":"job-42","fence":7,"outcome":"PASS","record":{"milliamperes":81},"endedAt":"2026-11-26T09:00:00+01:00"}\n';
const ANSWER_EXAMPLE = '{"line":1,"job":"job-42","state":"taken","unit":{"serial":"LS-000042","state":"passed"}}\n';

@ApiTags('station')
@ApiBearerAuth()
@Roles('station')
@Controller('v1/results')
export class ResultBatchController {
  constructor(
    private readonly results: Results,
    private readonly stations: StationRepository,
    private readonly streams: LineStreams,
    private readonly absence: LeaseAbsence,
  ) {}

  @Post('batch')
  @RepeatsByNature()
  @Operation({
    summary: 'Report the results of an offline spool',
    description:
      'One JSON object a line, in and out, in the same order, streamed, as POST /v1/jobs/{id}/result takes it, with `job`. Each is answered with its line, job and state, and unless it is refused with the unit as it stands: `taken`; `repeated`: it came before; `late`: kept as evidence, and changes nothing; `refused`: see `problem`, and send it again if that is retryable. ' +
      'A repeat of what is late has its `problem` too, and so has that of a PASS whose unit only rework helps by now. A bad line fails alone. A stream ends where the next line does not come within 30 s.',
    answers: { 200: { mediaTypes: [NDJSON], example: ANSWER_EXAMPLE } },
    refusals: ['station-unknown', 'batches-busy'],
    takes: { mediaType: NDJSON, example: LINE_EXAMPLE },
  })
  async report(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @CurrentCaller() caller: Caller): Promise<void> {
    if (caller.station === null) throw stationNotFound('of this key');
    const at = { actor: caller.actor, station: await this.stations.get(caller.station) };
    await this.streams.answer(request, reply, {
      schema: ResultLine,
      about: ({ job }) => ({ job: jobName(job) }),
      // With other batches, so that a spool takes no claim its connection.
      answer: ({ job, ...result }) => inClass('issuer', async () => {
        // Each line by itself: a stream may outlast many leases, and an absence of the ledger.
        const { asOf } = this.absence;
        await this.absence.makeGood();
        return shown(await this.results.settle({ ...at, asOf }, job, result));
      }),
      refusal: refused,
      of: 'stations',
    });
  }
}

const shown = ({ state, job: { serial, unitState }, refusal }: Settled) => ({ state, ...(state !== 'refused' && { unit: { serial, state: unitState } }), ...(refusal && { problem: toProblem(refusal) }) });
const refused = (problem: Problem) => ({ state: 'refused', problem });
