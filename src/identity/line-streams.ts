import type { IncomingMessage } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { answerInOrder, linesOf, NDJSON, TOO_LONG } from '../platform/http/ndjson.js';
import { toProblem } from '../platform/http/problem.js';
import { batchesBusy } from './identity.errors.js';
import { LineFailures } from './line-failures.js';
import { LinePace } from './line-pace.js';

const LINES = { mostBytes: 32_768, mostMs: 30_000 };
/** Lines at work, of all streams together: enough to fill the commits and the signers' batches; small enough that memory stays flat however long a stream is. */
const WINDOW = 512;
const MOST_STREAMS = 16;

/** What is done with each line: its schema, and what is answered for one that fits. */
interface LineWork<Line extends { serial: string }> {
  schema: z.ZodType<Line>;
  /** Members of the answer besides `line` and `serial`. */
  answer: (line: Line) => Promise<{ status: number }>;
}

/** Batches: one JSON object a line about one unit, in and out, in the same order. A bad line fails alone. All batches of the process share its bounds. */
@Injectable()
export class LineStreams {
  private readonly logger = new Logger(LineStreams.name);
  private readonly pace = new LinePace();
  private streams = 0;

  /** Takes the reply over. Throws `batches-busy`, or `request-invalid` for a body that is no stream of lines. */
  async answer<Line extends { serial: string }>(request: FastifyRequest, reply: FastifyReply, work: LineWork<Line>): Promise<void> {
    if (!isStream(request.body)) throw requestInvalid(`The body must be sent as ${NDJSON}`);
    if (this.streams >= MOST_STREAMS) throw batchesBusy();
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, { 'content-type': NDJSON });
    this.streams += 1;
    let line = 0;
    const failures = new LineFailures(this.logger, request.id);
    const flow = { pace: this.pace, window: () => Math.ceil(WINDOW / this.streams) };
    try {
      await answerInOrder(linesOf(request.body, LINES), ({ number, text }) => this.answerLine((line = number), text, work, failures), reply.raw, flow);
    } catch (error) {
      // The caller hung up or sends no more. What it was not told, it gets when it asks again.
      this.logger.log({ event: 'batch.cut', line, reason: error instanceof Error ? error.message : 'unknown' });
    } finally {
      this.streams -= 1;
      failures.tellCounts();
      reply.raw.once('finish', () => {
        if (!request.raw.complete) request.raw.destroy();
      });
      reply.raw.end();
    }
  }

  private async answerLine<Line extends { serial: string }>(line: number, text: string | typeof TOO_LONG, { schema, answer }: LineWork<Line>, failures: LineFailures): Promise<object> {
    let serial: string | undefined;
    try {
      const asked = parse(text, schema);
      serial = asked.serial;
      return { line, serial, ...(await answer(asked)) };
    } catch (error) {
      const problem = toProblem(error, 'others');
      failures.add(line, problem, error);
      return { line, ...(serial === undefined ? {} : { serial }), ...problem };
    }
  }
}

function parse<Line>(text: string | typeof TOO_LONG, schema: z.ZodType<Line>): Line {
  if (text === TOO_LONG) throw requestInvalid(`The line is longer than ${LINES.mostBytes} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw requestInvalid('The line is not a JSON object', { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw requestInvalid(z.prettifyError(parsed.error).split('\n')[0] ?? 'The line is not a request');
  return parsed.data;
}

function isStream(body: unknown): body is IncomingMessage {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
