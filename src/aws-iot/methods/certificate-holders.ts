import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { certificateMissing, certificateRevoked } from '../../issuance/issuance.errors.js';
import { Verdicts } from '../../issuance/verdicts.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';

/** What a PASS needs where our HSM signs, or AWS from a request that goes through us: a valid certificate that AWS can take. */
@Injectable()
export class CertificateHolders {
  constructor(private readonly verdicts: Verdicts) {}

  /** Why the unit can't pass (`certificate-missing`, `certificate-revoked`, `may-not-issue`, `authority-compromised`); undefined when it may. */
  async mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    const certificates = await ledger
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select(['unit.serial', 'certificate.state'])
      .where('certificate.unit_id', '=', unitId)
      .where((eb) => eb.or([eb('certificate.state', '=', 'revoked'), eb.and([eb('certificate.state', '=', 'valid'), eb('certificate.standing', '=', 'current')])]))
      .execute();
    if (certificates.some(({ state }) => state === 'valid')) {
      const refusal = await this.verdicts.refusalOfUnit(ledger, unitId);
      // What each target knows connects without its authority.
      return refusal?.code === 'may-not-issue' && (await this.isKnownEverywhere(ledger, unitId)) ? undefined : refusal;
    }
    const [revoked] = (await this.waitsForAws(ledger, unitId)) ? [] : certificates;
    return revoked ? certificateRevoked(revoked.serial) : certificateMissing();
  }

  /** Whether AWS is to sign a certificate for it: what it had before was revoked for a rework. */
  private async waitsForAws(ledger: Ledger, unitId: number): Promise<boolean> {
    return (await ledger.selectFrom('aws_entitlement').select('id').where('unit_id', '=', unitId).where('state', '=', 'open').executeTakeFirst()) !== undefined;
  }

  /** Whether each target of the order was seen to have the unit's certificate ACTIVE. */
  private async isKnownEverywhere(ledger: Ledger, unitId: number): Promise<boolean> {
    const { rows } = await sql<{ known: boolean }>`
      select bool_and(coalesce(unit_target.state = 'in-sync' and unit_target.desired = 'ACTIVE', false)) as known
      from certificate join work_order_target using (work_order_id)
      left join unit_target on unit_target.unit_id = certificate.unit_id and unit_target.certificate_id = certificate.fingerprint and unit_target.target_name = work_order_target.target_name
      where certificate.unit_id = ${unitId} and certificate.state = 'valid' and certificate.standing = 'current'`.execute(ledger);
    return rows[0]?.known === true;
  }
}
