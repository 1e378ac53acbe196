import { DomainError } from '../platform/errors/domain-error.js';

export class AuthorityNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'authority-unknown';
  constructor(id: string) {
    super(`There is no authority ${id}`);
  }
}

export class NoIssuingAuthority extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-issuing-authority';
  constructor(family: string) {
    super(`No authority of the family ${family} issues at present`, {
      operatorAction: 'Call the security officer: an authority must be activated before units can get certificates.',
    });
  }
}

export class AuthorityStateConflict extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'authority-state';
  constructor(id: string, state: string, wanted: string) {
    super(`Authority ${id} is ${state} and can’t become ${wanted} from there`);
  }
}

/** The HSM holds another key under the authority's label than the one its certificate names. */
export class AuthorityKeyMismatch extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'authority-key-mismatch';
  constructor(id: string) {
    super(`The key in the HSM is not the key of authority ${id}`, {
      retryAfterMs: 60_000,
      operatorAction: 'Stop and call the security officer: the HSM holds an unexpected key.',
    });
  }
}

/** What came back from the HSM does not verify: it is thrown away. */
export class SignatureInvalid extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'hsm-signature-invalid';
  constructor(id: string) {
    super(`The HSM's signature for authority ${id} does not verify and was discarded`, {
      retryAfterMs: 5_000,
      operatorAction: 'Wait; the station tries again by itself. Call the security officer if it goes on.',
    });
  }
}
