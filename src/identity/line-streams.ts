import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { assertShallow, streamOf } from '../platform/http/body-bounds.js';
import { parseExactly } from '../platform/http/exact-json.js';
import { answerInOrder, linesOf, NDJSON, TOO_LONG } from '../platform/http/ndjson.js';
import { type Problem, toProblem } from '../platform/http/problem.js';
import { batchesBusy } from './identity.errors.js';
import { LineFailures } from './line-failures.js';
import { LinePace } from './line-pace.js';

/** Longest wait for the next line, in milliseconds. */
const MOST_MS = 30_000;

/** What is done with each line: its schema, and what is answered for one that fits. */
interface LineWork<Line> {
  schema: z.ZodType<Line>;
  /** Members of each answer that say what its line is about. */
  about: (line: Line) => object;
  /** Members of the answer besides these and `line`. */
  answer: (line: Line) => Promise<object>;
  /** How a refusal stands in the answer; as its members unless said. */
  refusal?: (problem: Problem) => object;
  /** Whose batches these are, with bounds of their own. Those of issuers unless said. */
  of?: Batchers;
}

/** A line of a batch. `read`: answers what it asks for, or throws what is wrong with it. */
export interface BatchLine<Line> {
  line: number;
  read: () => Line;
}

type Batchers = 'issuers' | 'stations' | 'people';

interface Bounds {
  lineBytes: number;
  window: number;
  streams: number;
  readJson: (text: string) => unknown;
}

/** `window`: lines at work, of all streams together: enough to fill the commits and the signers' batches; small enough that memory stays flat however long a stream is. */
const BOUNDS: Record<Batchers, Bounds> = {
  issuers: { lineBytes: 32_768, window: 512, streams: 16, readJson: JSON.parse },
  // A line may hold a test record, and each is worked on only when the one before has its answer.
  stations: { lineBytes: 2_162_688, window: 1, streams: 8, readJson: parseExactly },
  // Each line is a transaction of its own, and people have a few connections only.
  people: { lineBytes: 4_096, window: 2, streams: 4, readJson: JSON.parse },
};

/** Batches: one JSON object a line about one unit or job, in and out, in the same order. A bad line fails alone. All batches of the process share its bounds. */
@Injectable()
export class LineStreams {
  private readonly logger = new Logger(LineStreams.name);
  private readonly pace = new LinePace();
  private readonly streams: Record<Batchers, number> = { issuers: 0, stations: 0, people: 0 };

  /** Takes the reply over. Throws `batches-busy`, or `request-invalid` for a body that is no stream of lines. */
  async answer<Line>(request: FastifyRequest, reply: FastifyReply, work: LineWork<Line>): Promise<void> {
    return this.each(request, reply, linesIn(streamOf(request, NDJSON), work.schema, BOUNDS[work.of ?? 'issuers']), work);
  }

  /** The same for lines that are read in another way. Throws `batches-busy`. */
  async each<Line>(request: FastifyRequest, reply: FastifyReply, lines: AsyncIterable<BatchLine<Line>>, work: Omit<LineWork<Line>, 'schema'>): Promise<void> {
    const { of = 'issuers' } = work;
    const { window, streams } = BOUNDS[of];
    if (this.streams[of] >= streams) throw batchesBusy();
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, { 'content-type': NDJSON });
    this.streams[of] += 1;
    let line = 0;
    const failures = new LineFailures(this.logger, request.id);
    const flow = { pace: this.pace, window: () => Math.ceil(window / this.streams[of]) };
    try {
      await answerInOrder(lines, (each) => this.answerLine((line = each.line), each.read, work, failures), reply.raw, flow);
    } catch (error) {
      // The caller hung up or sends no more. What it was not told, it gets when it asks again.
      this.logger.log({ event: 'batch.cut', line, reason: error instanceof Error ? error.message : 'unknown' });
    } finally {
      this.streams[of] -= 1;
      failures.tellCounts();
      reply.raw.once('finish', () => {
        if (!request.raw.complete) request.raw.destroy();
      });
      reply.raw.end();
    }
  }

  private async answerLine<Line>(line: number, read: () => Line, { about, answer, refusal = (problem) => problem, of = 'issuers' }: Omit<LineWork<Line>, 'schema'>, failures: LineFailures): Promise<object> {
    let told = {};
    try {
      const asked = read();
      told = about(asked);
      return { line, ...told, ...(await answer(asked)) };
    } catch (error) {
      const problem = toProblem(error, of === 'stations' ? 'station' : 'others');
      failures.add(line, problem, error);
      return { line, ...told, ...refusal(problem) };
    }
  }
}

async function* linesIn<Line>(stream: AsyncIterable<Buffer>, schema: z.ZodType<Line>, bounds: Bounds): AsyncGenerator<BatchLine<Line>> {
  for await (const { number, text } of linesOf(stream, { mostBytes: bounds.lineBytes, mostMs: MOST_MS })) yield { line: number, read: () => parse(text, schema, bounds) };
}

function parse<Line>(text: string | typeof TOO_LONG, schema: z.ZodType<Line>, { lineBytes, readJson }: Bounds): Line {
  if (text === TOO_LONG) throw requestInvalid(`The line is longer than ${lineBytes} bytes`);
  let json: unknown;
  try {
    json = readJson(text);
  } catch (cause) {
    throw requestInvalid('The line is not a JSON object', { cause });
  }
  assertShallow(json);
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw requestInvalid(z.prettifyError(parsed.error).split('\n')[0] ?? 'The line is not a request');
  return parsed.data;
}
