import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { UnitExpectationRepository } from '../aws-iot/units/unit-expectations.repository.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { SuccessorRepository } from '../issuance/successor.repository.js';
import type { Ledger } from '../platform/database/database.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { renewalState } from './renewal.errors.js';
import type { Renewal } from './renewal.repository.js';

/** Why a renewal is not cancelled any more. */
export const OLD_IS_REVOKED = 'it can’t be cancelled: the old certificate is revoked';

/** Which of a unit's two certificates is the one in use: what the ledger says, and what AWS must learn of it. A ledger that is held decides nothing of it (`ledger-older`), whoever asks: it may have lost which one the device has. */
@Injectable()
export class Switchover {
  constructor(
    private readonly certificates: CertificateRepository,
    private readonly successors: SuccessorRepository,
    private readonly revocation: RevocationService,
    private readonly expectations: UnitExpectationRepository,
    private readonly audit: AuditLog,
  ) {}

  /** The new certificate is the unit's from now on, and the old one is to be INACTIVE in each target. False where that is so already, or the new one is not valid any more. */
  async switchOver(tx: Ledger, { unitId, certificateId, formerCertificateId }: Renewal): Promise<boolean> {
    await this.audit.assertCurrent(tx);
    if (!(await this.successors.promote(tx, unitId, certificateId))) return false;
    await this.expectations.expectOutOfUse(tx, formerCertificateId);
    return true;
  }

  /** Revokes the new certificate; the old one is the unit's as before. `unitState`: one that is set aside stays out until a person releases it. Throws `renewal-state` where the old one is not valid any more. */
  async withdraw(tx: Ledger, actor: string, { unitId, serial, state, certificateId, formerCertificateId, seenAt }: Renewal, unitState: UnitState | null): Promise<void> {
    await this.audit.assertCurrent(tx);
    await this.revocation.revokeIn(tx, actor, certificateId, 'superseded');
    if (!(await this.successors.reinstate(tx, unitId, formerCertificateId))) throw renewalState(serial, state, OLD_IS_REVOKED);
    if (seenAt !== null && unitState !== 'quarantined') await this.expectations.expectOutOfUse(tx, formerCertificateId, { again: true });
  }

  async revokeOld(tx: Ledger, { formerCertificateId }: Renewal): Promise<void> {
    await this.audit.assertCurrent(tx);
    await this.revocation.revokeIn(tx, 'system', formerCertificateId, 'superseded');
  }

  async isRevoked(tx: Ledger, certificateId: string): Promise<boolean> {
    return (await this.certificates.getByFingerprint(certificateId, tx)).state === 'revoked';
  }
}
