import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import type { Ledger } from '../platform/database/database.js';
import { crlTbs } from '../x509/crl.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import type { CrlHead } from './crl.repository.js';

/** The parts of publishing that touch an authority: its key and its certificate. */
@Injectable()
export class CrlSigner {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly certificateAuthority: CertificateAuthorityService,
  ) {}

  /** A whole list, DER, signed by the HSM and verified. */
  async sign(tx: Ledger, authorityId: string, head: Omit<CrlHead, 'sha256' | 'entries'>, entries: readonly Buffer[]): Promise<Buffer> {
    const authority = await this.authorities.get(authorityId, tx);
    const { certificate, algorithm } = await this.certificateAuthority.issuer(authority);
    const tbs = crlTbs({
      issuerName: certificate.subject,
      issuerKeyIdentifier: certificate.subjectKeyIdentifier ?? subjectKeyIdentifier(certificate.spki),
      signatureAlgorithm: algorithm,
      ...head,
      entries,
    });
    // Making megabytes and handing them on each take a while: others go in between.
    await nextTurn();
    return this.certificateAuthority.signCrl(authority, tbs);
  }
}
