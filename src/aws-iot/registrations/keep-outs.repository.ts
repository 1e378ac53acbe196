import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Method } from '../../work-orders/work-order.tables.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { lockKeepOuts } from '../units/unit-expectations.repository.js';
import { DUE_NOW } from '../units/unit-registrations.repository.js';

/** Certificates of an authority that are to be REVOKED or INACTIVE in a target, and are not yet. */
@Injectable()
export class KeepOutRepository {
  constructor(private readonly db: Database) {}

  /** The CA is about to let devices in: whatever it has signed that is revoked now, whose unit is quarantined, or whose place was taken, is to be known there, whichever targets its order has. */
  async expect(target: string, authority: string, method: Method): Promise<void> {
    await sql`
      insert into unit_target (unit_id, target_name, certificate_id, method, step, state, desired, beyond_order, next_attempt_at)
      select unit_id, ${target}, fingerprint, ${method}, 'revoke', 'pending', 'REVOKED', true, now() from certificate
      where authority_id = ${authority} and state = 'revoked' and not_after > now() and not (select canary from unit where unit.id = unit_id)
      on conflict (unit_id, target_name, certificate_id) do nothing`.execute(this.db);
    await this.db.transaction().execute((tx) => this.expectSuspended(tx, target, authority, method));
  }

  /** One that is released or taken back into use at this moment is either seen to be, or finds the row that keeps it out. */
  private async expectSuspended(tx: Ledger, target: string, authority: string, method: Method): Promise<void> {
    await lockKeepOuts(tx);
    await sql`
      insert into unit_target (unit_id, target_name, certificate_id, method, step, progress, state, desired, beyond_order, next_attempt_at)
      select distinct certificate.unit_id, ${target}, fingerprint, ${method}, 'suspend', stood_before(certificate.unit_id, fingerprint, ${target}), 'pending', 'INACTIVE', true, now()
      from unit_target elsewhere join certificate on certificate.unit_id = elsewhere.unit_id and certificate.fingerprint = elsewhere.certificate_id
      where elsewhere.desired = 'INACTIVE' and certificate.authority_id = ${authority} and certificate.state = 'valid'
      on conflict (unit_id, target_name, certificate_id) do nothing`.execute(tx);
  }

  /** How many there are. */
  async pending(target: string, authority: string): Promise<number> {
    const { count } = await this.rows(target, authority).select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Their CA is known in the target now: they are to be told to AWS at once, however often AWS has refused them before. */
  async makeDue(target: string, authority: string): Promise<void> {
    await this.db
      .updateTable('unit_target')
      .set({ attempts: 0, ...DUE_NOW })
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
