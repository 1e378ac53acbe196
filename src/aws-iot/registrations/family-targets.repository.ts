import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Authority } from '../../certificate-authority/authority.js';
import { AuthorityRepository } from '../../certificate-authority/authority.repository.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { ENDED } from '../../work-orders/order-state.js';
import type { NewWorkOrder } from '../../work-orders/work-order.repository.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import { familyHeld } from '../aws-iot.errors.js';
import { ProvisioningMethods } from '../methods/methods.js';
import type { Parameters } from '../methods/provisioning-method.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';

/** What a family's CAs do with first connections in a target. */
export interface Setting {
  method: Method;
  parameters: Parameters;
}

/**
 * AWS has one setting per registered CA for what becomes of first connections, so each family has one in each target. The first order
 * decides it; it stays while that order is open, and for good once a certificate was issued under it, in whichever target of that account and region.
 */
@Injectable()
export class FamilyTargetRepository {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly targets: TargetRepository,
    private readonly methods: ProvisioningMethods,
    private readonly db: Database,
  ) {}

  /** What the families do in the target, by what its registrations are to do there; the usual method where there are none. */
  async settingsIn(target: string): Promise<Setting[]> {
    const rows = await this.db.selectFrom('registration').select(['method', 'parameters']).distinct().where('target_name', '=', target).where('state', '<>', 'removed').orderBy('method').execute();
    return rows.length === 0 ? [{ method: this.methods.byDefault, parameters: {} }] : rows;
  }

  /** In a target that is made anew for the account of a retired one, the families do there what they did: what their CAs do in AWS has not changed. */
  async inherit(tx: Ledger, { name, accountId, region }: Target): Promise<void> {
    await sql`
      insert into family_target (family, target_name, method, parameters, work_order_id)
      select distinct on (decided.family) decided.family, ${name}, decided.method, decided.parameters, decided.work_order_id
      from family_target decided join target former on former.name = decided.target_name
      where former.state = 'retired' and former.account_id = ${accountId} and former.region = ${region}
      order by decided.family, former.created_at desc
      on conflict (family, target_name) do nothing`.execute(tx);
  }

  /** Columns of the authority's registration in the target that say what is wanted there. */
  async registration(tx: Ledger, authority: Authority, target: Target) {
    const decided = await tx
      .selectFrom('family_target')
      .select(['method', 'parameters'])
      .where('family', '=', authority.family)
      .where('target_name', '=', target.name)
      .executeTakeFirst();
    return this.columnsOf(authority, target, decided ?? { method: this.methods.byDefault, parameters: {} });
  }

  /**
   * The order's method is its family's in each of its targets from now on; registrations that differ are brought up to date. The caller holds
   * `RegistrationPlans.lock`. Throws `family-held`.
   */
  async take(tx: Ledger, order: Pick<NewWorkOrder, 'id' | 'authorityFamily' | 'targets' | 'method' | 'parameters'>): Promise<void> {
    const wanted: Setting = { method: order.method, parameters: this.methods.get(order.method).ofFamily(order.parameters) };
    const authorities = (await this.authorities.list(tx)).filter(({ family }) => family === order.authorityFamily);
    for (const target of order.targets) {
      const decided = await tx
        .selectFrom('family_target')
        .select(['method', 'parameters', 'work_order_id as order'])
        .where('family', '=', order.authorityFamily)
        .where('target_name', '=', target)
        .executeTakeFirst();
      if (decided && same(decided, wanted)) continue;
      const holder = decided && (await this.holder(tx, order.authorityFamily, target, order.id));
      if (holder !== undefined) throw familyHeld({ family: order.authorityFamily, target, ...decided!, order: holder });
      const row = { method: wanted.method, parameters: JSON.stringify(wanted.parameters), work_order_id: order.id };
      await tx
        .insertInto('family_target')
        .values({ family: order.authorityFamily, target_name: target, ...row })
        .onConflict((conflict) => conflict.columns(['family', 'target_name']).doUpdateSet(row))
        .execute();
      const place = await this.targets.get(target, tx);
      for (const authority of authorities) await this.change(tx, authority, place, wanted);
    }
  }

  /** An order of the family in the target that is open, or under which a certificate was issued; also in a retired one of the same account, whose units wait for what the family's CAs do there. */
  private async holder(tx: Ledger, family: string, target: string, except: string): Promise<string | undefined> {
    const row = await tx
      .selectFrom('work_order')
      .innerJoin('work_order_target', 'work_order_target.work_order_id', 'work_order.id')
      .select('work_order.id')
      .where('authority_family', '=', family)
      .where('target_name', 'in', (eb) =>
        eb
          .selectFrom('target as place')
          .innerJoin('target as former', (join) => join.onRef('former.account_id', '=', 'place.account_id').onRef('former.region', '=', 'place.region'))
          .select('former.name')
          .where('place.name', '=', target),
      )
      .where('work_order.id', '<>', except)
      .where((eb) => eb.or([eb('work_order.state', 'not in', ENDED), eb('certificates_reserved', '>', 0)]))
      .orderBy('work_order.created_at')
      .limit(1)
      .executeTakeFirst();
    return row?.id;
  }

  private async change(tx: Ledger, authority: Authority, target: Target, wanted: Setting): Promise<void> {
    await tx
      .updateTable('registration')
      .set({ ...this.columnsOf(authority, target, wanted), state: 'pending', step: 'make', detail: null, attempts: 0, next_attempt_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
      .where('authority_id', '=', authority.id)
      .where('target_name', '=', target.name)
      .where('state', '<>', 'removed')
      .where((eb) => eb.or([eb('method', '<>', wanted.method), eb('parameters', '<>', sql<Parameters>`${JSON.stringify(wanted.parameters)}::jsonb`)]))
      .execute();
  }

  private columnsOf(authority: Authority, target: Target, { method, parameters }: Setting) {
    const desired = this.methods.resources(method, authority, target, parameters).at(-1)?.desired ?? {};
    return { method, parameters: JSON.stringify(parameters), desired: JSON.stringify(desired) };
  }
}

function same(left: Setting, right: Setting): boolean {
  return left.method === right.method && isDeepStrictEqual(left.parameters, right.parameters);
}
