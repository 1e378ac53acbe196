import { DomainError } from '../platform/errors/domain-error.js';
import { isOpen } from './order-state.js';
import type { OrderWindow, UnitState, WorkOrderState } from './work-order.tables.js';

export const workOrderNotFound = (id: string) => new DomainError('work-order-unknown', `There is no work order ${id}`);

export const productNotFound = (name: string) => new DomainError('product-unknown', `There is no product ${name}`);

/** The name stands for another one already. `differs`: names of what was asked otherwise than it is kept. */
export const productExists = (name: string, differs: readonly string[]) => new DomainError('product-exists', `There is a product ${name} already, with another ${differs.join(', ')}`, { members: { differs } });

/** The same; an order that is there is never answered as made anew, also where nothing differs. */
export const workOrderExists = (id: string, differs: readonly string[] = []) =>
  new DomainError('work-order-exists', `There is a work order ${id} already, ${differs.length === 0 ? 'which is as it was sent' : `with another ${differs.join(', ')}`}`, { members: { differs } });

export const workOrderNotReleased = (id: string, state: string) => new DomainError('work-order-not-released', `Work order ${id} is ${state}, not released`);

/** `differs`: names of what it said otherwise when it was made. */
export const externalOrderDiffers = (externalId: string, workOrder: string, differs: readonly string[]) =>
  new DomainError('external-order-differs', `The order ${externalId} is the work order ${workOrder}, and was made with another ${differs.join(', ')}`, { members: { workOrder, differs } });

/** The order is released, and this is not the time for it. */
export const outsideWindow = (id: string, { window, notBefore, notAfter }: { window: OrderWindow; notBefore: Date | null; notAfter: Date | null }) =>
  window === 'early'
    ? new DomainError('outside-window', `Work order ${id} opens at ${notBefore?.toISOString()}`, { action: `Put the unit back: its order opens at ${notBefore?.toISOString()}.`, members: { opensAt: notBefore?.toISOString() } })
    : new DomainError('outside-window', `Work order ${id} is over since ${notAfter?.toISOString()}`, { members: { closedAt: notAfter?.toISOString() } });

/** Why no job of the order is handed out and nothing issued, whatever the unit; undefined when nothing stands against it. */
export function refusalOfOrder(order: { id: string; state: WorkOrderState; window: OrderWindow; notBefore: Date | null; notAfter: Date | null }): DomainError | undefined {
  if (isOpen(order)) return undefined;
  return order.state === 'released' ? outsideWindow(order.id, order) : workOrderNotReleased(order.id, order.state);
}

export const windowNotExtended = (id: string, notAfter: Date | null) =>
  new DomainError('window-not-extended', notAfter === null ? `Work order ${id} has no end already` : `Work order ${id} is open until ${notAfter.toISOString()}; its end is moved to a later time only`);

export const workOrderNotPlanned = (id: string, state: string) =>
  new DomainError('work-order-not-planned', `Work order ${id} is ${state}; only a planned one can be released`);

export const workOrderState = (id: string, state: string, wanted: string, from: readonly string[]) =>
  new DomainError('work-order-state', `Work order ${id} is ${state}; only one that is ${from.join(' or ')} can become ${wanted}`);

/** Units of the order may have certificates that the ledger does not know. */
export const workOrderUnconfirmed = (id: string) =>
  new DomainError('work-order-unconfirmed', `The ledger was accepted after it had lost what it held, and nobody has confirmed work order ${id} since: its units may have certificates that the ledger does not know`);

/** A unit of an order that has ended gets no further job. */
export const workOrderEnded = (id: string) => new DomainError('work-order-ended', `Work order ${id} has ended: there is no further work for its units`);

export const quantityNotRaised = (id: string, quantity: number, overage: number) =>
  new DomainError('quantity-not-raised', `Work order ${id} has the quantity ${quantity} and the overage ${overage}; raising takes neither of them down, and at least one up`);

export const orderExhausted = (id: string) => new DomainError('order-exhausted', `Work order ${id} has used up its certificates`);

export const serialTaken = (serial: string, order: string) => new DomainError('serial-taken', `The serial ${serial} belongs to a unit of the work order ${order} already`);

/** Names that a refusal lists, at most. */
const MOST_NAMES = 20;

