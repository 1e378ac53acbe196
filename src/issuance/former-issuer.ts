import type { Authority } from '../certificate-authority/authority.js';
import type { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { IssuerReplaced } from './certificate.repository.js';

/** So often a request is made anew because its issuer was replaced meanwhile. */
export const MOST_TRIES = 3;

/**
 * Whether what was refused with this issuer is to be asked anew with the family's issuer of today: what stands against one that was replaced says nothing of the next. Where the ledger itself
 * failed, it is not asked again.
 */
export async function isOfFormerIssuer(error: unknown, authority: Authority, certificateAuthority: CertificateAuthorityService): Promise<boolean> {
  const isReplaced = error instanceof IssuerReplaced;
  if (!isReplaced && !(error instanceof DomainError)) return false;
  // In a shared statement it may be another request's issuer that was replaced.
  return (await certificateAuthority.wasReplaced(authority)) || isReplaced;
}
