import { DomainError } from '../platform/errors/domain-error.js';

/** Rule 7 (docs/architecture.md): a device that ships before its CA is registered is a brick. */
export function authorityNotRegistered(id: string, lagging: readonly string[]): DomainError {
  const why = lagging.length === 0 ? 'there is no target yet' : `not in sync: ${lagging.join('; ')}`;
  return new DomainError('authority-not-registered', `Authority ${id} can’t issue before every target of its family’s open orders shows it active; ${why}`);
}

/** `lockedOut`: how many there are now. */
export const lockOutUnconfirmed = (id: string, lockedOut: number, confirmed: number) =>
  new DomainError('lock-out-unconfirmed', `Stopping ${id} in AWS would lock out ${lockedOut} units that have left the line and not connected yet, and ${confirmed} were confirmed; nothing was changed`, { members: { lockedOut } });

export const lockOutUncounted = (id: string) =>
  new DomainError('lock-out-unconfirmed', `How many units a stop of ${id} in AWS would lock out could not be counted in time, and no number was confirmed; nothing was changed`, { members: { lockedOut: null } });

export const authorityStoppedInCloud = (id: string) => new DomainError('authority-stopped-in-cloud', `Authority ${id} is stopped in AWS too; nothing was changed`);

export const familyNameTaken = (family: string) => new DomainError('family-name-taken', `Another family is written like ${family} but for upper and lower case`);
