import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { Database, type Ledger } from '../../platform/database/database.js';

/** Units of one piece, which are looked through in one short transaction. */
const PIECE = 1_000;
/** Serial numbers that a record names. */
const NAMED = 100;

interface Naming {
  authority: string;
  target: string;
  since: Date;
  after: number;
}

/** Units that have passed after their CA was last seen to let devices in, and before a stop of it was found: named piece by piece, however many there are. */
@Injectable()
export class PassedUnseenRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Names those of the next piece, on record. Several workers may do so at once, each for another registration. False when there is nothing left to name. */
  async nameNext(): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const naming = await tx
        .selectFrom('registration')
        .select(['authority_id as authority', 'target_name as target', 'naming_since as since', 'named_until as after'])
        .where('naming_since', 'is not', null)
        .orderBy('authority_id').orderBy('target_name').limit(1)
        .forNoKeyUpdate().skipLocked()
        .$narrowType<{ since: Date }>()
        .executeTakeFirst();
      if (!naming) return false;
      const units = await this.nextUnits(tx, naming);
      const isLast = units.length < PIECE;
      await this.name(tx, naming, units);
      await tx
        .updateTable('registration')
        .set(isLast ? { naming_since: null, named_until: 0 } : { named_until: units.at(-1)! })
        .where('authority_id', '=', naming.authority).where('target_name', '=', naming.target)
        .execute();
      return true;
    });
  }

  /** Ids of those that have not connected in the target yet, whatever their authority: their index is read on from where the last piece ended. */
  private async nextUnits(tx: Ledger, { target, after }: Naming): Promise<number[]> {
    const { rows } = await sql<{ id: number }>`
      select distinct unit_id as id from unit_target
      where target_name = ${target} and unit_id > ${after} and desired = 'ACTIVE' and state in ('pending', 'failed') and connected_at is null and succeeds is null and not beyond_order
      order by unit_id limit ${PIECE}`.execute(tx);
    return rows.map(({ id }) => id);
  }

  private async name(tx: Ledger, { authority, target, since }: Naming, units: readonly number[]): Promise<void> {
    if (units.length === 0) return;
    const { rows } = await sql<{ serial: string }>`
      update unit_target u set passed_unseen_at = now() from certificate c, unit
      where unit.id = any(${units}::bigint[]) and unit.state in ('passed', 'shipped') and unit.updated_at > ${since}
        and c.unit_id = unit.id and c.authority_id = ${authority} and c.state = 'valid'
        and u.unit_id = unit.id and u.target_name = ${target} and u.certificate_id = c.fingerprint and u.state = 'pending' and u.desired = 'ACTIVE'
      returning unit.serial`.execute(tx);
    if (rows.length === 0) return;
    const serials = rows.map(({ serial }) => serial).toSorted().slice(0, NAMED);
    await this.audit.record(tx, 'system', 'registration.passed-unseen', `authority:${authority}`, { authority, target, units: rows.length, serials, since: since.toISOString() });
  }
}
