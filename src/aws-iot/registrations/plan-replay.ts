import { Injectable } from '@nestjs/common';
import type { Replay } from '../../access/replays.js';
import { RegistrationDecisions } from './registration-decisions.js';
import type { RegistrationPlan } from './registrations.schema.js';

/** A repeated decision on what differs in AWS is answered with what differs now: somebody may have stopped it there since, which only a new request undoes. */
@Injectable()
export class PlanReplay implements Replay {
  constructor(private readonly decisions: RegistrationDecisions) {}

  async answer(kept: unknown): Promise<RegistrationPlan> {
    const { authority, target, madeRight } = kept as RegistrationPlan;
    const plan = await this.decisions.plan(authority, target);
    return madeRight === undefined ? plan : { ...plan, madeRight };
  }
}
