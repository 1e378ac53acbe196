import { DomainError } from '../platform/errors/domain-error.js';
import { X509Error, type X509ErrorCode } from '../x509/x509.errors.js';

/** Down, too late, or too much is waiting already. */
export class HsmUnavailable extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'hsm-unavailable';

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, { retryAfterMs: 1_000, operatorAction: 'Wait. The station tries again by itself.', ...options });
  }
}

/** The token refused the PIN. Nobody tries it again until the PIN file changes, since tokens lock after a few wrong PINs. */
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

/** Two keys carry the label, so nobody can say which one would sign. */
export class HsmKeyAmbiguous extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'hsm-key-ambiguous';
}

/** By its own word the token made a key that could leave it or do more than sign. */
export class HsmKeyUnsafe extends DomainError {
  readonly kind = 'refused';
  readonly code = 'hsm-key-unsafe';
}

/** The token understood and will not do it, now or later: for example an unknown mechanism. */
export class HsmRefused extends DomainError {
  readonly kind = 'refused';
  readonly code = 'hsm-refused';
}

/** An error on its way from a child process to the service. It never carries a PIN. */
export type Failure = { kind: 'hsm'; code: string; message: string } | { kind: 'x509'; code: X509ErrorCode; message: string };

const CLASSES: readonly (new (message: string) => DomainError)[] = [
  HsmPinWrong,
  HsmKeyExists,
  HsmKeyMissing,
  HsmKeyAmbiguous,
  HsmKeyUnsafe,
  HsmRefused,
];

export function failureOf(error: unknown): Failure {
  if (error instanceof X509Error) return { kind: 'x509', code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'hsm', code: error instanceof DomainError ? error.code : 'hsm-unavailable', message };
}

export function errorOf(failure: Failure): DomainError | X509Error {
  if (failure.kind === 'x509') return new X509Error(failure.code, failure.message);
  for (const Class of CLASSES) {
    const error = new Class(failure.message);
    if (error.code === failure.code) return error;
  }
  return new HsmUnavailable(failure.message);
}

export const unavailable = (message: string): Failure => ({ kind: 'hsm', code: 'hsm-unavailable', message });
