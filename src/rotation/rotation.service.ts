import { Injectable } from '@nestjs/common';
import { type KeepAnswer, keepNothing } from '../access/replays.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { Reconciler } from '../aws-iot/registrations/reconciler.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { AuthorityStanding } from '../aws-iot/registrations/authority-standing.repository.js';
import { authorityNotRegistered } from './rotation.errors.js';

/** A target that an officer does not wait for; its orders issue nothing until it shows the authority. */
export interface LeftOut {
  target: string;
  reason: string;
}

/** From one generation of a family to the next: made, made known in every target, and only then the issuer. */
@Injectable()
export class RotationService {
  constructor(
    private readonly ca: CertificateAuthorityService,
    private readonly authorities: AuthorityRepository,
    private readonly standing: AuthorityStanding,
    private readonly reconciler: Reconciler,
    private readonly db: Database,
  ) {}

  /**
   * Makes the authority its family's issuer; doing so again changes nothing. The former issuer stays registered for
   * the units that carry its certificates. The targets of the family's open orders must show it, but for those that the officer leaves out;
   * without such orders, one target. AWS is looked at then and there: what was seen minutes ago may be different by now.
   * @throws AuthorityNotRegistered naming the targets that lag behind or can't be asked
   */
  async activate(actor: string, id: string, leaveOut: readonly LeftOut[] = [], keepAnswer: KeepAnswer = keepNothing): Promise<void> {
    const before = await this.authorities.get(id);
    if (before.state === 'registered' || before.state === 'generated') {
      const awaited = await this.awaited(before.family, leaveOut);
      const differing = await this.reconciler.lookNow(id, awaited.length === 0 ? undefined : awaited);
      const details = new Map(differing.map(({ target, detail }) => [target, detail]));
      await this.assertShown(id, awaited, details);
    }
    await this.db.transaction().execute(async (tx) => {
      const { family } = await this.authorities.get(id, tx);
      // Two officers who activate different generations come one after the other.
      await tx.selectFrom('authority').select('id').where('family', '=', family).orderBy('id').forNoKeyUpdate().execute();
      const { state } = await this.authorities.get(id, tx);
      // An order that was made meanwhile counts too.
      if (state === 'registered' || state === 'generated') await this.assertShown(id, await this.awaited(family, leaveOut, tx), new Map(), tx);
      const { targets, lagging } = await this.standing.of(id, tx);
      const shown = targets.filter((target) => !lagging.includes(target));
      await this.ca.activate(tx, actor, id, shown, leaveOut.map(({ target, reason }) => `${target}: ${reason}`));
      await keepAnswer(tx, { id });
    });
  }

  private async awaited(family: string, leaveOut: readonly LeftOut[], tx?: Ledger): Promise<string[]> {
    return (await this.standing.orderedTargets(family, tx)).filter((target) => !leaveOut.some((left) => left.target === target));
  }

  /** Throws unless all `awaited` targets show it, or, where none is awaited, any target. `details`: what a look has just found. */
  private async assertShown(id: string, awaited: readonly string[], details: ReadonlyMap<string, string>, tx?: Ledger): Promise<void> {
    const { targets, lagging } = await this.standing.of(id, tx);
    const shown = targets.filter((target) => !lagging.includes(target) && !details.has(target));
    const missing = awaited.length > 0 ? awaited.filter((target) => !shown.includes(target)) : shown.length > 0 ? [] : targets;
    if (missing.length === 0 && shown.length > 0) return;
    throw authorityNotRegistered(id, missing.map((target) => (details.has(target) ? `${target}: ${details.get(target)}` : target)));
  }
}
