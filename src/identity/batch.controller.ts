import type { IncomingMessage } from 'node:http';
import { Controller, Logger, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { Operation } from '../platform/http/operation.js';
import { answerInOrder, linesOf, NDJSON, TOO_LONG } from '../platform/http/ndjson.js';
import { toProblem } from '../platform/http/problem.js';
import { Roles } from '../platform/http/roles.js';
import { batchesBusy } from './identity.errors.js';
import { BatchLine, ISSUING_REFUSALS } from './identity.schema.js';
import { IdentityService } from './identity.service.js';
import { LinePace } from './line-pace.js';

const LINES = { mostBytes: 32_768, mostMs: 30_000 };
/** Lines at work, of all streams together: enough to fill the commits and the signers' batches; small enough that memory stays flat however long a stream is. */
const WINDOW = 512;
const MOST_STREAMS = 16;

const LINE_EXAMPLE = '{"workOrder":"wo-1","serial":"LS-000042","csr":"-----BEGIN CERTIFICATE REQUEST-----\\nMIIB…"}\n';
const ANSWER_EXAMPLE = '{"line":1,"serial":"LS-000042","status":201,"certificate":"-----BEGIN CERTIFICATE-----\\nMIIB…"}\n';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('issuer')
@Controller('v1/certificates')
export class BatchController {
  private readonly logger = new Logger(BatchController.name);
  private readonly pace = new LinePace();
  private streams = 0;

  constructor(private readonly identities: IdentityService) {}

  @Post('batch')
  @RepeatsByNature()
  @Operation({
    summary: 'Issue certificates for many units',
    description: 'One JSON object a line, in and out, in the same order, streamed: {workOrder, serial, csr} in, the certificate or a problem out, each with line and status. A bad line fails alone. After a cut connection send it all again: units that have their certificate answer the same one. A stream ends where the next line does not come within 30 s.',
    answers: { 200: { mediaTypes: [NDJSON], example: ANSWER_EXAMPLE } },
    refusals: [...ISSUING_REFUSALS, 'batches-busy'],
    takes: { mediaType: NDJSON, example: LINE_EXAMPLE },
  })
  async issue(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @CurrentCaller() caller: Caller): Promise<void> {
    if (!isStream(request.body)) throw requestInvalid(`The body must be sent as ${NDJSON}`);
    if (this.streams >= MOST_STREAMS) throw batchesBusy();
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, { 'content-type': NDJSON });
    this.streams += 1;
    let line = 0;
    const flow = { pace: this.pace, window: () => Math.ceil(WINDOW / this.streams) };
    try {
      await answerInOrder(linesOf(request.body, LINES), (text) => this.answer(caller, ++line, text), reply.raw, flow);
    } catch (error) {
      // The caller hung up or sends no more. What it was not told, it gets when it asks again.
      this.logger.log({ event: 'batch.cut', line, reason: error instanceof Error ? error.message : 'unknown' });
    } finally {
      this.streams -= 1;
      reply.raw.once('finish', () => {
        if (!request.raw.complete) request.raw.destroy();
      });
      reply.raw.end();
    }
  }

  private async answer(caller: Caller, line: number, text: string | typeof TOO_LONG): Promise<object> {
    let serial: string | undefined;
    try {
      const body = parse(text);
      serial = body.serial;
      const { identity, replayed } = await this.identities.issueDirectly(caller.actor, body, 'batch');
      return { line, serial, status: replayed ? 200 : 201, ...identity };
    } catch (error) {
      const problem = toProblem(error, 'others');
      if (problem.status >= 500) this.logger.error({ event: 'batch.line_failed', line, code: problem.code, error });
      return { line, ...(serial === undefined ? {} : { serial }), ...problem };
    }
  }
}

function parse(text: string | typeof TOO_LONG): BatchLine {
  if (text === TOO_LONG) throw requestInvalid(`The line is longer than ${LINES.mostBytes} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw requestInvalid('The line is not a JSON object', { cause });
  }
  const parsed = BatchLine.safeParse(json);
  if (!parsed.success) throw requestInvalid(z.prettifyError(parsed.error).split('\n')[0] ?? 'The line is not a request');
  return parsed.data;
}

function isStream(body: unknown): body is IncomingMessage {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
