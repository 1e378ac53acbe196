import { Injectable } from '@nestjs/common';
import { certificateMissing, certificateRevoked } from '../../issuance/issuance.errors.js';
import { Verdicts } from '../../issuance/verdicts.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';

/** What a PASS needs where our HSM signs: a valid certificate that AWS can take. */
@Injectable()
export class CertificateHolders {
  constructor(private readonly verdicts: Verdicts) {}

  /** Why the unit can't pass (`certificate-missing`, `certificate-revoked`, `may-not-issue`); undefined when it may. */
  async mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    const certificates = await ledger
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select(['unit.serial', 'certificate.state'])
      .where('certificate.unit_id', '=', unitId)
      .where((eb) => eb.or([eb('certificate.state', '=', 'revoked'), eb.and([eb('certificate.state', '=', 'valid'), eb('certificate.standing', '=', 'current')])]))
      .execute();
    if (certificates.some(({ state }) => state === 'valid')) return this.verdicts.refusalOfUnit(ledger, unitId);
    const [revoked] = certificates;
    return revoked ? certificateRevoked(revoked.serial) : certificateMissing();
  }
}
