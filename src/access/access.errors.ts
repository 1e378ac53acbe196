import { DomainError } from '../platform/errors/domain-error.js';

export const callerUnknown = () => new DomainError('caller-unknown', 'The request carries no API key that is known and valid (Authorization: Bearer …)');

export const roleMissing = (needed: readonly string[]) => new DomainError('role-missing', needed.length > 0 ? `This needs the role ${needed.join(' or ')}` : 'No role may do this');

export const tooManyRequests = (retryAfterMs: number) => new DomainError('too-many-requests', 'This caller has sent too many requests in this minute', { retryAfterMs });

export const tooManyFailedAuthentications = (retryAfterMs: number) =>
  new DomainError('too-many-requests', 'Too many requests without a valid key came from this address in this minute', { retryAfterMs });

export const roleNotGrantable = (role: string, granters: readonly string[]) =>
  new DomainError('role-not-grantable', `A key for the role ${role} is given and taken by ${granters.join(' or ')} only`);

export const lastKey = (role: string) => new DomainError('last-key', `It is the last valid key for the role ${role}`);

export const stationNeeded = () => new DomainError('station-needed', 'A key for the role station names its station, and only such a key does');

export const stationNotKnown = (station: string) => new DomainError('station-unknown', `There is no station ${station}`);

export const keyNotFound = (id: string) => new DomainError('key-unknown', `There is no API key ${id}`);

/** The first request with this Idempotency-Key made it, and its secret is kept nowhere. */
export const apiKeyShownOnce = (id: string) => new DomainError('api-key-shown-once', `The first request with this Idempotency-Key made the key ${id}, which was shown once`);

/** `reason`: a whole sentence without its end. */
export const stationCertificateRefused = (reason: string) => new DomainError('station-certificate-refused', reason);

export const stationDisabled = (station: string) => new DomainError('station-disabled', `Station ${station} is out of service`);

export const stationNotEnrolled = (station: string | null) => new DomainError('station-not-enrolled', `Station ${station} is let in with its client certificate only`);
