import { PassThrough, Readable, Writable } from 'node:stream';
import { LinePace } from '../../src/identity/line-pace.js';
import { answerInOrder, LineTooSlow, linesOf, type NumberedLine, TOO_LONG } from '../../src/platform/http/ndjson.js';
import { turnsDuring } from '../support/turns.js';

const read = (chunks: readonly string[], mostBytes = 10) => Readable.from(linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), { mostBytes, mostMs: 1_000 })).map(({ text }: NumberedLine) => text).toArray();
const flow = (window: number) => ({ pace: new LinePace(), window: () => window });
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};
async function* numbers(taken: { count: number }) {
  for (;;) yield (taken.count += 1);
}

describe('linesOf', () => {
  it('finds the lines however the bytes are cut, with either line end and without a last one', async () => {
    expect(await read(['ab\ncd\r\n\n  \nef'])).toEqual(['ab', 'cd', 'ef']);
    expect(await read(['a', 'b', '\n', 'c', 'd\n'])).toEqual(['ab', 'cd']);
    expect(await read(['é'.slice(0, 1), '\n'])).toEqual(['é']);
    expect(await read([])).toEqual([]);
  });

  it('drops a line that is too long, and goes on with the next', async () => {
    expect(await read(['x'.repeat(5), 'x'.repeat(6), '\nok\n', 'y'.repeat(11)])).toEqual([TOO_LONG, 'ok', TOO_LONG]);
  });

  it('ends where the next line does not come in time, however the octets trickle', async () => {
    const sender = new PassThrough();
    const lines = linesOf(sender, { mostBytes: 10, mostMs: 300 });
    sender.write('ab\nc');
    expect((await lines.next()).value).toEqual({ number: 1, text: 'ab' });
    sender.write('d\n');
    expect((await lines.next()).value).toEqual({ number: 2, text: 'cd' });
    const trickle = setInterval(() => sender.write('\n'), 50);
    await expect(lines.next().finally(() => clearInterval(trickle))).rejects.toThrow(LineTooSlow);
  });
});

describe('answerInOrder', () => {
  it('writes answers in the order of the items, whichever is ready first', async () => {
    const written: string[] = [];
    const out = new Writable({ write: (chunk: Buffer, _encoding, done) => (written.push(chunk.toString()), done()) });
    const delays = [5, 0, 3, 1];
    await answerInOrder(Readable.from(delays), async (delay: number) => (await turns(delay), { delay }), out, flow(4));
    expect(written.join('')).toBe(delays.map((delay) => `{"delay":${delay}}\n`).join(''));
  });

  it('lets everybody else have turns while it takes what came in one packet', async () => {
    const packet = Buffer.from('1\n'.repeat(640));
    const out = new Writable({ write: (_chunk, _encoding, done) => done() });
    const turns = await turnsDuring(() => answerInOrder(linesOf(Readable.from([packet]), { mostBytes: 10, mostMs: 1_000 }), () => Promise.resolve({}), out, flow(1_000)));
    expect(turns).toBeGreaterThanOrEqual(640 / 16);
  });

  it('takes no more than the window while the first answer is not ready', async () => {
    const taken = { count: 0 };
    void answerInOrder(numbers(taken), () => new Promise(() => undefined), new Writable({ write: () => undefined }), flow(7));
    await turns(50);
    expect(taken.count).toBe(7);
  });

  it('takes no more items while the reader does not drain', async () => {
    const taken = { count: 0 };
    const stuck = new Writable({ highWaterMark: 100, write: () => undefined });
    void answerInOrder(numbers(taken), async () => ({ text: 'x'.repeat(60) }), stuck, flow(5));
    await turns(100);
    expect(taken.count).toBeLessThanOrEqual(5 + 2);
  });

  it('stops when the reader is gone', async () => {
    const taken = { count: 0 };
    const out = new Writable({ write: (_chunk, _encoding, done) => void (taken.count > 20 ? out.destroy() : done()) });
    await expect(answerInOrder(numbers(taken), async () => ({}), out, flow(5))).rejects.toThrow('the reader is gone');
    expect(taken.count).toBeLessThan(40);
  });
});
