import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../../platform/database/database.js';
import { wasCancelled } from '../../platform/database/pg-errors.js';
import { ProvisioningMethods } from '../methods/methods.js';
import type { CloudStop } from '../registrations/registrations.schema.js';

/** Serial numbers that are shown of units that would be locked out. */
const SHOWN = 100;

interface Counted {
  units: number;
  onTheLine: number;
  ofTargets: Record<string, number>;
  serials: string[];
}

/** Whom a stop of an authority in AWS locks out, as it was counted when its units came and went (`lock-outs.sql`). */
@Injectable()
export class LockOuts {
  constructor(
    private readonly db: Database,
    private readonly methods: ProvisioningMethods,
  ) {}

  /** Units whose current certificate it has signed, of which a target would learn by their first connection, which has not come. */
  async by(authority: string): Promise<CloudStop> {
    const { units, onTheLine, ofTargets, serials } = await this.countIn(this.db, authority);
    const places = await this.db
      .selectFrom('registration')
      .innerJoin('target', 'target.name', 'target_name')
      .select(['name as target', 'target.state'])
      .where('authority_id', '=', authority).where('registration.state', '<>', 'removed')
      // A retired one counts where its CA was left ACTIVE and no other target stands for the account.
      .where((eb) => eb.or([eb('target.state', '<>', 'retired'), eb.and([
        eb(sql`observed ->> 'status'`, '=', 'ACTIVE'),
        eb.not(eb.exists(eb.selectFrom('target as other').select('other.name').whereRef('other.account_id', '=', 'target.account_id').whereRef('other.region', '=', 'target.region').where('other.state', '<>', 'retired'))),
      ])]))
      .orderBy('name')
      .execute();
    return { authority, lockedOut: units, onTheLine, serials, targets: places.map(({ target, state }) => ({ target, state, lockedOut: ofTargets[target] ?? 0 })) };
  }

  /** How many such units have left the line; undefined where the ledger has not counted them after `withinMs`. */
  async count(authority: string, withinMs: number): Promise<number | undefined> {
    try {
      return await this.db.transaction().execute(async (tx) => {
        await sql`select set_config('statement_timeout', ${String(withinMs)}, true)`.execute(tx);
        return (await this.countIn(tx, authority)).units;
      });
    } catch (error) {
      if (wasCancelled(error)) return undefined;
      throw error;
    }
  }

  private async countIn(ledger: Ledger, authority: string): Promise<Counted> {
    const { rows } = await sql<Counted>`
      select units, on_the_line as "onTheLine", of_targets as "ofTargets", serials from locked_out(of_authority => ${authority}, methods => ${this.methods.meetingDevices()}::text[], shown => ${SHOWN})`.execute(ledger);
    return rows[0]!;
  }
}
