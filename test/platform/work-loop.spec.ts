import { WorkLoop } from '../../src/platform/work-loop.js';
import { until } from '../support/until.js';

const loops: { stop(): Promise<void> }[] = [];
const started = <Loop extends { start(): void; stop(): Promise<void> }>(loop: Loop): Loop => {
  loops.push(loop);
  loop.start();
  return loop;
};
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
});

describe('a loop', () => {
  it('goes on after a task that failed', async () => {
    let times = 0;
    started(WorkLoop.every('failing', 1, () => Promise.reject(new Error(`time ${++times}`))));
    await until('three times', () => (times >= 3 ? true : undefined));
    expect(times).toBeGreaterThanOrEqual(3);
  });

  it('looks again at once while there is more to do, and when it is woken', async () => {
    const looks: boolean[] = [];
    const loop = started(WorkLoop.every('patient', 3_600_000, () => Promise.resolve(looks.push(looks.length < 3) <= 3)));
    await until('four looks', () => (looks.length === 4 ? true : undefined));
    loop.wake();
    await until('a fifth look', () => (looks.length === 5 ? true : undefined));
    expect(looks).toEqual([true, true, true, false, false]);
  });

  it('is not overtaken by itself: a wake-up during a task is one more look after it', async () => {
    let [running, most, done] = [0, 0, 0];
    const gate = Promise.withResolvers<void>();
    const loop = started(
      WorkLoop.every('single', 3_600_000, async () => {
        most = Math.max(most, ++running);
        await gate.promise;
        running -= 1;
        done += 1;
      }),
    );
    await until('a task', () => (running === 1 ? true : undefined));
    for (let time = 0; time < 5; time++) loop.wake();
    gate.resolve();
    await until('two tasks', () => (done === 2 ? true : undefined));
    expect(most).toBe(1);
  });

  it('does so many pieces of work at a time, and takes more as soon as one is done', async () => {
    const left = [1, 2, 3, 4, 5];
    const atWork = new Map<number, () => void>();
    started(
      new WorkLoop<number>({
        name: 'wide', everyMs: 3_600_000, width: 2,
        take: (limit) => Promise.resolve(left.splice(0, limit)),
        work: (piece) => new Promise((resolve) => atWork.set(piece, () => { atWork.delete(piece); resolve(); })),
      }),
    );
    await until('two pieces', () => (atWork.size === 2 ? true : undefined));
    expect([...atWork.keys()]).toEqual([1, 2]);
    atWork.get(1)!();
    await until('a third piece', () => (atWork.has(3) ? true : undefined));
    expect([...atWork.keys()]).toEqual([2, 3]);
    for (const end of atWork.values()) end();
    await until('the rest', () => (atWork.has(4) && atWork.has(5) ? true : undefined));
    for (const end of atWork.values()) end();
  });

  it('that is stopped ends when what it has begun is done', async () => {
    const gate = Promise.withResolvers<void>();
    let done = false;
    const loop = started(WorkLoop.every('slow', 1, async () => {
      await gate.promise;
      done = true;
    }));
    const stopped = loop.stop().then(() => done);
    gate.resolve();
    expect(await stopped).toBe(true);
  });
});
