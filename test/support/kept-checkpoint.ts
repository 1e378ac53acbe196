import type { Checkpoint } from '../../src/audit/checkpoint.js';
import { readCheckpoint } from '../../src/audit/checkpoint-file.js';
import type { ServiceBench } from './service-bench.js';
import { until } from './until.js';

/** Resolves when every leaf has its index and the last one, by index and not by number, is on the checkpoint in this folder, which is `good`. */
export function allKept(bench: ServiceBench, checkpoints: string, good: (kept: Checkpoint) => boolean = () => true): Promise<true> {
  return until('a checkpoint of the last leaf', async () => {
    const { unplaced, last } = await bench.db
      .selectFrom('log_leaf').leftJoin('log_index', 'log_index.seq', 'log_leaf.seq')
      .select(({ fn }) => [fn.max('index').as('last'), fn.countAll<number>().filterWhere('index', 'is', null).as('unplaced')])
      .executeTakeFirstOrThrow();
    const kept = await readCheckpoint(checkpoints);
    return Number(unplaced) === 0 && kept !== undefined && kept.index === last && good(kept) ? true : undefined;
  });
}
