import { DomainError } from '../platform/errors/domain-error.js';

/** The caller's lease is over, or was never theirs. What they report is kept as evidence and changes nothing. */
export class LeaseLost extends DomainError {
  readonly kind = 'gone';
  readonly code = 'lease-lost';
  constructor(jobId: number) {
    super(`Job ${jobId} is no longer held under this fence`, { operatorAction: 'Take the unit out and scan it again: its job was handed on.' });
  }
}

export class JobNotFound extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'job-unknown';
  constructor() {
    super('There is no such job');
  }
}

export class SlotOccupied extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'slot-occupied';
  constructor(slot: string, serial: string) {
    super(`Slot ${slot} holds unit ${serial}`, { operatorAction: 'Finish or release the unit in this slot first.' });
  }
}

export class ClaimedElsewhere extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'claimed-elsewhere';
  constructor(serial: string, station: string) {
    super(`Unit ${serial} is at station ${station}`, { operatorAction: 'Check the label: another station works on a unit with this serial.' });
  }
}

export class WrongLine extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'wrong-line';
  constructor(serial: string, line: string) {
    super(`Unit ${serial} belongs to line ${line}`, { operatorAction: 'Bring the unit to its own line.' });
  }
}

export class UnitNotOpen extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'unit-not-open';
  constructor(serial: string, state: string) {
    super(`Unit ${serial} is ${state}: there is no open job for it`, { operatorAction: 'Set the unit aside; if it should be worked on, call a supervisor.' });
  }
}

export class CertificateMissing extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'certificate-missing';
  constructor() {
    super('The unit has no certificate yet, so it can’t pass', { operatorAction: 'Run the unit again: it has no identity yet.' });
  }
}

export class ResultReported extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'result-reported';
  constructor(outcome: string) {
    super(`This attempt was reported as ${outcome} already`, { operatorAction: 'Call the line engineer: the station reports two results for one attempt.' });
  }
}
