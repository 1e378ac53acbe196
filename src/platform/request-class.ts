import { AsyncLocalStorage } from 'node:async_hooks';

/** On whose behalf something is done: a station, an issuer (singly or in a batch), people and their pages, or the service's own periodic work. */
export const REQUEST_CLASSES = ['station', 'issuer', 'people', 'background'] as const;
export type RequestClass = (typeof REQUEST_CLASSES)[number];

/** Stations count as at work for so long after their last request, in milliseconds. */
const AT_WORK_MS = 1_000;

const present = new AsyncLocalStorage<RequestClass>();
let stationAskedAt = -Infinity;

/** The class of whatever is under way here, through all that it awaits. */
export function presentClass(): RequestClass {
  return present.getStore() ?? 'background';
}

/** Does the work in this class. What is shared with others (connections, statements) is shared by class. */
export function inClass<Result>(name: RequestClass, work: () => Result): Result {
  return present.run(name, work);
}

/** A known station has asked for something. */
export function noteStation(): void {
  stationAskedAt = performance.now();
}

/** Whether a station has asked this process for something within the last second. */
export function stationsAtWork(): boolean {
  return performance.now() - stationAskedAt < AT_WORK_MS;
}
