import type { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

export const NDJSON = 'application/x-ndjson';

/** What `linesOf` gives for a line that is longer than allowed; its bytes are dropped as they come. */
export const TOO_LONG = Symbol('line too long');

/**
 * The lines of an NDJSON stream, without their line ends; empty ones are left out. Holds one line at a time, of at most
 * `mostBytes`. Reading as slowly as the lines are taken is what slows the sender down.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<string | typeof TOO_LONG> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): string | typeof TOO_LONG | undefined => {
    const line = length > mostBytes ? TOO_LONG : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    length = 0;
    return line === '' ? undefined : line;
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (line !== undefined) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = take();
  if (last !== undefined) yield last;

  function add(part: Buffer) {
    length += part.length;
    if (length > mostBytes) parts = [];
    else parts.push(part);
  }
}

/** A packet holds a hundred lines; after so many of them everybody else has a turn at the event loop. */
const LINES_A_TURN = 16;

/**
 * Works on up to `window` items at once and writes the answers in the order of the items, each as soon as it is its turn;
 * takes no more items while the window is full or the reader does not drain. Throws when the reader is gone or an answer fails.
 */
export async function answerInOrder<Item>(items: AsyncIterable<Item>, work: (item: Item) => Promise<object>, out: Writable, window: number): Promise<void> {
  let open = 0;
  let taken = 0;
  let writing = Promise.resolve();
  let room = () => {};
  const gone = () => room();
  out.once('close', gone);
  for await (const item of items) {
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
    if (open >= window && !out.destroyed) await new Promise<void>((resolve) => (room = resolve));
    if (out.destroyed) break;
    if (++taken % LINES_A_TURN === 0) await turn();
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
