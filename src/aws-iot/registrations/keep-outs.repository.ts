import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../../platform/database/database.js';

/** Certificates of an authority that are to be REVOKED or INACTIVE in a target, and are not yet. */
@Injectable()
export class KeepOutRepository {
  constructor(private readonly db: Database) {}

  /** How many there are. */
  async pending(target: string, authority: string): Promise<number> {
    const { count } = await this.rows(target, authority).select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Their CA is known in the target now: they are to be told to AWS at once, however often AWS has refused them before. */
  async makeDue(target: string, authority: string): Promise<void> {
    await this.db
      .updateTable('unit_target')
      .set({ attempts: 0, next_attempt_at: sql<Date>`now()` })
      .where('target_name', '=', target).where('state', '=', 'pending').where('desired', '<>', 'ACTIVE').where('next_attempt_at', '>', sql<Date>`now() + interval '30 seconds'`)
      .where('certificate_id', 'in', this.rows(target, authority).select('unit_target.certificate_id'))
      .execute();
  }

  private rows(target: string, authority: string) {
    return this.db
      .selectFrom('unit_target')
      .innerJoin('certificate', (on) => on.onRef('certificate.unit_id', '=', 'unit_target.unit_id').onRef('certificate.fingerprint', '=', 'unit_target.certificate_id'))
      .where('unit_target.target_name', '=', target).where('unit_target.state', '=', 'pending').where('unit_target.desired', '<>', 'ACTIVE')
      .where('certificate.authority_id', '=', authority);
  }
}
