import { DomainError } from '../platform/errors/domain-error.js';

export const authorityNotFound = (id: string) => new DomainError('authority-unknown', `There is no authority ${id}`);

export const noIssuingAuthority = (family: string) => new DomainError('no-issuing-authority', `No authority of the family ${family} issues at present`);

export const authorityFrozen = (id: string) => new DomainError('authority-frozen', `Authority ${id} is frozen: it issues nothing until an officer unfreezes it`);

export const authorityCompromised = (id: string) => new DomainError('authority-compromised', `The key of authority ${id} is compromised: certificates that it has signed prove nothing any more`);

export const authorityStateConflict = (id: string, state: string, wanted: string) =>
  new DomainError('authority-state', `Authority ${id} is ${state} and can’t become ${wanted} from there`);

/** The HSM holds another key under the authority's label than the one its certificate names. */
export const authorityKeyMissing = (label: string) => new DomainError('hsm-key-missing', `The HSM has no key "${label}".`);

export const authorityKeyMismatch = (id: string) => new DomainError('authority-key-mismatch', `The key in the HSM is not the key of authority ${id}`);

/** What came back from the HSM does not verify: it is thrown away. */
export const signatureInvalid = (id: string) => new DomainError('hsm-signature-invalid', `The HSM's signature for authority ${id} does not verify and was discarded`);

/** Says which authority can't sign; the code stays that of the cause. */
export const authorityKeyUnusable = (id: string, cause: unknown) =>
  new DomainError(cause instanceof DomainError ? cause.code : 'hsm-unavailable', `Authority ${id} can't sign: ${cause instanceof Error ? cause.message : 'unknown reason'}`, { cause });
