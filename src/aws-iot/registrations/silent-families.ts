import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { AwsLoops } from '../aws-loops.js';
import { FamilyTargetRepository } from './family-targets.repository.js';
import { Reconciler } from './reconciler.js';
import { RegistrationPlans } from './registration-plans.repository.js';

/** An order that an earlier version took changes nothing by itself. */
const EVERY_MS = 60_000;

/** Families whose CAs are to let in nobody by themselves in any account, and that an earlier version left otherwise where their orders do not go: from the start of a worker on. */
@Injectable()
export class SilentFamilies {
  constructor(
    loops: AwsLoops,
    private readonly families: FamilyTargetRepository,
    private readonly plans: RegistrationPlans,
    private readonly reconciler: Reconciler,
    private readonly db: Database,
  ) {
    loops.add({ name: 'SilentFamilies', everyMs: EVERY_MS, width: 1, take: () => this.silence(), work: () => Promise.resolve() });
  }

  private async silence(): Promise<[]> {
    if ((await this.families.doingElse()).length === 0) return [];
    const changed = await this.db.transaction().execute(async (tx) => {
      await this.plans.lock(tx);
      return this.families.spread(tx);
    });
    if (changed) this.reconciler.wake();
    return [];
  }
}
