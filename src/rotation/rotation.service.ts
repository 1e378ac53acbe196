import { Injectable } from '@nestjs/common';
import type { Authority } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { Reconciler } from '../aws-iot/reconciler.js';
import { Database } from '../platform/database/database.js';
import { RegistrationRepository } from '../aws-iot/registrations.repository.js';
import { authorityNotRegistered } from './rotation.errors.js';

/** From one generation of a family to the next: made, made known in every target, and only then the issuer. */
@Injectable()
export class RotationService {
  constructor(
    private readonly ca: CertificateAuthorityService,
    private readonly authorities: AuthorityRepository,
    private readonly registrations: RegistrationRepository,
    private readonly reconciler: Reconciler,
    private readonly db: Database,
  ) {}

  /**
   * Makes the authority its family's issuer; doing so again changes nothing. The former issuer stays registered for
   * the units that carry its certificates. AWS is looked at then and there, in every target: what was seen minutes ago may be
   * different by now. @throws AuthorityNotRegistered naming the targets that lag behind or can't be asked
   */
  async activate(actor: string, id: string): Promise<Authority> {
    const before = await this.authorities.get(id);
    if (before.state === 'registered') {
      const differing = await this.reconciler.lookNow(id);
      if (differing.length > 0) throw authorityNotRegistered(id, differing);
    }
    return this.db.transaction().execute(async (tx) => {
      const { family } = await this.authorities.get(id, tx);
      // Two officers who activate different generations come one after the other.
      await tx.selectFrom('authority').select('id').where('family', '=', family).orderBy('id').forNoKeyUpdate().execute();
      const { state } = await this.authorities.get(id, tx);
      const { targets, lagging } = await this.registrations.standing(id, tx);
      const early = state === 'generated' || (state === 'registered' && (lagging.length > 0 || targets.length === 0));
      if (early) throw authorityNotRegistered(id, lagging);
      await this.ca.activate(tx, actor, id, targets);
      return this.authorities.get(id, tx);
    });
  }
}
