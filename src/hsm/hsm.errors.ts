import { DomainError } from '../platform/errors/domain-error.js';

/** The HSM is down or did not answer in time, or too many requests wait for it. */
export class HsmUnavailable extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'hsm-unavailable';

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, { retryAfterMs: 1_000, operatorAction: 'Wait. The station tries again by itself.', ...options });
  }
}

/** The token refused the PIN. It is not tried again until the PIN file changes, since tokens lock after a few wrong PINs. */
export class HsmPinWrong extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'hsm-pin-wrong';

  constructor(message: string) {
    super(message, { retryAfterMs: 60_000, operatorAction: 'Call the person who runs this service: the HSM does not accept its PIN.' });
  }
}

export class HsmKeyExists extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'hsm-key-exists';
}

export class HsmKeyMissing extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'hsm-key-missing';
}

/** Two keys have the label, so it does not say which one should sign. */
export class HsmKeyAmbiguous extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'hsm-key-ambiguous';
}

/** The token made a key that, as the token itself reports, could leave it or do more than sign. */
export class HsmKeyUnsafe extends DomainError {
  readonly kind = 'refused';
  readonly code = 'hsm-key-unsafe';
}

/** The token refuses the request and will refuse it again, for example because it does not have the mechanism. */
export class HsmRefused extends DomainError {
  readonly kind = 'refused';
  readonly code = 'hsm-refused';
}
