import { DomainError } from '../platform/errors/domain-error.js';

/** Something went wrong between us and AWS IoT. The message is one sentence that may be shown; it holds no credentials. */
export abstract class AwsIotError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** AWS understood and said no: permissions, a limit, a certificate it does not accept. `code` is AWS's own error name. */
export class AwsIotRefused extends AwsIotError {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** No answer, or one that says try later. */
export class AwsIotUnavailable extends AwsIotError {}

/** The account's rate limit was reached, although we keep our own calls below it: somebody else calls too. */
export class AwsIotThrottled extends AwsIotError {}

export class TargetExists extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'target-exists';
  constructor(name: string, why: string) {
    super(`The target ${name} can’t be created: ${why}`);
  }
}

export class TargetNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'target-unknown';
  constructor(name: string) {
    super(`There is no target ${name}`);
  }
}

/** AWS was not reached yet, so nobody can tell a device where to connect. */
export class TargetNotReady extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'target-not-ready';
  constructor(names: readonly string[]) {
    super(`The MQTT endpoint of ${names.join(', ')} is not known yet`, {
      retryAfterMs: 5_000,
      operatorAction: 'Wait; the station tries again by itself. Call the line engineer if it goes on for minutes.',
    });
  }
}

/** Rule 7 of the design: a device that ships before its CA is registered is a brick. */
export class AuthorityNotRegistered extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'authority-not-registered';
  constructor(id: string, lagging: readonly string[]) {
    const why = lagging.length === 0 ? 'there is no target yet' : `not in sync: ${lagging.join(', ')}`;
    super(`Authority ${id} can’t issue before every target shows it active; ${why}`);
  }
}

export class FamilyNameTaken extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'family-name-taken';
  constructor(family: string) {
    super(`Another family is written like ${family} but for upper and lower case`);
  }
}
