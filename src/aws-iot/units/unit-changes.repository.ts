import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { DesiredStatus, SyncState } from '../aws-iot.tables.js';
import { inMilliseconds } from '../registrations/registration-round.js';
import { LATEST_MS } from '../registrations/resource-intents.js';
import type { ExpectedUnit } from './unit-registrations.repository.js';

/** A call that activates the certificate had no answer, and may take effect yet. */
const MAY_BE_ACTIVATED = sql<boolean>`coalesce(activating_at > now() - ${LATEST_MS} * interval '1 millisecond', false)`;
const ACTIVATED_LATE = 'It is INACTIVE; a call that activates it had no answer and may still take effect, so it is looked at again';
const AGAIN_MS = 15_000;

/** What became of units that a target was to keep out or to let in again. Nothing is kept of what was made due again or claimed by another worker meanwhile: AWS may show something else by then. */
@Injectable()
export class UnitChangeRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** The target holds the certificate REVOKED. `known`: it had it already, and not only for this. `ended`: nobody is connected with it any more. On record either way. */
  async revoked(target: string, unit: ExpectedUnit, { known, ended }: { known: boolean; ended: boolean }): Promise<void> {
    const { serial, certificateId, authority } = unit;
    await this.db.transaction().execute(async (tx) => {
      const settled = await claimed(tx, target, unit, 'REVOKED')
        .set({ state: 'in-sync', detail: known ? stillConnected(ended) : whyUnknown(authority), aws_error: null, observed_at: new Date() })
        .returning('unit_id')
        .executeTakeFirst();
      if (settled) await this.audit.record(tx, 'system', 'unit.certificate-revoked', `unit:${serial}`, { serial, target, certificateId, known });
    });
  }

  /**
   * The target lets nobody in with the certificate while its unit is quarantined. On record, once no call can activate it any more: until then it is looked at again.
   */
  async suspended(target: string, unit: ExpectedUnit, { ended }: { ended: boolean }): Promise<void> {
    const { serial, certificateId } = unit;
    await this.db.transaction().execute(async (tx) => {
      const settled = await claimed(tx, target, unit, 'INACTIVE')
        .set({
          state: sql<SyncState>`case when ${MAY_BE_ACTIVATED} then 'pending' else 'in-sync' end`, detail: sql<string | null>`case when ${MAY_BE_ACTIVATED} then ${ACTIVATED_LATE} else ${stillConnected(ended)} end`,
          next_attempt_at: sql<Date>`case when ${MAY_BE_ACTIVATED} then ${inMilliseconds(AGAIN_MS)} else next_attempt_at end`, aws_error: null, observed_at: new Date(),
        })
        .returning('state')
        .executeTakeFirst();
      if (settled?.state === 'in-sync') await this.audit.record(tx, 'system', 'unit.certificate-suspended', `unit:${serial}`, { serial, target, certificateId });
    });
  }

  /** Nothing stands in the unit's way in the target any more: it goes on with this step. On record. */
  async resumed(target: string, unit: ExpectedUnit, step: string): Promise<void> {
    const { serial, certificateId } = unit;
    await this.db.transaction().execute(async (tx) => {
      const settled = await claimed(tx, target, unit, 'ACTIVE')
        .set({ step, attempts: 0, next_attempt_at: sql<Date>`now()` })
        .where('step', '=', 'resume')
        .returning('unit_id')
        .executeTakeFirst();
      if (settled) await this.audit.record(tx, 'system', 'unit.certificate-resumed', `unit:${serial}`, { serial, target, certificateId });
    });
  }
}

/** The unit's row in the target, as long as this worker's claim on it holds. */
export function claimed(ledger: Ledger, target: string, { unitId, certificateId, claim }: ExpectedUnit, desired: DesiredStatus) {
  return ledger
    .updateTable('unit_target')
    .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
    .where('state', '=', 'pending').where('desired', '=', desired).where('claim', '=', claim);
}

function whyUnknown(authority: string): string {
  if (authority === '') return 'AWS signed the certificate and does not know it any more, so that it lets nobody in';
  return 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out';
}

function stillConnected(ended: boolean): string | null {
  return ended ? null : 'A device that is connected with the certificate may stay so for minutes: the target’s role has no iot:DeleteConnection';
}
