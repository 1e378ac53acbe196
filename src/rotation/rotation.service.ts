import { Injectable } from '@nestjs/common';
import type { Authority, WantedAuthority } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { Database } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import { RegistrationRepository } from '../aws-iot/registrations.repository.js';
import { authorityNotRegistered, familyNameTaken } from './rotation.errors.js';

/** From one generation of a family to the next: made, made known in every target, and only then the issuer. */
@Injectable()
export class RotationService {
  constructor(
    private readonly ca: CertificateAuthorityService,
    private readonly authorities: AuthorityRepository,
    private readonly registrations: RegistrationRepository,
    private readonly db: Database,
  ) {}

  /** @throws HsmUnavailable; nothing is recorded then */
  async begin(actor: string, wanted: WantedAuthority): Promise<Authority> {
    try {
      return await this.db.transaction().execute(async (tx) => {
        const authority = await this.ca.createGeneration(tx, actor, wanted);
        await this.registrations.planForAuthority(tx, authority);
        return authority;
      });
    } catch (error) {
      if (violatedUnique(error) !== undefined) throw familyNameTaken(wanted.family);
      throw error;
    }
  }

  /**
   * Makes the authority its family's issuer; doing so again changes nothing. The former issuer stays registered for
   * the units that carry its certificates. @throws AuthorityNotRegistered naming the targets that lag behind
   */
  async activate(actor: string, id: string): Promise<Authority> {
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
