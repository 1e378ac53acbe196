import { DomainError } from '../platform/errors/domain-error.js';

export class CallerUnknown extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'caller-unknown';
  constructor() {
    super('The request carries no API key that is known and valid (Authorization: Bearer …)', {
      operatorAction: 'Call the line engineer: this station has no valid key.',
    });
  }
}

export class RoleMissing extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'role-missing';
  constructor(needed: readonly string[]) {
    super(`This needs the role ${needed.join(' or ')}`, { operatorAction: 'Ask somebody who may do this.' });
  }
}

export class RoleNotGrantable extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'role-not-grantable';
  constructor(role: string) {
    super(`Your role may not give the role ${role}`, { operatorAction: 'Ask an admin.' });
  }
}

export class StationNeeded extends DomainError {
  readonly kind = 'refused';
  readonly code = 'station-needed';
  constructor() {
    super('A key for the role station names its station, and only such a key does');
  }
}

export class StationNotKnown extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'station-unknown';
  constructor(station: string) {
    super(`There is no station ${station}`);
  }
}

export class KeyNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'key-unknown';
  constructor(id: string) {
    super(`There is no API key ${id}`);
  }
}
