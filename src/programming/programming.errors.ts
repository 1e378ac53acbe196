import { DomainError } from '../platform/errors/domain-error.js';
import { leaseLost } from '../work-orders/work-order.errors.js';
import type { Job } from './job.repository.js';

export const jobNotFound = () => new DomainError('job-unknown', 'There is no such job');

/** The caller's lease is over, or was never theirs. `job`: as it stands now, which says whether the unit is somebody's. */
export function leaseOver(job: Pick<Job, 'serial' | 'state' | 'held' | 'station' | 'slot'>): DomainError {
  if (job.held) {
    const holder = `station ${job.station}, slot ${job.slot}`;
    return leaseLost(job.serial, { now: `${holder} has it`, action: `Take the unit out: ${holder} has it now.` });
  }
  if (job.state === 'queued' || job.state === 'leased') return leaseLost(job.serial, { now: 'nobody has it', action: 'Scan the unit again: this station holds it no more, and nobody else does.' });
  return leaseLost(job.serial, { now: `its job is over (${job.state})`, action: `Take the unit out: its job is over (${job.state}).` });
}

export const slotOccupied = (slot: string, serial: string) => new DomainError('slot-occupied', `Slot ${slot} holds unit ${serial}`);

/** `assignedTo`: the station or the slot (`leaseHolder`) that alone gets it. */
export function assignedElsewhere(serial: string, assignedTo: string): DomainError {
  const [station = '', slot = null] = assignedTo.split('/', 2);
  const place = `station ${station}${slot === null ? '' : `, slot ${slot}`}`;
  return new DomainError('assigned-elsewhere', `Unit ${serial} is assigned to ${place}`, {
    action: `Bring the unit to ${place}: it is assigned there. Where that does not work, a production manager moves its work.`, members: { station, slot },
  });
}

export const queueUnknown = (id: string) => new DomainError('queue-unknown', `There is no queue ${id}`);

/** Why work can't be moved or put first. `is`: the line or the step that it is of. */
export interface Unmovable {
  /** Null: of all that was asked for. */
  serial: string | null;
  why: 'unknown' | 'at-work' | 'not-waiting' | 'other-line' | 'step-not-done';
  is: string | null;
}

/** Faults that a refusal names, at most. */
const MOST_FAULTS = 20;

const SAID: Readonly<Record<Unmovable['why'], string>> = {
  unknown: 'is unknown', 'at-work': 'is at a station at this moment', 'not-waiting': 'has no work that waits', 'other-line': 'belongs to line', 'step-not-done': 'is at a step that is not done there,',
};

export function workNotMovable(faults: readonly Unmovable[]): DomainError {
  const [first] = faults;
  const said = first && `${first.serial === null ? 'What is there' : `Unit ${first.serial}`} ${SAID[first.why]}${first.is === null ? '' : ` ${first.is}`}`;
  return new DomainError('work-not-movable', `${said ?? 'Nothing can be moved'}${faults.length > 1 ? `, and ${faults.length - 1} more can't be moved` : ''}`, {
    members: { faults: faults.slice(0, MOST_FAULTS).map(({ serial, why, is }) => ({ serial, why, is })), count: faults.length },
  });
}

export const wrongLine = (serial: string, line: string) => new DomainError('wrong-line', `Unit ${serial} belongs to line ${line}`);

/** `stations`: those of the line that do it. */
export const wrongStep = (serial: string, step: string, stations: readonly string[]) =>
  new DomainError('wrong-step', `Unit ${serial} is at the step ${step}${stations.length === 0 ? ', which no station of the line does' : `; stations that do it: ${stations.join(', ')}`}`, {
    action: stations.length === 0 ? `Call the line engineer: no station of the line does the step ${step}.` : `Bring the unit to a station that does ${step}: ${stations.join(', ')}.`,
    members: { step, stations },
  });

export const wrongOrder = (serial: string, order: string, wanted: string) =>
  new DomainError('wrong-order', `Unit ${serial} is of the work order ${order}, and the station is set up for ${wanted}`, { members: { workOrder: order } });

export const revisionMismatch = (serial: string, revision: string, wanted: string) =>
  new DomainError('revision-mismatch', `The board of unit ${serial} has the revision ${revision}; its order is for ${wanted}`, { members: { revision: wanted } });

export const retestLimitReached = (serial: string, step: string, fails: number) =>
  new DomainError('retest-limit-reached', `Unit ${serial} has failed the step ${step} ${fails} times`, { members: { step, fails } });

export const stepWithoutIdentity = (serial: string, step: string, identity: string) =>
  new DomainError('step-without-identity', `Unit ${serial} is at the step ${step}; its certificate is issued in the step ${identity}`);

/** `lacking`: targets, with what is missing there. */
export const shipGateUnmet = (serial: string, step: string, gate: string, lacking: readonly string[]) =>
  new DomainError('ship-gate-unmet', `Unit ${serial} passes the step ${step} once it is ${gate} in each target; it is not in ${lacking.join(', ')}`, { members: { shipGate: gate, lacking } });

/** `why`: what is wrong with the report that came, if one did. */
export const deviceCheckMissing = (serial: string, why: string) => new DomainError('device-check-missing', `Unit ${serial} needs the report of an end-of-line check: ${why}`);

export const deviceCheckFailed = (serial: string, { check, finding, remedy }: { check: string; finding: string; remedy: string | null }) =>
  new DomainError('device-check-failed', `Unit ${serial} failed the check “${check}”: ${finding}`, { members: { check, finding, remedy } });

export const resultReported = (outcome: string) => new DomainError('result-reported', `This attempt was reported as ${outcome} already`);

export const shipGateClosed = (serial: string, gate: string, lacking: readonly string[]) =>
  new DomainError('ship-gate', `Unit ${serial} may be shipped once it is ${gate} in each target; it is not in ${lacking.join(', ')}`, { members: { shipGate: gate, lacking } });

/** It left the factory, and `refusal` holds of it by now: nobody is told again that it was shipped well. */
export const shippedUnitRefused = (serial: string, { code, message }: DomainError) =>
  new DomainError(code, `Unit ${serial} was shipped. ${message}`, { action: `Call whoever has unit ${serial}: it was shipped, can’t connect to AWS any more, and is to be replaced.` });

/** The same holds of it as before, so that it would only be set aside again. */
export const onlyReworkHelps = (serial: string, { code, message }: DomainError) =>
  new DomainError(code, message, { action: `Have the unit reworked (POST /v1/units/${serial}/rework), which gives it another certificate, or scrapped: to release it would change nothing.` });

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

export const secondScanNeeded = (serial: string) => new DomainError('second-scan-needed', `The product of unit ${serial} wants a second reading of its serial (confirm)`);

export const scansDiffer = (serial: string, confirm: string) => new DomainError('scans-differ', `The unit was read as ${serial}, and then as ${confirm}`);
