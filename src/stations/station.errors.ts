import { DomainError } from '../platform/errors/domain-error.js';

export class StationNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'station-unknown';
  constructor(id: string) {
    super(`There is no station ${id}`, { operatorAction: 'Call the line engineer: this station is not set up.' });
  }
}

export class LineNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'line-unknown';
  constructor(id: string) {
    super(`There is no line ${id}`);
  }
}

/** The name stands for something else already. */
export class StationExists extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'station-exists';
  constructor(id: string) {
    super(`There is a station ${id} already, on another line or with other slots`);
  }
}

export class SlotUnknown extends DomainError {
  readonly kind = 'refused';
  readonly code = 'slot-unknown';
  constructor(station: string, slot: string) {
    super(`Station ${station} has no slot ${slot}`, { operatorAction: 'Call the line engineer: the station’s slots are set up differently.' });
  }
}
