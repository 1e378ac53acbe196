import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../../platform/database/database.js';
import { ProvisioningMethods } from '../methods/methods.js';
import type { CloudStop } from '../registrations/registrations.schema.js';

/** Serial numbers that are shown of units that would be locked out. */
const SHOWN = 100;

/** Whom a stop of an authority in AWS locks out. */
@Injectable()
export class LockOuts {
  constructor(
    private readonly db: Database,
    private readonly methods: ProvisioningMethods,
  ) {}

  /** Units whose current certificate it has signed, of which a target would learn by their first connection, which has not come. */
  async by(authority: string): Promise<CloudStop> {
    const unmet = this.db
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .innerJoin('unit_target as u', (on) => on.onRef('u.unit_id', '=', 'certificate.unit_id').onRef('u.certificate_id', '=', 'certificate.fingerprint'))
      .where('certificate.authority_id', '=', authority).where('certificate.state', '=', 'valid').where('certificate.standing', '=', 'current').where('unit.canary', '=', false)
      .where('u.desired', '=', 'ACTIVE').where('u.state', 'in', ['pending', 'failed']).where('u.connected_at', 'is', null).where('u.method', 'in', this.methods.meetingDevices());
    const left = unmet.where('unit.state', 'in', ['passed', 'shipped']);
    const units = sql<number>`count(distinct unit.id)::int`.as('units');
    const all = await left.select(units).executeTakeFirstOrThrow();
    const onTheLine = await unmet.select(units).where('unit.state', '=', 'certified').executeTakeFirstOrThrow();
    const ofTargets = await left.select(['u.target_name as target', units]).groupBy('u.target_name').execute();
    const first = await left.select('unit.serial').distinct().orderBy('unit.serial').limit(SHOWN).execute();
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
    return {
      authority, lockedOut: all.units, onTheLine: onTheLine.units, serials: first.map(({ serial }) => serial),
      targets: places.map(({ target, state }) => ({ target, state, lockedOut: ofTargets.find((each) => each.target === target)?.units ?? 0 })),
    };
  }
}
