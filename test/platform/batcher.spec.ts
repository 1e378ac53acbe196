import { Batcher } from '../../src/platform/batcher.js';
import { inClass } from '../../src/platform/request-class.js';

/** Work that notes its batches and waits to be let go. */
function heldWork() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const work = async (items: number[]) => {
    batches.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    return items.map((item) => item * 10);
  };
  return { batches, work, letGo: () => gates.shift()!() };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('sends a lone request out at once', async () => {
  const { batches, work, letGo } = heldWork();
  const batcher = new Batcher(work, { lanes: 1, most: 10 });
  const answer = batcher.submit(1);
  await turn();
  expect(batches).toEqual([[1]]);
  letGo();
  expect(await answer).toBe(10);
});

it('sends what came in while the lanes were busy as one batch, and gives each its own answer', async () => {
  const { batches, work, letGo } = heldWork();
  const batcher = new Batcher(work, { lanes: 1, most: 3 });
  const answers = [1, 2, 3, 4, 5].map((item) => batcher.submit(item));
  await turn();
  expect(batches).toEqual([[1, 2, 3]]);
  letGo();
  expect(await answers[2]).toBe(30);
  await turn();
  expect(batches).toEqual([[1, 2, 3], [4, 5]]);
  letGo();
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
});

it('lets one bad item fail alone', async () => {
  const work = async (items: number[]) => {
    if (items.includes(13)) throw new Error('unlucky');
    return items;
  };
  const batcher = new Batcher(work, { lanes: 2, most: 100 });
  const settled = await Promise.allSettled([...Array(40).keys()].map((item) => batcher.submit(item)));
  expect(settled.map(({ status }, index) => [index, status]).filter(([, status]) => status === 'rejected')).toEqual([[13, 'rejected']]);
});

it('does not try one by one while the ledger is away', async () => {
  let tries = 0;
  const work = async () => {
    tries += 1;
    throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  };
  const batcher = new Batcher<number, number>(work, { lanes: 1, most: 100 });
  const settled = await Promise.allSettled([1, 2, 3, 4].map((item) => batcher.submit(item)));
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  expect(tries).toBe(1);
});

it('lets no class wait for the lanes of another', async () => {
  const { batches, work, letGo } = heldWork();
  const batcher = new Batcher(work, { lanes: 1, most: 10 });
  const issuer = inClass('issuer', () => batcher.submit(1));
  await turn();
  const station = inClass('station', () => batcher.submit(2));
  await turn();
  expect(batches).toEqual([[1], [2]]);
  letGo();
  letGo();
  expect(await Promise.all([issuer, station])).toEqual([10, 20]);
});
