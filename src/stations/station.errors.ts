import { DomainError } from '../platform/errors/domain-error.js';

export const stationNotFound = (id: string) => new DomainError('station-unknown', `There is no station ${id}`);

export const lineNotFound = (id: string) => new DomainError('line-unknown', `There is no line ${id}`);

/** The name stands for something else already. */
export const stationExists = (id: string) => new DomainError('station-exists', `There is a station ${id} already, on another line or with other slots`);

export const slotUnknown = (station: string, slot: string) => new DomainError('slot-unknown', `Station ${station} has no slot ${slot}`);
