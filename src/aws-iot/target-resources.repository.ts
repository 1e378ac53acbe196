import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Method } from '../work-orders/work-order.tables.js';
import type { Resource, ResourceRound } from './resources.js';

/** What must stand in each target, and what was seen there, for people and plans to look at. */
@Injectable()
export class TargetResourceRepository {
  constructor(private readonly db: Database) {}

  /** `authority`: of a resource that is the authority's own. */
  async record(target: string, method: Method, authority: string, { kind, name, desired }: Resource, { observed, differences }: ResourceRound): Promise<void> {
    const detail = differences.length === 0 ? null : differences.map(({ what }) => what).join('; ');
    const seen = { desired: JSON.stringify(desired), observed: JSON.stringify(observed), state: detail === null ? 'in-sync' : 'drifted', detail, updated_at: new Date() } as const;
    await this.db
      .insertInto('target_resource')
      .values({ target_name: target, kind, name, authority_id: kind === 'ca-certificate' ? authority : null, method, ...seen })
      .onConflict((conflict) => conflict.columns(['target_name', 'kind', 'name']).doUpdateSet(seen))
      .execute();
  }
}
