import { DomainError } from '../platform/errors/domain-error.js';
import type { X509Error } from '../x509/x509.errors.js';

/** The CSR can't be accepted; `code` says which rule (`csr-malformed`, `csr-signature-invalid`, `key-weak`, …). */
export class CsrRefused extends DomainError {
  readonly kind = 'refused';
  readonly code: string;
  constructor(cause: X509Error) {
    super(cause.message, { cause, operatorAction: 'Set the unit aside and call the line engineer: its certificate request is not acceptable.' });
    this.code = cause.code;
  }
}

export class KeyTypeNotAllowed extends DomainError {
  readonly kind = 'refused';
  readonly code = 'key-not-allowed';
  constructor(keyType: string, profile: string) {
    super(`The profile ${profile} does not allow ${keyType} keys`, { operatorAction: 'Call the line engineer: the device makes a kind of key that this product does not use.' });
  }
}

export class ProfileUnknown extends DomainError {
  readonly kind = 'refused';
  readonly code = 'profile-unknown';
  constructor(name: string) {
    super(`There is no profile ${name}`);
  }
}

/** Rules of RFC 5280 or AWS IoT that the certificate would break; found before the key was touched. */
export class CertificateRefused extends DomainError {
  readonly kind = 'refused';
  readonly code = 'certificate-refused';
  constructor(
    readonly complaints: readonly string[],
    options: ErrorOptions = {},
  ) {
    super(`The certificate would break: ${complaints.join('; ')}`, options);
  }
}

export class UnitAlreadyProvisioned extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'unit-already-provisioned';
  constructor(serial: string) {
    super(`Unit ${serial} already has a certificate for another key`, {
      operatorAction: 'Set the unit aside and call a supervisor: it needs rework before it can get another certificate.',
    });
  }
}

export class KeyAlreadyUsed extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'key-already-used';
  constructor() {
    super('Another unit has a certificate for this very key', {
      operatorAction: 'Stop and call the line engineer: devices must not share a key.',
    });
  }
}

export class IssuanceInProgress extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'request-in-progress';
  constructor(serial: string) {
    super(`A certificate for unit ${serial} is being made at this moment`, { retryAfterMs: 1_000, operatorAction: 'Wait; the station tries again by itself.' });
  }
}

/** The reservation was abandoned while the HSM was at work; what it signed is thrown away. */
export class ReservationLost extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'reservation-lost';
  constructor(serialNumber: string) {
    super(`The reservation ${serialNumber} was given up meanwhile`, { retryAfterMs: 500, operatorAction: 'Wait; the station tries again by itself.' });
  }
}

export class CertificateNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'certificate-unknown';
  constructor(fingerprint: string) {
    super(`There is no certificate ${fingerprint}`);
  }
}

/** The order's profile does not let the service make keys: they must come from the devices. */
export class ServiceKeysNotAllowed extends DomainError {
  readonly kind = 'refused';
  readonly code = 'service-keys-not-allowed';
  constructor(profile: string) {
    super(`The profile ${profile} does not let the service make keys for devices`, {
      operatorAction: 'Call the line engineer: the station asks for a key, but this product makes its own.',
    });
  }
}

export class StationKeyRefused extends DomainError {
  readonly kind = 'refused';
  readonly code = 'station-key-refused';
  constructor(cause: X509Error) {
    super(`The station's own key can't be encrypted to: ${cause.message}`, { cause, operatorAction: 'Call the line engineer: the station sends a bad key of its own.' });
  }
}

/** A private key is answered once and never kept, so nobody can answer it again. */
export class KeyShownOnce extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'key-shown-once';
  constructor(serial: string) {
    super(`Unit ${serial} has a certificate for a key that the service made and showed once`, {
      operatorAction: 'Set the unit aside and call a supervisor: if its key did not arrive, the unit needs rework.',
    });
  }
}

export class KeyMakerBusy extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'key-maker-busy';
  constructor() {
    super('More RSA keys are wanted than can be made just now', { retryAfterMs: 2_000, operatorAction: 'Wait; the station tries again by itself.' });
  }
}
