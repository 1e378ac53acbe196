import { DomainError } from '../platform/errors/domain-error.js';

export const stationNotFound = (id: string) => new DomainError('station-unknown', `There is no station ${id}`);

export const lineNotFound = (id: string) => new DomainError('line-unknown', `There is no line ${id}`);

/** The id stands for another one already. `differs`: names of what was asked otherwise than it is kept. */
export const lineExists = (id: string, differs: readonly string[]) => new DomainError('line-exists', `There is a line ${id} already, with another ${differs.join(', ')}`, { members: { differs } });

export const stationExists = (id: string, differs: readonly string[]) => new DomainError('station-exists', `There is a station ${id} already, with another ${differs.join(', ')}`, { members: { differs } });

export const slotUnknown = (station: string, slot: string) => new DomainError('slot-unknown', `Station ${station} has no slot ${slot}`);

export const pauseUnknown = (id: string) => new DomainError('pause-unknown', `There is no pause ${id}`);

/** What a pause is of, as it stands in a sentence. */
export function placeOf({ line, station, slot }: { line: string | null; station: string | null; slot: string | null }): string {
  if (slot !== null) return `slot ${slot} of station ${station}`;
  if (station !== null) return `station ${station}`;
  return line === null ? 'the whole plant' : `line ${line}`;
}

/** Nothing new begins there. `endsAt`: null where nobody has said. */
export function pausedThere(pause: { line: string | null; station: string | null; slot: string | null; reason: string; endsAt: Date | null }, now: Date): DomainError {
  const place = placeOf(pause);
  const until = pause.endsAt === null ? '' : ` until ${pause.endsAt.toISOString()}`;
  const leftMs = pause.endsAt === null ? undefined : Math.max(0, +pause.endsAt - +now);
  if (pause.slot !== null) {
    return new DomainError('slot-disabled', `${capital(place)} is disabled${until}: ${pause.reason}`, { action: `Use another slot, or call the line engineer: this one is disabled (${pause.reason}).` });
  }
  return new DomainError('paused', `${capital(place)} is paused${until}: ${pause.reason}`, {
    action: `Wait: ${place} is paused${until} (${pause.reason}). The station goes on by itself.`,
    retryAfterMs: Math.min(leftMs ?? LOOK_AGAIN_MS, LOOK_AGAIN_MS),
  });
}

/** A pause may be ended before its time. */
const LOOK_AGAIN_MS = 5_000;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Says nothing of the code that was sent. */
export const enrolmentUnknown = () => new DomainError('enrolment-unknown', 'No enrolment has this code');

export const enrolmentExpired = (id: string) => new DomainError('enrolment-expired', `The enrolment ${id} has expired or was cancelled`);

export const enrolmentUsed = (id: string) => new DomainError('enrolment-used', `The enrolment ${id} was used for another key`);

/** The first request with this Idempotency-Key made it, and its code is kept nowhere. */
export const enrolmentShownOnce = (id: string) => new DomainError('enrolment-shown-once', `The first request with this Idempotency-Key made the enrolment ${id}, whose code was shown once`);

/** Where the program is that works as the station, so that somebody finds it. `silentMs`: how long it may be silent. */
export const stationConnected = ({ station, address, software, version, beganAt }: { station: string; address: string; software: string; version: string; beganAt: Date }, silentMs: number) =>
  new DomainError('station-already-connected', `${software} ${version} at ${address} has worked as station ${station} since ${beganAt.toISOString()}. It is let go once it has not called for ${silentMs / 1_000} s`, {
    retryAfterMs: silentMs, members: { connected: { address, software, version, since: beganAt.toISOString() } },
  });

export const sessionEnded = (station: string, now: { address: string; software: string; version: string; beganAt: Date } | undefined) =>
  new DomainError('station-session-ended', now === undefined ? `Station ${station} has no session` : `${now.software} ${now.version} at ${now.address} works as station ${station} since ${now.beganAt.toISOString()}`);

export const sessionNeeded = (station: string) => new DomainError('station-session-needed', `Station ${station} works in sessions only (POST /v1/station/session, then its id in the header Lineside-Session)`);

export const clientTooOld = (software: string, version: string, least: string) => new DomainError('client-too-old', `${software} ${version} is older than ${least}, the oldest that this service works with`);

/** `12 s ahead of`, `400 s behind`. */
export const inSeconds = (aheadMs: number) => `${Math.abs(Math.round(aheadMs / 1_000))} s ${aheadMs < 0 ? 'behind' : 'ahead of'}`;

export const stationClockWrong = (station: string, aheadMs: number) =>
  new DomainError('station-clock-wrong', `The clock of station ${station} is ${inSeconds(aheadMs)} the service’s: what it writes down of its units would be wrong`);
