import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Ledger } from '../../platform/database/database.js';

/** Serial numbers that a record names. */
const NAMED = 100;

/** Certificates that are to be REVOKED or INACTIVE in a target which has not been told so. */
@Injectable()
export class UntoldKeepOutRepository {
  /** How many there are, also by revocations of this moment. */
  async count(tx: Ledger, target: string): Promise<number> {
    const { rows } = await sql<{ untold: number }>`
      select (select count(*) from unit_target where target_name = ${target} and state = 'pending' and desired <> 'ACTIVE')::int
        + (select count(*) from certificate join unit_target on unit_target.unit_id = certificate.unit_id and unit_target.certificate_id = certificate.fingerprint
          where certificate.state = 'revoked' and unit_target.target_name = ${target} and unit_target.desired <> 'REVOKED' and unit_target.state <> 'removed')::int as untold`.execute(tx);
    return rows[0]!.untold;
  }

  /** Nobody tells AWS there any more. Answers the first of their units. */
  async giveUp(tx: Ledger, target: string): Promise<string[]> {
    const given = await tx
      .updateTable('unit_target')
      .set({ state: 'removed', detail: 'The target was retired before AWS was told there' })
      .from('unit')
      .whereRef('unit.id', '=', 'unit_target.unit_id')
      .where('target_name', '=', target).where('unit_target.state', '=', 'pending').where('desired', '<>', 'ACTIVE')
      .returning('unit.serial')
      .execute();
    return given.map(({ serial }) => serial).toSorted().slice(0, NAMED);
  }
}
