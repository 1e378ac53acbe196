import { Injectable } from '@nestjs/common';
import type { Replay } from '../../access/replays.js';
import { TargetRepository } from './targets.repository.js';
import type { Target } from './targets.schema.js';

/** A repeated request about a target is answered with the target as it is now. */
@Injectable()
export class TargetReplay implements Replay {
  constructor(private readonly targets: TargetRepository) {}

  answer(kept: unknown): Promise<Target> {
    return this.targets.get((kept as { name: string }).name);
  }
}
