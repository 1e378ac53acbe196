import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { LineStreams } from '../identity/line-streams.js';
import { NDJSON } from '../platform/http/ndjson.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { RenewalLine, RENEWAL_REFUSALS, shownWithIdentity } from './renewal.schema.js';
import { RenewalService } from './renewal.service.js';

const LINE_EXAMPLE = '{"serial":"LS-000042","csr":"-----BEGIN CERTIFICATE REQUEST-----\\nMIIB…"}\n';
const ANSWER_EXAMPLE = '{"line":1,"serial":"LS-000042","status":202,"state":"registering","identity":null}\n';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('issuer')
@Controller('v1/renewals')
export class RenewalBatchController {
  constructor(
    private readonly service: RenewalService,
    private readonly streams: LineStreams,
  ) {}

  @Post('batch')
  @RepeatsByNature()
  @Operation({
    summary: 'Renew the certificates of many units',
    description: 'For a file of CSRs: one JSON object a line, in and out, in the same order, streamed: {serial, csr, replaces?} in, the renewal or a problem out, each with line and status. 202: the targets are not ready yet. Send the same file again until every line has its identity (200); nothing is made twice. A bad line fails alone.',
    answers: { 200: { mediaTypes: [NDJSON], example: ANSWER_EXAMPLE } },
    refusals: [...RENEWAL_REFUSALS, 'batches-busy'],
    takes: { mediaType: NDJSON, example: LINE_EXAMPLE },
  })
  renew(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @CurrentCaller() caller: Caller): Promise<void> {
    return this.streams.answer(request, reply, {
      schema: RenewalLine,
      about: ({ serial }) => ({ serial }),
      answer: async (line) => {
        const delivered = await this.service.renew(caller.actor, line);
        return { status: delivered.identity === null ? 202 : 200, ...shownWithIdentity(delivered) };
      },
    });
  }
}
