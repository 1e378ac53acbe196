import { DomainError } from '../platform/errors/domain-error.js';
import type { X509Error } from '../x509/x509.errors.js';
import type { KeyHolder } from './certificate.tables.js';

/** The CSR can't be accepted; `code` says which rule (`csr-malformed`, `csr-signature-invalid`, `key-weak`, …). */
export const csrRefused = (cause: X509Error) => new DomainError(cause.code, cause.message, { cause });

export const keyTypeNotAllowed = (keyType: string, profile: string) => new DomainError('key-not-allowed', `The profile ${profile} does not allow ${keyType} keys`);

export const profileUnknown = (name: string) => new DomainError('profile-unknown', `There is no profile ${name}`);

/** Rules of RFC 5280 or AWS IoT that the certificate would break; found before the key was touched. */
export const certificateRefused = (complaints: readonly string[], options: ErrorOptions = {}) =>
  new DomainError('certificate-refused', `The certificate would break: ${complaints.join('; ')}`, options);

export const unitAlreadyProvisioned = (serial: string) => new DomainError('unit-already-provisioned', `Unit ${serial} already has a certificate for another key`);

/** It never comes back: what repeats the request that made it may not be told that it is good. */
export const certificateRevoked = (serial: string) => new DomainError('certificate-revoked', `The certificate of unit ${serial} is revoked`);

/** A key belongs to the first unit that had it, for good. `owner`: that unit's serial. */
export const keyAlreadyUsed = (owner: string) => new DomainError('key-already-used', `This key belongs to unit ${owner}`);

/** `broken`: of `take_keys`. */
export function refusalOfKey({ detail: owner, hint }: { detail: string; hint: string }): DomainError {
  if (hint === 'compromised') return keyCompromised();
  return hint === '' ? keyAlreadyUsed(owner) : new DomainError('key-already-used', `This key is ${whoseKey(hint as KeyHolder)}`);
}

/** As it stands behind "is". */
export const whoseKey = (holder: KeyHolder) => (holder === 'station' ? 'a station’s own' : 'an authority’s');

/** `why`: the end of a sentence that begins with "This key". */
export const stationKeyTaken = (why: string) => new DomainError('station-key-taken', `This key ${why}`);

export const keyCompromised = () => new DomainError('key-compromised', 'A certificate for this key was revoked because the key is compromised');

export const issuanceInProgress = (serial: string) => new DomainError('request-in-progress', `A certificate for unit ${serial} is being made at this moment`);

/** The reservation was abandoned while the HSM was at work; what it signed is thrown away. */
export const reservationLost = (serialNumber: string) => new DomainError('reservation-lost', `The reservation ${serialNumber} was given up meanwhile`);

export const certificateNotFound = (fingerprint: string) => new DomainError('certificate-unknown', `There is no certificate ${fingerprint}`);

/** The order's profile does not let the service make keys: they must come from the devices. */
export const serviceKeysNotAllowed = (profile: string) =>
  new DomainError('service-keys-not-allowed', `The profile ${profile} does not let the service make keys for devices`);

export const stationKeyRefused = (cause: X509Error) =>
  new DomainError('station-key-refused', `The station's own key can't be encrypted to: ${cause.message}`, { cause });

/** A private key is answered once and never kept, so nobody can answer it again. */
export const keyShownOnce = (serial: string) => new DomainError('key-shown-once', `Unit ${serial} has a certificate for a key that the service made and showed once`);

export const keyMakerBusy = () => new DomainError('key-maker-busy', 'More RSA keys are wanted than can be made just now');

/** Rule 7: a target of the order does not have the authority, so that a device with its certificate could not connect there. */
export const mayNotIssue = (order: string, reason: string) =>
  new DomainError('may-not-issue', `Order ${order} can't issue now: ${reason === '' ? 'no target was looked at yet' : reason}`);

/** The same of devices with certificates of one authority, which may be another one than that with which their order issues now. `otherwise`: what goes on without that authority, as the end of a sentence. */
export const mayNotConnect = (authority: string, reason: string, otherwise: string) =>
  new DomainError('may-not-issue', `A device with a certificate of the authority ${authority} can’t connect now: ${reason === '' ? 'no target was looked at yet' : reason}`, {
    action: `Call the production manager: make right what the detail names of the authority ${authority} (GET /v1/authorities/${authority} shows it in each target), ${otherwise}.`,
  });

/** Of a unit that can't pass. */
export const unitMayNotConnect = (authority: string, reason: string) =>
  mayNotConnect(authority, reason, 'or have the unit reworked, after which the family’s issuer of today certifies it');

/** The verdict on an order that has ended is from before the stop. */
export const cloudStopped = (authority: string) => unitMayNotConnect(authority, 'An officer has stopped the authority in AWS');

export const certificateMissing = () => new DomainError('certificate-missing', 'The unit has no certificate yet, so it can’t pass');

export const alreadyRevoked = (fingerprint: string, reason: string) =>
  new DomainError('already-revoked', `Certificate ${fingerprint} was revoked for the reason ${reason} already`);

/** The authority has not issued yet, or its first list is still being made. */
export const crlNotPublished = (authority: string) => new DomainError('crl-not-published', `Authority ${authority} has published no revocation list`);

/** AWS signs it with others, line by line. */
export const certificateAwaited = (serial: string) => new DomainError('certificate-awaited', `AWS has yet to sign the certificate of ${serial}`);
