import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../../platform/database/database.js';

/** In which targets an authority is, and in which it has to be. */
@Injectable()
export class AuthorityStanding {
  constructor(private readonly db: Database) {}

  /** Names of the targets of the family's orders that have not ended. */
  async orderedTargets(family: string, ledger: Ledger = this.db): Promise<string[]> {
    const rows = await ledger
      .selectFrom('work_order')
      .innerJoin('work_order_target', 'work_order_target.work_order_id', 'work_order.id')
      .select('target_name')
      .distinct()
      .where('authority_family', '=', family)
      .where('work_order.state', 'in', ['planned', 'released', 'held'])
      .orderBy('target_name')
      .execute();
    return rows.map(({ target_name: name }) => name);
  }

  /** In which targets the authority is to be, and which of them do not show it as desired. Those whose check has not passed, and those that a person paused or retired, are none of them. */
  async of(authority: string, ledger: Ledger = this.db): Promise<{ targets: string[]; lagging: string[] }> {
    const rows = await ledger
      .selectFrom('target')
      .leftJoin('registration', (on) => on.onRef('target_name', '=', 'name').on('authority_id', '=', authority))
      .select(['name', 'registration.state'])
      .where('target.state', '=', 'verified')
      .orderBy('name')
      .execute();
    return { targets: rows.map(({ name }) => name), lagging: rows.filter(({ state }) => state !== 'in-sync').map(({ name }) => name) };
  }
}
