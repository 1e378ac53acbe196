import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../../certificate-authority/certificate-authority.service.js';
import type { ObservedCa } from '../clients/ca-certificates.client.js';
import { caCertificateResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';

/** Where a method needs the authority's CA in AWS: registered and ACTIVE, with the proof of its key where the target's mode wants one. */
@Injectable()
export class RegisteredCa {
  constructor(private readonly authorities: CertificateAuthorityService) {}

  /** `autoRegistration`: whether it lets devices in by itself. `templateName`: by which template they are provisioned then. */
  resource(authority: Authority, target: Target, autoRegistration: 'ENABLE' | 'DISABLE', templateName: string | null = null): Resource<ObservedCa> {
    const desired = { mode: target.mode, status: 'ACTIVE', autoRegistration, templateName };
    return caCertificateResource(authority, target, desired, (code) => this.authorities.verificationCertificate(authority, code));
  }
}
