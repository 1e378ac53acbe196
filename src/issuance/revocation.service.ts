import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Clock } from '../platform/clock.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { encodeCrlEntry, type RevocationReason } from '../x509/crl.js';
import { CrlKeeper } from './crl-keeper.js';
import { AlreadyRevoked } from './revocation.errors.js';
import { RevocationRepository, type RevocableCertificate } from './revocation.repository.js';

/** What the layers above do in the very transaction of the revocation: AWS must learn of it. */
export type Revoked = (tx: Ledger, certificate: RevocableCertificate) => Promise<void>;

/** Takes a certificate back for good. */
@Injectable()
export class RevocationService {
  constructor(
    private readonly certificates: RevocationRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly db: Database,
    private readonly keeper: CrlKeeper,
  ) {}

  /**
   * Revokes a valid certificate; asked again for the same reason it answers the same. The authority publishes a list
   * with it within seconds. Throws CertificateNotFound, AlreadyRevoked (for another reason) and what `revoked` throws.
   */
  async revoke(actor: string, fingerprint: string, reason: RevocationReason, revoked: Revoked): Promise<RevocableCertificate> {
    const certificate = await this.db.transaction().execute(async (tx) => {
      const found = await this.certificates.get(fingerprint, tx);
      if (found.revokedAt === null) await this.revokeValid(tx, actor, found, reason, revoked);
      // Somebody may have been faster, now or long ago.
      const known = await this.certificates.get(fingerprint, tx);
      if (known.reason !== reason) throw new AlreadyRevoked(fingerprint, String(known.reason));
      return known;
    });
    this.keeper.wake();
    return certificate;
  }

  private async revokeValid(tx: Ledger, actor: string, certificate: RevocableCertificate, reason: RevocationReason, revoked: Revoked): Promise<void> {
    const revokedAt = this.clock.now();
    const crlEntry = encodeCrlEntry(Buffer.from(certificate.serialNumber, 'hex'), revokedAt, reason);
    if (!(await this.certificates.revoke(tx, certificate, { revokedAt, reason, crlEntry }))) return;
    const { serialNumber, serial, authorityId, fingerprint } = certificate;
    await this.audit.record(tx, actor, 'certificate.revoked', `unit:${serial}`, { serialNumber, unit: serial, authority: authorityId, fingerprint, reason });
    await revoked(tx, certificate);
  }
}