/** Something that the order names (line, target, profile, family of authorities) does not exist; `known` are those that do. */
export const orderReferenceUnknown = (what: string, name: string, known: readonly string[], hint?: string) => {
  const listed = known.slice(0, MOST_NAMES).join(', ') + (known.length > MOST_NAMES ? ', …' : '');
  const rest = known.length === 0 ? 'there is none yet' : `there are: ${listed}`;
  return new DomainError('order-reference-unknown', `There is no ${what} ${name}; ${rest}${hint === undefined ? '' : `. ${hint}`}`);
};

export const revisionNotOfProduct = (product: string, revision: string | undefined, known: readonly string[]) =>
  revision === undefined
    ? new DomainError('order-reference-unknown', `The order says no revision; the product ${product} is made in ${known.join(', ')}`, { action: 'Say in the order which revision is made.' })
    : orderReferenceUnknown('revision', revision, known, `They are those of the product ${product}`);

export const serialRepeated = (serial: string) => new DomainError('serial-repeated', `The order names the serial ${serial} twice`);

/** `fault`: from `faultOf`. `entry`: of the list, from 1 on. */
export const serialMalformed = (serial: string, fault: string, entry?: number) =>
  new DomainError('serial-malformed', `${entry === undefined ? 'The serial' : `Entry ${entry} of the list,`} ${serial} ${fault}`);

export const serialNotAllowed = (serial: string, product: string) => new DomainError('serial-not-allowed', `The serial ${serial} stands in no list that was uploaded for the product ${product}`);

/** `passedOver`: so many others of the list break the rules of the order. */
export const serialsShort = (product: string, { wanted, free, passedOver }: { wanted: number; free: number; passedOver: number }) =>
  new DomainError('serials-short', `${wanted} serials are wanted, and the list of the product ${product} has ${free} more${passedOver === 0 ? '' : `; ${passedOver} others stand in it that break the order’s rules`}`);

export const unitNotFound = (serial: string) => new DomainError('serial-unknown', `There is no unit ${serial}`);

export const unitStateConflict = (state: string, wanted: string) => new DomainError('unit-state', `The unit is ${state} and can’t become ${wanted}`);

/** Nobody works on the unit at present, and it is given no identity. */
export const unitNotOpen = (serial: string, state: string) =>
  state === 'scrapped'
    ? new DomainError('unit-not-open', `Unit ${serial} is scrapped, for good`, { action: 'Set the unit aside: it was scrapped for good, and nobody works on it any more.' })
    : new DomainError('unit-not-open', `Unit ${serial} is ${state} and not open for work`);

export const unitQuarantined = (serial: string) => new DomainError('unit-quarantined', `Unit ${serial} is set aside until a person decides what becomes of it`);

/** Why a unit in this state is given neither to a station nor an identity, also not the one that it had; undefined for other states. */
export function refusalOfState(serial: string, state: UnitState): DomainError | undefined {
  if (state === 'quarantined') return unitQuarantined(serial);
  return state === 'failed' || state === 'scrapped' ? unitNotOpen(serial, state) : undefined;
}

/** The caller's lease is over, or was never theirs. What they report is kept as evidence and changes nothing. `now`: whose the unit is instead. */
export const leaseLost = (serial: string, { now, action }: { now?: string; action?: string } = {}) =>
  new DomainError('lease-lost', `Unit ${serial} is no longer held under this fence${now === undefined ? '' : `: ${now}`}`, action === undefined ? {} : { action });

/** `holder`: from `leaseHolder`. `leftMs`: until its lease ends, if it is not renewed. */
export const claimedElsewhere = (serial: string, holder: string, endsInMs: number) => {
  const [station, slot] = holder.split('/', 2);
  // Its time is over, and it has not been taken back yet.
  const leftMs = Math.max(1_000, endsInMs);
  const left = `${Math.ceil(leftMs / 1_000)} s`;
  return new DomainError('claimed-elsewhere', `Unit ${serial} is at station ${station}, slot ${slot}, whose lease ends in ${left} unless it is renewed`, {
    action: `Check the label: station ${station}, slot ${slot} works on a unit with this serial. If that is this unit, release it there, or wait ${left}.`,
    retryAfterMs: leftMs,
  });
};
