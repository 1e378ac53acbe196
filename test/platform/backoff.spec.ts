import { backoffMs, jittered } from '../../src/platform/backoff.js';

describe('the pause before the next attempt', () => {
  it('starts at the first pause, doubles with each failed attempt and stops growing at the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 2_000].map((attempt) => backoffMs(attempt, { firstMs: 100, mostMs: 1_000 }));
    expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('lies between half of it and all of it when it is jittered, and differs from caller to caller', () => {
    const pauses = Array.from({ length: 1_000 }, () => jittered(1_000));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
    expect(new Set(pauses).size).toBeGreaterThan(100);
  });
});
