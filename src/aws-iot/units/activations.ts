import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../../platform/database/database.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { Target } from '../targets/targets.schema.js';
import type { ExpectedUnit } from './unit-registrations.repository.js';

type Certificate = Pick<ExpectedUnit, 'unitId' | 'certificateId'>;

/**
 * Sets units' certificates ACTIVE. That it is asked stands in the ledger before, until it was answered: a call whose answer was lost, or whose worker was killed, may take effect when the unit
 * is quarantined by then, so that is not settled before (`UnitChangeRepository.suspended`).
 */
@Injectable()
export class Activations {
  constructor(
    private readonly db: Database,
    private readonly clients: AwsIotClients,
  ) {}

  /** False when AWS does not know the certificate. Nothing is asked where the unit is not to be let in any more. */
  async make(target: Target, unit: Certificate): Promise<boolean> {
    const aws = this.clients.for(target);
    if (!(await this.begin(target.name, unit))) return true;
    let isKnown = false;
    const answered = await aws.isAnswered(async () => {
      isKnown = await aws.certificates.setStatus(unit.certificateId, 'ACTIVE');
    });
    if (answered) await this.rowOf(target.name, unit).set({ activating_at: null }).execute();
    return isKnown;
  }

  private async begin(target: string, unit: Certificate): Promise<boolean> {
    const begun = await this.rowOf(target, unit).set({ activating_at: sql<Date>`now()` }).where('state', '=', 'pending').where('desired', '=', 'ACTIVE').returning('unit_id').executeTakeFirst();
    return begun !== undefined;
  }

  private rowOf(target: string, { unitId, certificateId }: Certificate) {
    return this.db.updateTable('unit_target').where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId);
  }
}
