import { DomainError } from './domain-error.js';

export const ledgerUnavailable = (options?: ErrorOptions) => new DomainError('ledger-unavailable', 'The ledger does not answer', options);

/** All connections to the ledger that requests of this kind may have are at work. */
export const ledgerBusy = (options?: ErrorOptions) => new DomainError('ledger-busy', 'More is asked of the ledger than it can answer just now', options);

export const requestInvalid = (message: string, options?: ErrorOptions) => new DomainError('request-invalid', message, options);

export const idempotencyKeyReused = () => new DomainError('idempotency-key-reused', 'This Idempotency-Key was used before for another request');

export const requestInProgress = () => new DomainError('request-in-progress', 'The first request with this Idempotency-Key is still under way');

/** `why`: what is wrong with the key. */
export const secretsKeyMissing = (why: string, options?: ErrorOptions) => new DomainError('secrets-key-missing', why, options);

export const serviceStopping = () => new DomainError('service-stopping', 'The service is shutting down');

/** `how`: against whose clock, and by how much. */
export const clockWrong = (how: string) => new DomainError('clock-wrong', `The clock of the machine that runs this service is ${how}; nothing is signed until it is set right (NTP)`);
