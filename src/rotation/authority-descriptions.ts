import { Injectable } from '@nestjs/common';
import { RegistrationRepository } from '../aws-iot/registrations/registrations.repository.js';
import { type Authority, issuingAlgorithm } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { readCertificate } from '../x509/certificate.js';

/** Authorities as the API shows them. */
@Injectable()
export class AuthorityDescriptions {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly registrations: RegistrationRepository,
    private readonly certificates: CertificateRepository,
  ) {}

  /** With its registrations, as it is now. Throws `authority-unknown`. */
  async describe(id: string) {
    const [summary] = await this.summaries([await this.authorities.get(id)]);
    return { ...summary!, registrations: await this.registrations.ofAuthority(id) };
  }

  async summaries(authorities: readonly Authority[]) {
    const inUse = await this.certificates.countInUse(authorities.map(({ id }) => id));
    return authorities.map((authority) => ({ ...shown(authority), certificatesInUse: inUse.get(authority.id) ?? 0 }));
  }
}

function shown(authority: Authority) {
  const { id, family, generation, commonName, keyType, keyLabel, fingerprint, notBefore, notAfter, state, createdAt, activatedAt, cloudStoppedAt, production } = authority;
  const signatureAlgorithm = issuingAlgorithm(readCertificate(authority.certificate)).name;
  return { id, family, generation, commonName, keyType, signatureAlgorithm, keyLabel, fingerprint, notBefore, notAfter, state, createdAt, activatedAt, cloudStoppedAt, production };
}
