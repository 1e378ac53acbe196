import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { ExpectedUnit } from './unit-registrations.repository.js';

/** Of what is kept out of targets that its order does not name: what stood there before. */
@Injectable()
export class BeyondOrderRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Targets that the order does not name in which the CA that issues for it lets devices in by itself, each with what to do about it. */
  async openBeyond(order: string): Promise<{ target: string; problem: string; remedy: string }[]> {
    const { rows } = await sql<{ target: string; problem: string; remedy: string }>`select target_name as target, problem, remedy from open_beyond(${order})`.execute(this.db);
    return rows;
  }

  /** Of several statuses, the first one counts: a later one is what we have made of it. */
  async keepFormerStatus(target: string, unit: ExpectedUnit, status: string): Promise<void> {
    await this.row(target, unit).set({ progress: sql<string>`jsonb_build_object('formerStatus', ${status}::text) || progress` }).execute();
  }

  /** Undefined where it was not looked at before it was changed. */
  async formerStatus(target: string, { unitId, certificateId }: ExpectedUnit): Promise<string | undefined> {
    const row = await this.db.selectFrom('unit_target').select('progress').where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId).executeTakeFirst();
    const status = row?.progress['formerStatus'];
    return typeof status === 'string' ? status : undefined;
  }

  /** All is there again as it was, and nobody looks for the unit there. On record; not where the unit was quarantined or revoked again meanwhile. */
  async left(target: string, { unitId, serial, certificateId, claim }: ExpectedUnit): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const gone = await tx
        .deleteFrom('unit_target')
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('beyond_order', '=', true).where('state', '=', 'pending').where('desired', '=', 'ACTIVE').where('claim', '=', claim)
        .returning('unit_id')
        .executeTakeFirst();
      if (!gone) return;
      await this.settleFormer(tx, target, { unitId, certificateId });
      await this.audit.record(tx, 'system', 'unit.certificate-resumed', `unit:${serial}`, { serial, target, certificateId });
    });
  }

  /** Retired targets of the same account have nothing more to be told there: it is not brought back once more, whatever a person does there afterwards. */
  private async settleFormer(tx: Ledger, target: string, { unitId, certificateId }: Pick<ExpectedUnit, 'unitId' | 'certificateId'>): Promise<void> {
    await sql`
      update unit_target u set state = 'in-sync', detail = null, observed_at = now()
      from target former join target here on here.account_id = former.account_id and here.region = former.region
      where here.name = ${target} and former.state = 'retired' and u.target_name = former.name
        and u.unit_id = ${unitId} and u.certificate_id = ${certificateId} and u.state = 'removed' and u.desired = 'ACTIVE'`.execute(tx);
  }

  private row(target: string, { unitId, certificateId }: ExpectedUnit) {
    return this.db.updateTable('unit_target').where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId);
  }
}
