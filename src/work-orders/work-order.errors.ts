import { DomainError } from '../platform/errors/domain-error.js';

export class WorkOrderNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'work-order-unknown';
  constructor(id: string) {
    super(`There is no work order ${id}`);
  }
}

export class WorkOrderExists extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'work-order-exists';
  constructor(id: string) {
    super(`There is a work order ${id} already`);
  }
}

export class WorkOrderNotReleased extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'work-order-not-released';
  constructor(id: string) {
    super(`Work order ${id} is not released`, { operatorAction: 'Ask the production manager: this order is not open for work.' });
  }
}

export class WorkOrderNotPlanned extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'work-order-not-planned';
  constructor(id: string, state: string) {
    super(`Work order ${id} is ${state}; only a planned one can be released`);
  }
}

export class OrderExhausted extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'order-exhausted';
  constructor(id: string) {
    super(`Work order ${id} has used up its certificates`, { operatorAction: 'Stop and call the production manager: the order is complete or its quota must be raised.' });
  }
}

export class SerialTaken extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'serial-taken';
  constructor() {
    super('One of these serials belongs to a unit already');
  }
}

/** Something that the order names (line, target, profile) does not exist. */
export class OrderReferenceUnknown extends DomainError {
  readonly kind = 'refused';
  readonly code = 'order-reference-unknown';
  constructor(what: string) {
    super(`The order names a ${what} that does not exist`);
  }
}

export class UnitNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'serial-unknown';
  constructor(serial: string) {
    super(`There is no unit ${serial}`, { operatorAction: 'Scan the label again; if it is right, call the line engineer: no order has this serial.' });
  }
}

export class UnitStateConflict extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'unit-state';
  constructor(state: string, wanted: string) {
    super(`The unit is ${state} and can’t become ${wanted}`, { operatorAction: 'Set the unit aside and call a supervisor.' });
  }
}
