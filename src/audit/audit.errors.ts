import { DomainError } from '../platform/errors/domain-error.js';

/** `reason`: what shows it, as kept in the ledger. */
export const ledgerOlder = (reason: string, options?: ErrorOptions) => new DomainError('ledger-older', `Nothing is issued, and no certificate switched off: ${reason}`, options);

/** `reason`: what this process found in its data folder. */
export const ledgerUnknown = (reason: string) => new DomainError('ledger-unknown', `Nothing is issued: ${reason}`);
