import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { NDJSON } from '../platform/http/ndjson.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { BatchLine, ISSUING_REFUSALS } from './identity.schema.js';
import { IdentityService } from './identity.service.js';
import { LineStreams } from './line-streams.js';

const LINE_EXAMPLE = '{"workOrder":"wo-1","serial":"LS-000042","csr":"-----BEGIN CERTIFICATE REQUEST-----\\nMIIB…"}\n';
const ANSWER_EXAMPLE = '{"line":1,"serial":"LS-000042","status":201,"certificate":"-----BEGIN CERTIFICATE-----\\nMIIB…"}\n';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('issuer')
@Controller('v1/certificates')
export class BatchController {
  constructor(
    private readonly identities: IdentityService,
    private readonly streams: LineStreams,
  ) {}

  @Post('batch')
  @RepeatsByNature()
  @Operation({
    summary: 'Issue certificates for many units',
    description: 'One JSON object a line, in and out, in the same order, streamed: {workOrder, serial, csr} in, the certificate or a problem out, each with line and status. A bad line fails alone. After a cut connection send it all again: units that have their certificate answer the same one. A stream ends where the next line does not come within 30 s.',
    answers: { 200: { mediaTypes: [NDJSON], example: ANSWER_EXAMPLE } },
    refusals: [...ISSUING_REFUSALS, 'batches-busy'],
    takes: { mediaType: NDJSON, example: LINE_EXAMPLE },
  })
  issue(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @CurrentCaller() caller: Caller): Promise<void> {
    return this.streams.answer(request, reply, {
      schema: BatchLine,
      about: ({ serial }) => ({ serial }),
      answer: async (line) => {
        const { identity, replayed } = await this.identities.issueDirectly(caller.actor, line, 'batch');
        return { status: replayed ? 200 : 201, ...identity };
      },
    });
  }
}
