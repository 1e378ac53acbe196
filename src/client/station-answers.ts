import type { Reader } from './api-client.js';

/** What the service answers to stations, as far as the client reads it; /openapi.json has all of it. */
export interface StationItself {
  id: string;
  line: string;
  slots: string[];
  pollWaitMs: number;
  leaseMs: number;
  heartbeatMs: number;
}

/** The same, told to a program that begins a session as the station. */
export interface SessionBegun extends Omit<StationItself, 'id'> {
  /** Its id, named in each call. */
  session: string;
  station: string;
  /** RFC 3339. */
  serverTime: string;
  /** About the station's clock and its slots. */
  warnings: { code: string; detail: string }[];
}

/** A unit at a slot, under a lease. */
export interface Granted {
  job: { id: string };
  unit: { serial: string; revision?: string | null };
  workOrder: { id: string; product: string; method: string; profile: string };
  /** Which of the unit's steps this is. */
  step?: { name: string; number: number; of: number };
  lease: { fence: number; expiresInMs: number };
  /** From 1 on. */
  attempt: number;
  /** What an attempt before kept. */
  checkpoint?: Record<string, unknown>;
  /** PEM; the unit has it from an earlier attempt. */
  certificate?: string;
}

/** A unit's identity: what the device needs to connect. */
export interface Identity {
  thingName: string;
  /** PEM. Missing where AWS signs and the device fetches its certificate itself: then `provisioning` says how. */
  certificate?: string;
  chain?: string;
  endpoints: { target: string; accountId: string; region: string; host: string; port: number }[];
  [member: string]: unknown;
}

export interface Beaten {
  expiresInMs: number;
  directive: 'continue' | 'cancel' | 'drain';
}

/** `state` of the unit: `passed` after its last step. */
export interface Ended {
  job: { id: string; state: string };
  unit: { serial: string; state: string };
}

/** What became of a line of a batch of kept results. `problem`: why it changed nothing, or is a PASS that holds no more. */
export interface Settled {
  line: number;
  job?: string;
  state: 'taken' | 'repeated' | 'late' | 'refused';
  unit?: { serial: string; state: string };
  problem?: { code: string; retryable: boolean; [member: string]: unknown };
}

/** A file that a result names. */
export interface Attached {
  name: string;
  /** Hex. */
  sha256: string;
  mediaType: string;
}

export const OUTCOMES = ['PASS', 'FAIL', 'ERROR', 'TIMEOUT', 'ABORTED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a station says of an attempt. PASS and FAIL are about the unit; the others are not, and it comes again. */
export interface Report {
  outcome: Outcome;
  failureCode?: string;
  failureDetail?: string;
  record?: Record<string, unknown>;
  /** RFC 3339, by the station's own clock. */
  startedAt?: string;
  endedAt?: string;
  [member: string]: unknown;
}

/** The service's answers are as /openapi.json says, which its own tests hold. */
export function answer<T>(): Reader<T> {
  return { parse: (value) => value as T };
}
