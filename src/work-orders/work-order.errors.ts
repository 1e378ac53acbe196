import { DomainError } from '../platform/errors/domain-error.js';

export const workOrderNotFound = (id: string) => new DomainError('work-order-unknown', `There is no work order ${id}`);

export const workOrderExists = (id: string) => new DomainError('work-order-exists', `There is a work order ${id} already`);

export const workOrderNotReleased = (id: string) => new DomainError('work-order-not-released', `Work order ${id} is not released`);

export const workOrderNotPlanned = (id: string, state: string) =>
  new DomainError('work-order-not-planned', `Work order ${id} is ${state}; only a planned one can be released`);

export const orderExhausted = (id: string) => new DomainError('order-exhausted', `Work order ${id} has used up its certificates`);

export const serialTaken = () => new DomainError('serial-taken', 'One of these serials belongs to a unit already');

/** Something that the order names (line, target, profile) does not exist. */
export const orderReferenceUnknown = (what: string) => new DomainError('order-reference-unknown', `The order names a ${what} that does not exist`);

export const unitNotFound = (serial: string) => new DomainError('serial-unknown', `There is no unit ${serial}`);

export const unitStateConflict = (state: string, wanted: string) => new DomainError('unit-state', `The unit is ${state} and can’t become ${wanted}`);

/** The caller's lease is over, or was never theirs. What they report is kept as evidence and changes nothing. */
export const leaseLost = (serial: string) => new DomainError('lease-lost', `Unit ${serial} is no longer held under this fence`);

/** `holder`: from `leaseHolder`. */
export const claimedElsewhere = (serial: string, holder: string) => new DomainError('claimed-elsewhere', `Unit ${serial} is at station ${holder.replace('/', ', slot ')}`);
