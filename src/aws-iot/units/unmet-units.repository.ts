import { Injectable } from '@nestjs/common';
import { bigintArray, textArray } from '../../platform/database/arrays.js';
import { callRule, type Ledger } from '../../platform/database/database.js';

/** Units of which some target would learn by their first connection: how many there are of each authority stands in `unmet_count` (`lock-outs.sql`). */
@Injectable()
export class UnmetUnitRepository {
  /** Something may have changed about these units. Last in the transaction of the change, or in a later one: others wait until it ends before they count. */
  async recount(tx: Ledger, { ids = [], serials = [] }: { ids?: readonly number[]; serials?: readonly string[] }): Promise<void> {
    if (ids.length + serials.length > 0) await callRule(tx, 'recount_unmet', { unit_ids: bigintArray(ids), serials: textArray(serials) });
  }
}
