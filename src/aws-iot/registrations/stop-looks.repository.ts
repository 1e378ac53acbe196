import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../../platform/database/database.js';

/** A CA that is looked at alone, from `at` on. */
export interface StopLook {
  authority: string;
  target: string;
  caCertificateId: string;
  /** As it was last seen. */
  autoRegistration: string | null;
  at: Date;
}

type Place = Pick<StopLook, 'authority' | 'target'>;

/** Stops that somebody makes in AWS, and the looks that find them. */
@Injectable()
export class StopLookRepository {
  constructor(private readonly db: Database) {}

  /**
   * CAs that issue for open orders and were seen to let devices in, each looked at every `everyMs`; of a target that has many, one a second. Several
   * workers may claim at once; each gets others.
   */
  async claimDue(everyMs: number, limit: number): Promise<StopLook[]> {
    const { rows } = await sql<StopLook>`
      with due as (
        select r.authority_id, r.target_name from registration r join authority a on a.id = r.authority_id join target t on t.name = r.target_name
        where r.next_stop_look_at <= now() and a.state = 'issuing' and t.state = 'verified' and r.observed ->> 'status' = 'ACTIVE' and registration_is_usable(r)
          and exists (select from work_order o join work_order_target p on p.work_order_id = o.id where o.authority_family = a.family and o.state = 'released' and p.target_name = r.target_name)
        order by r.next_stop_look_at limit ${limit} for update of r skip locked)
      update registration r set next_stop_look_at = now() + greatest(${everyMs}, 1000 * (
        select count(*) from registration o join authority a on a.id = o.authority_id where o.target_name = r.target_name and a.state = 'issuing')) * interval '1 millisecond'
      from due where r.authority_id = due.authority_id and r.target_name = due.target_name
      returning r.authority_id as authority, r.target_name as target, r.observed ->> 'autoRegistration' as "autoRegistration", (select fingerprint from authority where id = r.authority_id) as "caCertificateId", now() as at`.execute(this.db);
    return rows;
  }

  /** The CA lets devices in, as it was seen to. */
  async seenOpen({ authority, target, at }: StopLook): Promise<void> {
    await this.db.updateTable('registration').set({ seen_open_at: at }).where('authority_id', '=', authority).where('target_name', '=', target).execute();
  }

  /** All of the registration is looked at now. */
  async makeDue({ authority, target }: Place): Promise<void> {
    await this.db.updateTable('registration').set({ next_attempt_at: sql<Date>`now()` }).where('authority_id', '=', authority).where('target_name', '=', target).execute();
  }

  /** Whether units of the authority can come in, by what was last seen; the row is locked. */
  async isOpen(tx: Ledger, { authority, target }: Place): Promise<boolean> {
    const { rows } = await sql<{ open: boolean }>`select registration_is_usable(registration) as open from registration where authority_id = ${authority} and target_name = ${target} for no key update`.execute(tx);
    return rows[0]?.open === true;
  }

  /**
   * After a round that began at `at`: notes that the CA lets devices in, or, where it did before and a stop was found, that the units are to be named which
   * have passed since it was last seen to. However many those are, that takes no time here: a stop is to be written at once.
   */
  async note(tx: Ledger, place: Place, wasOpen: boolean, at: Date): Promise<void> {
    const { authority, target } = place;
    const isOpen = await this.isOpen(tx, place);
    if (!isOpen && !wasOpen) return;
    await tx
      .updateTable('registration')
      .set(isOpen ? { seen_open_at: at } : { naming_since: sql<Date | null>`least(naming_since, seen_open_at)`, named_until: 0 })
      .where('authority_id', '=', authority).where('target_name', '=', target)
      .execute();
  }
}
