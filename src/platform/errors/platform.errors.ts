import { DomainError } from './domain-error.js';

export class LedgerUnavailable extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'ledger-unavailable';
  constructor(options?: ErrorOptions) {
    super('The ledger does not answer', { ...options, retryAfterMs: 2_000, operatorAction: 'Wait; the station tries again by itself.' });
  }
}

export class RequestInvalid extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'request-invalid';
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, operatorAction: 'Call the line engineer: the station software sent a request the service can’t read.' });
  }
}

export class IdempotencyKeyReused extends DomainError {
  readonly kind = 'refused';
  readonly code = 'idempotency-key-reused';
  constructor() {
    super('This Idempotency-Key was used before for another request', { operatorAction: 'Call the line engineer: the station software reuses request keys.' });
  }
}

export class RequestInProgress extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'request-in-progress';
  constructor() {
    super('The first request with this Idempotency-Key is still under way', { retryAfterMs: 1_000, operatorAction: 'Wait; the station tries again by itself.' });
  }
}

export class ServiceStopping extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'service-stopping';
  constructor() {
    super('The service is shutting down', { retryAfterMs: 1_000, operatorAction: 'Wait; the station tries again by itself.' });
  }
}
