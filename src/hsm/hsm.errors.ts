import type { ErrorCode } from '../platform/errors/error-codes.js';
import { DomainError, type DomainErrorOptions } from '../platform/errors/domain-error.js';

/** The HSM is down, answers too late, or has too much waiting. */
export class HsmUnavailable extends DomainError {
  constructor(message: string, options: DomainErrorOptions = {}) {
    super('hsm-unavailable', message, options);
  }
}

/** The token can't be used from this process any more. The process must be replaced: a new one may succeed. */
export class SignerMustRestart extends HsmUnavailable {}

/** The token refused the PIN. It is not tried again until the PIN file changes, since tokens lock after a few wrong PINs. */
export class HsmPinWrong extends DomainError {
  constructor(message: string) {
    super('hsm-pin-wrong', message);
  }
}

/** What anything that signs may be refused with. */
export const HSM_REFUSALS = [
  'hsm-unavailable', 'hsm-pin-wrong', 'hsm-refused', 'hsm-key-missing', 'hsm-key-ambiguous', 'hsm-key-exists', 'hsm-key-unsafe', 'hsm-signature-invalid',
  'authority-key-mismatch', 'clock-wrong',
] as const satisfies readonly ErrorCode[];
