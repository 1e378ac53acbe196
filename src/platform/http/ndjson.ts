import type { Writable } from 'node:stream';

export const NDJSON = 'application/x-ndjson';

/** `number`: of the line in the stream, from 1 on, with the empty ones counted. */
export interface NumberedLine {
  number: number;
  text: string | typeof TOO_LONG;
}

/** What `linesOf` gives for a line that is longer than allowed; its bytes are dropped as they come. */
export const TOO_LONG = Symbol('line too long');

/** Bounds of a stream of lines. */
export interface LineBounds {
  mostBytes: number;
  /** Longest wait for the sender from one line to the end of the next, in milliseconds. Time in which nobody reads does not count. */
  mostMs: number;
}

/** A line has not arrived in time. */
export class LineTooSlow extends Error {
  override readonly message = 'a line has not arrived in time';
}

/**
 * The lines of an NDJSON stream, without their line ends; empty ones are left out. Holds one line at a time. Reading as slowly
 * as the lines are taken is what slows the sender down. Throws LineTooSlow.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, { mostBytes, mostMs }: LineBounds): AsyncGenerator<NumberedLine> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  const take = (): NumberedLine | undefined => {
    const text = length > mostBytes ? TOO_LONG : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    length = 0;
    number += 1;
    return text === '' ? undefined : { number, text };
  };
  const chunks = stream[Symbol.asyncIterator]();
  let waitedMs = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const { done, value: chunk } = await inTime(chunks.next(), mostMs - waitedMs);
      if (done) break;
      waitedMs += performance.now() - asked;
      let from = 0;
      for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
        add(chunk.subarray(from, end));
        from = end + 1;
        const line = take();
        if (line === undefined) continue;
        waitedMs = 0;
        yield line;
      }
      add(chunk.subarray(from));
    }
  } finally {
    // Not awaited: it waits for a chunk that is under way, and perhaps none is.
    void chunks.return?.().catch(() => undefined);
  }
  const last = take();
  if (last !== undefined) yield last;

  function add(part: Buffer) {
    length += part.length;
    if (length > mostBytes) parts = [];
    else parts.push(part);
  }
}

async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new LineTooSlow()), ms).unref();
  work.catch(() => undefined); // nobody waits for it any more when it is late
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

export interface Flow {
  /** Resolves when the next item may begin. */
  pace: { next(): Promise<void> };
  /** Most items at work, asked before each. */
  window: () => number;
}

/**
 * Works on up to `window` items at once and writes the answers in the order of the items, each as soon as it is its turn;
 * takes no more items while the window is full or the reader does not drain. Throws when the reader is gone or an answer fails.
 */
export async function answerInOrder<Item>(items: AsyncIterable<Item>, work: (item: Item) => Promise<object>, out: Writable, { pace, window }: Flow): Promise<void> {
  let open = 0;
  let writing = Promise.resolve();
  let room = () => {};
  const gone = () => room();
  out.once('close', gone);
  for await (const item of items) {
    await pace.next();
    const answer = work(item);
    answer.catch(() => undefined); // awaited in its turn
    open += 1;
    writing = writing.then(async () => {
      const text = `${JSON.stringify(await answer)}\n`;
      if (!out.destroyed) await write(out, text);
      open -= 1;
      room();
    });
    writing.catch(gone); // awaited at the end
    if (open >= window() && !out.destroyed) await new Promise<void>((resolve) => (room = resolve));
    if (out.destroyed) break;
  }
  await writing;
  out.off('close', gone);
  if (out.destroyed) throw new Error('the reader is gone');
}

function write(out: Writable, text: string): Promise<void> | undefined {
  if (out.write(text)) return undefined;
  return new Promise((resolve) => {
    const settle = () => {
      out.off('drain', settle);
      out.off('close', settle);
      resolve();
    };
    out.on('drain', settle);
    out.on('close', settle);
  });
}
