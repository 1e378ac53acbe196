import { DomainError } from '../platform/errors/domain-error.js';

export const jobNotFound = () => new DomainError('job-unknown', 'There is no such job');

export const slotOccupied = (slot: string, serial: string) => new DomainError('slot-occupied', `Slot ${slot} holds unit ${serial}`);

export const wrongLine = (serial: string, line: string) => new DomainError('wrong-line', `Unit ${serial} belongs to line ${line}`);

export const resultReported = (outcome: string) => new DomainError('result-reported', `This attempt was reported as ${outcome} already`);

export const shipGateClosed = (serial: string, gate: string, lacking: readonly string[]) =>
  new DomainError('ship-gate', `Unit ${serial} may be shipped once it is ${gate} in each target; it is not in ${lacking.join(', ')}`, { members: { shipGate: gate, lacking } });
