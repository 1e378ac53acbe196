import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Authority } from '../../certificate-authority/authority.js';
import { AuthorityRepository } from '../../certificate-authority/authority.repository.js';
import type { Ledger } from '../../platform/database/database.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { FamilyTargetRepository } from './family-targets.repository.js';
import { LIVING } from './registration-round.js';

/** Which authorities are to be registered, or only looked after, in which targets. */
@Injectable()
export class RegistrationPlans {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly targets: TargetRepository,
    private readonly families: FamilyTargetRepository,
  ) {}

  /** A target and an authority created at the same moment would otherwise miss each other. Held to the end of `tx`. */
  async lock(tx: Ledger): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext('aws-iot:registrations'))`.execute(tx);
  }

  /**
   * In this target, whose check has passed, every living authority is to be registered, and whatever a retired target of its account has left there is looked
   * after again. A registration that is known is looked at again. The caller holds `lock`.
   */
  async forTarget(tx: Ledger, target: Target): Promise<void> {
    const left = await this.leftByFormer(tx, target);
    await this.families.inherit(tx, target);
    await this.plan(tx, (await this.authorities.list(tx)).filter(({ id, state, cloudStoppedAt }) => LIVING.includes(state) || cloudStoppedAt !== null || left.has(id)).map((authority) => ({ authority, target })));
    await tx.updateTable('registration').set({ next_attempt_at: sql<Date>`now()` }).where('target_name', '=', target.name).execute();
  }

  /** A new target may stand for an account in which CAs let devices in that an officer has stopped: that is not left until its check has passed. The caller holds `lock`. */
  async stopsForTarget(tx: Ledger, target: Target): Promise<void> {
    await this.families.inherit(tx, target);
    await this.plan(tx, (await this.authorities.list(tx)).filter(({ cloudStoppedAt }) => cloudStoppedAt !== null).map((authority) => ({ authority, target })));
  }

  /** The new authority is to be registered in every target whose check has passed. Takes `lock` itself. */
  async forAuthority(tx: Ledger, authority: Authority): Promise<void> {
    await this.lock(tx);
    const targets = await this.targets.joined(tx);
    await this.plan(tx, targets.map((target) => ({ authority, target })));
  }

  /** Its targets are to be rid of the authority, which was cancelled. */
  async withdraw(tx: Ledger, authority: string): Promise<void> {
    await tx.updateTable('registration').set({ next_attempt_at: sql<Date>`now()` }).where('authority_id', '=', authority).execute();
  }

  /** Authorities that retired targets of the same account and region were not rid of. */
  private async leftByFormer(tx: Ledger, { accountId, region }: Target): Promise<Set<string>> {
    const rows = await tx
      .selectFrom('registration')
      .innerJoin('target', 'target.name', 'registration.target_name')
      .select('authority_id')
      .distinct()
      .where('target.state', '=', 'retired').where('account_id', '=', accountId).where('region', '=', region)
      .where('registration.state', '<>', 'removed')
      .execute();
    return new Set(rows.map((row) => row.authority_id));
  }

  private async plan(tx: Ledger, pairs: { authority: Authority; target: Target }[]) {
    if (pairs.length === 0) return;
    const rows = await Promise.all(pairs.map(async ({ authority, target }) => {
      const wanted = await this.families.registration(tx, authority, target);
      return { authority_id: authority.id, target_name: target.name, ...wanted, state: 'pending' as const, observed: null, ca_certificate_id: null, detail: null, let_in_as: letInBefore(authority, target) };
    }));
    await tx.insertInto('registration').values(rows).onConflict((conflict) => conflict.columns(['authority_id', 'target_name']).doNothing()).execute();
  }
}

/** By what a retired target of the same account and region has left there. */
function letInBefore({ id }: Authority, { accountId, region }: Target) {
  return sql<Method | null>`(select min(former.let_in_as) from registration former join target on target.name = former.target_name
    where former.authority_id = ${id} and target.state = 'retired' and target.account_id = ${accountId} and target.region = ${region})`;
}
