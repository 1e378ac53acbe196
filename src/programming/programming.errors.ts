import { DomainError } from '../platform/errors/domain-error.js';

export const jobNotFound = () => new DomainError('job-unknown', 'There is no such job');

export const slotOccupied = (slot: string, serial: string) => new DomainError('slot-occupied', `Slot ${slot} holds unit ${serial}`);

export const wrongLine = (serial: string, line: string) => new DomainError('wrong-line', `Unit ${serial} belongs to line ${line}`);

export const resultReported = (outcome: string) => new DomainError('result-reported', `This attempt was reported as ${outcome} already`);

export const shipGateClosed = (serial: string, gate: string, lacking: readonly string[]) =>
  new DomainError('ship-gate', `Unit ${serial} may be shipped once it is ${gate} in each target; it is not in ${lacking.join(', ')}`, { members: { shipGate: gate, lacking } });

export const attachmentUnknown = () => new DomainError('attachment-unknown', 'Nobody has uploaded an attachment of this SHA-256');

export const attachmentDiffers = () => new DomainError('attachment-differs', 'What came has another SHA-256 than its address');

export const attachmentsBusy = () => new DomainError('attachments-busy', 'As many attachments as this process can hold are on their way');

export const attachmentsOverRate = (station: string, most: number) => new DomainError('attachments-over-rate', `Station ${station} may upload ${most} bytes within an hour (ATTACHMENT_BYTES_PER_HOUR)`);

export const recordUnknown = () => new DomainError('record-unknown', 'No test record is kept there');

export const recordWithoutUnit = (dutId: string | null) =>
  new DomainError('record-without-unit', `The test record names no unit (dut_id ${dutId === null ? 'is missing' : dutId}). It is kept as evidence; the unit has no result yet`);

export const recordOfAnotherUnit = (serial: string, dutId: string) =>
  new DomainError('record-of-another-unit', `The test record is of ${dutId}, and the job of ${serial}. It is kept as evidence; the unit has no result yet`);

export const recordContradicts = (outcome: string, ofRecord: string | null) =>
  new DomainError('record-contradicts', `${outcome} is reported, and the test record says ${ofRecord ?? 'no outcome'}. It is kept as evidence; the unit has no result yet`);
