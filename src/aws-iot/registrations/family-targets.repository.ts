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
    const decided = await this.decidedIn(tx, authority.family, target.name);
    return this.columnsOf(authority, target, decided ?? (await this.everywhere(tx, authority.family)) ?? { method: this.methods.byDefault, parameters: {} });
  }

  /**
   * The order's method is its family's in each of its targets from now on; registrations that differ are brought up to date. The caller holds
   * `RegistrationPlans.lock`. Throws `family-held`.
   */
  async take(tx: Ledger, order: Pick<NewWorkOrder, 'id' | 'authorityFamily' | 'targets' | 'method' | 'parameters'>): Promise<void> {
    const wanted: Setting = { method: order.method, parameters: this.methods.get(order.method).ofFamily(order.parameters) };
    const doesNothingElse = this.methods.get(order.method).everywhere === true;
    const elsewhere = doesNothingElse ? undefined : await this.everywhere(tx, order.authorityFamily, order.id);
    if (elsewhere) throw familyHeld({ family: order.authorityFamily, ...elsewhere });
    const authorities = (await this.authorities.list(tx)).filter(({ family }) => family === order.authorityFamily);
    for (const target of doesNothingElse ? await this.knownIn(tx, order) : order.targets) {
      const decided = await this.decidedIn(tx, order.authorityFamily, target);
      if (decided && same(decided, wanted)) continue;
      const holder = decided && (await this.holder(tx, order.authorityFamily, target, order.id));
      if (holder !== undefined) throw familyHeld({ family: order.authorityFamily, target, ...decided!, order: holder });
      await this.decide(tx, order, target, wanted);
      const place = await this.targets.get(target, tx);
      for (const authority of authorities) await this.change(tx, authority, place, wanted);
    }
  }

  /** Families of orders that do nothing else anywhere, whose CAs do something else in a target. */
  async doingElse(ledger: Ledger = this.db): Promise<string[]> {
    const rows = await ledger
      .selectFrom('registration')
      .innerJoin('authority', 'authority.id', 'registration.authority_id')
      .innerJoin('target', 'target.name', 'registration.target_name')
      .select('authority.family').distinct()
      .where('target.state', '<>', 'retired').where('registration.state', '<>', 'removed').where('registration.method', 'not in', this.methods.everywhere())
      .where('authority.family', 'in', (eb) => eb.selectFrom('family_target').select('family_target.family').where('family_target.method', 'in', this.methods.everywhere()))
      .execute();
    return rows.map(({ family }) => family);
  }

  /**
   * What such families do is what they do in every target from now on in which no order holds them to something else, as `take` has it of new orders. What came in meanwhile stays known (`let_in_as`).
   * The caller holds `RegistrationPlans.lock`. Answers whether something is to be done in AWS.
   */
  async spread(tx: Ledger): Promise<boolean> {
    let changed = false;
    for (const family of await this.doingElse(tx)) {
      const decision = await this.everywhere(tx, family);
      if (!decision) continue;
      const { order: id, method, parameters } = decision;
      const authorities = (await this.authorities.list(tx)).filter((authority) => authority.family === family);
      for (const target of await this.knownIn(tx, { authorityFamily: family, targets: [] })) {
        const decided = await this.decidedIn(tx, family, target);
        if (decided && decided.method !== method && (await this.holder(tx, family, target, '')) !== undefined) continue;
        if (!decided || !same(decided, { method, parameters })) await this.decide(tx, { id, authorityFamily: family }, target, { method, parameters });
        const place = await this.targets.get(target, tx);
        for (const authority of authorities) changed = (await this.change(tx, authority, place, { method, parameters })) || changed;
      }
    }
    return changed;
  }

  private decidedIn(tx: Ledger, family: string, target: string): Promise<(Setting & { order: string }) | undefined> {
    return tx
      .selectFrom('family_target')
      .select(['method', 'parameters', 'work_order_id as order'])
      .where('family', '=', family).where('target_name', '=', target)
      .executeTakeFirst();
  }

  private async decide(tx: Ledger, { id, authorityFamily }: Pick<NewWorkOrder, 'id' | 'authorityFamily'>, target: string, { method, parameters }: Setting): Promise<void> {
    const row = { method, parameters: JSON.stringify(parameters), work_order_id: id };
    await tx
      .insertInto('family_target')
      .values({ family: authorityFamily, target_name: target, ...row })
      .onConflict((conflict) => conflict.columns(['family', 'target_name']).doUpdateSet(row))
      .execute();
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

  /** What the family does in every target, if there is such an order of it that is open, or under which a certificate was issued. */
  private async everywhere(tx: Ledger, family: string, except = ''): Promise<(Setting & { target: string; order: string }) | undefined> {
    return tx
      .selectFrom('family_target')
      .innerJoin('work_order', 'work_order.authority_family', 'family_target.family')
      .innerJoin('work_order_target', (join) => join.onRef('work_order_target.work_order_id', '=', 'work_order.id').onRef('work_order_target.target_name', '=', 'family_target.target_name'))
      .select(['family_target.method', 'family_target.parameters', 'family_target.target_name as target', 'work_order.id as order'])
      .where('family_target.family', '=', family)
      .where('family_target.method', 'in', this.methods.everywhere())
      .whereRef('work_order.method', '=', 'family_target.method')
      .where('work_order.id', '<>', except)
      .where((eb) => eb.or([eb('work_order.state', 'not in', ENDED), eb('certificates_reserved', '>', 0)]))
      .orderBy('work_order.created_at')
      .orderBy('family_target.target_name')
      .limit(1)
      .executeTakeFirst();
  }

  /** Targets of the order, and all others in use in which the family's CAs are, or something was decided for them. */
  private async knownIn(tx: Ledger, { authorityFamily, targets }: Pick<NewWorkOrder, 'authorityFamily' | 'targets'>): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select target.name from target where target.state <> 'retired' and (
        exists (select from family_target where family_target.family = ${authorityFamily} and family_target.target_name = target.name)
        or exists (select from registration join authority on authority.id = registration.authority_id where authority.family = ${authorityFamily} and registration.target_name = target.name and registration.state <> 'removed'))
      order by target.name`.execute(tx);
    return [...new Set([...targets, ...rows.map(({ name }) => name)])];
  }

  /** Devices that the CA has let in there are there for good: revocations and quarantines follow them. Answers whether it did something else before. */
  private async change(tx: Ledger, authority: Authority, target: Target, wanted: Setting): Promise<boolean> {
    const changed = await tx
      .updateTable('registration')
      .set({
        ...this.columnsOf(authority, target, wanted), state: 'pending', step: 'make', detail: null, attempts: 0, next_attempt_at: sql<Date>`now()`, updated_at: sql<Date>`now()`,
        let_in_as: sql<Method | null>`coalesce(let_in_as, case when 'ENABLE' in (desired ->> 'autoRegistration', observed ->> 'autoRegistration') then method end)`,
      })
      .where('authority_id', '=', authority.id)
      .where('target_name', '=', target.name)
      .where('state', '<>', 'removed')
      .where((eb) => eb.or([eb('method', '<>', wanted.method), eb('parameters', '<>', sql<Parameters>`${JSON.stringify(wanted.parameters)}::jsonb`)]))
      .returning('target_name')
      .executeTakeFirst();
    return changed !== undefined;
  }

  private columnsOf(authority: Authority, target: Target, { method, parameters }: Setting) {
    const desired = this.methods.resources(method, authority, target, parameters).at(-1)?.desired ?? {};
    return { method, parameters: JSON.stringify(parameters), desired: JSON.stringify(desired) };
  }
}

function same(left: Setting, right: Setting): boolean {
  return left.method === right.method && isDeepStrictEqual(left.parameters, right.parameters);
}
