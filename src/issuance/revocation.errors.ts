import { DomainError } from '../platform/errors/domain-error.js';

export class AlreadyRevoked extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'already-revoked';
  constructor(fingerprint: string, reason: string) {
    super(`Certificate ${fingerprint} was revoked for the reason ${reason} already`, {
      operatorAction: 'Nothing needs to be done: the certificate is revoked. A revocation and its reason are final.',
    });
  }
}

/** The authority has not issued yet, or its first list is still being made. */
export class CrlNotPublished extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'crl-not-published';
  constructor(authority: string) {
    super(`Authority ${authority} has published no revocation list`);
  }
}
