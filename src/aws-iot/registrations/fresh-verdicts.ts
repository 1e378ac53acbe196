import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { hasCode } from '../../platform/errors/domain-error.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { inTime, TookTooLong } from '../units/in-time.js';
import { Reconciler } from './reconciler.js';
import { RegistrationRepository } from './registrations.repository.js';

/** However many are refused meanwhile, this process asks AWS once for each family and its targets. */
const ASKED = { max: 1_000, ttl: 5_000 };

/** What was last seen in a target may refuse what AWS would take by now: AWS is asked before somebody is refused, and its answer counts for all. */
@Injectable()
export class FreshVerdicts {
  private readonly asked = new LRUCache<string, true>(ASKED);
  private readonly looks = new Map<string, Promise<unknown>>();

  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly reconciler: Reconciler,
  ) {}

  /** What `work` answers; it is begun again where it threw `may-not-issue` and AWS was asked since. Throws what `work` does. */
  async before<Answer>(order: WorkOrderTerms, work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'may-not-issue') || !(await this.look(order))) throw error;
    }
    return work();
  }

  /** AWS was seen to let in whom it should not where the ledger knows of no difference: a worker looks at once, so that the verdict holds for all. */
  async doubt({ authorityFamily, method }: WorkOrderTerms, target: string): Promise<void> {
    await this.registrations.doubt(authorityFamily, method, target);
    this.reconciler.wake();
  }

  /** Asks AWS anew where something differed. Whether it has answered now. Whoever is in no target yet, or was refused by AWS, is a worker's, which goes on by itself. */
  async look({ authorityFamily, targets }: Pick<WorkOrderTerms, 'authorityFamily' | 'targets'>): Promise<boolean> {
    const differing = await this.registrations.differing(authorityFamily, targets);
    if (differing.length === 0) return false;
    const key = [authorityFamily, ...targets].join(' ');
    let look = this.looks.get(key);
    if (!look) {
      if (this.asked.has(key)) return false;
      this.asked.set(key, true);
      look = Promise.all(differing.map(({ authority, target }) => this.reconciler.lookNow(authority, [target]))).finally(() => this.looks.delete(key));
      this.looks.set(key, look);
    }
    try {
      await inTime(look);
      return true;
    } catch (error) {
      if (error instanceof TookTooLong) return false;
      throw error;
    }
  }
}
