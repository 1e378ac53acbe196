import { Injectable } from '@nestjs/common';
import { Hsm } from '../hsm/hsm.js';
import { HealthChecks } from '../platform/health/health-checks.js';
import { readCertificate } from '../x509/certificate.js';
import { AuthorityRepository } from './authority.repository.js';
import { authorityKeyUnusable } from './certificate-authority.errors.js';

interface IssuingKey {
  id: string;
  label: string;
  publicKey: Buffer;
}

/** Whether the token can sign for the authorities that issue, with the very keys that their certificates name. */
@Injectable()
export class AuthorityKeys {
  /** As the ledger last said: its being away does not make the HSM unusable. */
  private issuing: IssuingKey[] = [];

  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly hsm: Hsm,
    checks: HealthChecks,
  ) {
    checks.add('hsm', () => this.probe());
  }

  /** One signature of each issuing authority, one after the other. @throws naming the first authority whose key is missing, doubled or another one */
  async probe(): Promise<void> {
    await this.refresh().catch(() => undefined);
    if (this.issuing.length === 0) return this.hsm.probe();
    for (const { id, ...key } of this.issuing) {
      try {
        await this.hsm.probe(key);
      } catch (error) {
        throw authorityKeyUnusable(id, error);
      }
    }
  }

  private async refresh(): Promise<void> {
    const all = await this.authorities.list();
    this.issuing = all
      .filter(({ state }) => state === 'issuing')
      .map(({ id, keyLabel, certificate }) => ({ id, label: keyLabel, publicKey: readCertificate(certificate).spki }));
  }
}
