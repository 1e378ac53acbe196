import { DomainError, type DomainErrorOptions } from '../platform/errors/domain-error.js';

/** The HSM is down, answers too late, or has too much waiting. */
export class HsmUnavailable extends DomainError {
  constructor(message: string, options: DomainErrorOptions = {}) {
    super('hsm-unavailable', message, options);
  }
}

/** The token refused the PIN. It is not tried again until the PIN file changes, since tokens lock after a few wrong PINs. */
export class HsmPinWrong extends DomainError {
  constructor(message: string) {
    super('hsm-pin-wrong', message);
  }
}
