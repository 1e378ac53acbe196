import { Injectable } from '@nestjs/common';
import type { Replay } from '../access/replays.js';
import { PlanningService, type WorkOrderDescription } from './planning.service.js';

/** A repeated request about an order is answered with the order as it is now. */
@Injectable()
export class OrderReplay implements Replay {
  constructor(private readonly planning: PlanningService) {}

  answer(kept: unknown): Promise<WorkOrderDescription> {
    return this.planning.describe((kept as { id: string }).id);
  }
}
