import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { CONFIG, type Config } from '../../config/config.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { CANARY_GONE } from '../aws-iot.tables.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { arnOf } from '../methods/device-policy.js';
import type { Target } from '../targets/targets.schema.js';
import { claimed } from './unit-changes.repository.js';
import type { ExpectedUnit } from './unit-registrations.repository.js';

/** The step of a canary that was removed, and is looked for once more. */
const AGAIN = 'removed-once';

/**
 * Takes a canary out of a target when its certificate was revoked: attachments, certificate and Thing. Its key is gone for good, so that the certificate may be deleted where
 * those of devices stay REVOKED. AWS may be at work on its first connection still, so that it is looked for again later.
 */
@Injectable()
export class CanaryRemoval {
  constructor(
    private readonly clients: AwsIotClients,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** One look. Rejects with what AWS answers. */
  async remove(target: Target, unit: ExpectedUnit): Promise<void> {
    const wasThere = await this.removeFromAws(target, unit);
    if (wasThere || unit.step !== AGAIN) return this.lookAgain(target, unit);
    await this.db.transaction().execute(async (tx) => {
      const gone = await claimed(tx, target.name, unit, 'REVOKED').set({ state: 'removed', step: CANARY_GONE, detail: null, aws_error: null, observed_at: new Date() }).returning('unit_id').executeTakeFirst();
      if (!gone) return;
      await this.settleFormer(tx, target, unit);
      await this.audit.record(tx, 'system', 'canary.removed', `unit:${unit.serial}`, { serial: unit.serial, target: target.name, certificateId: unit.certificateId });
    });
  }

  private async removeFromAws(target: Target, { serial, certificateId }: ExpectedUnit): Promise<boolean> {
    const aws = this.clients.for(target);
    const certificate = await aws.certificates.find(certificateId);
    if (certificate) {
      const principal = arnOf(target, `cert/${certificateId}`);
      if (certificate.status !== 'REVOKED') await aws.certificates.setStatus(certificateId, 'REVOKED');
      for (const policy of await aws.things.policiesOf(principal)) await aws.things.detachPolicy(policy, principal);
      for (const { thingName } of await aws.things.thingsOf(principal)) await aws.things.detach(thingName, principal);
      await aws.certificates.remove(certificateId);
    }
    const hasThing = await aws.hasThing(serial);
    if (hasThing) await aws.things.remove(serial);
    return certificate !== undefined || hasThing;
  }

  private async lookAgain(target: Target, unit: ExpectedUnit): Promise<void> {
    await claimed(this.db, target.name, unit, 'REVOKED')
      .set({ step: AGAIN, attempts: 0, detail: null, aws_error: null, next_attempt_at: sql<Date>`now() + ${this.config.CANARY_LOOK_AGAIN_MS} * interval '1 millisecond'` })
      .execute();
  }

  /** Retired targets of the same account gave it up. */
  private async settleFormer(tx: Ledger, { accountId, region }: Target, { unitId, certificateId }: ExpectedUnit): Promise<void> {
    await tx
      .updateTable('unit_target')
      .set({ step: CANARY_GONE, detail: null })
      .where('unit_id', '=', unitId).where('certificate_id', '=', certificateId).where('unit_target.state', '=', 'removed')
      .where('target_name', 'in', (eb) => eb.selectFrom('target').select('name').where('account_id', '=', accountId).where('region', '=', region).where('target.state', '=', 'retired'))
      .execute();
  }
}
