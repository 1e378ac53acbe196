import { z } from 'zod';
import { Granted, Renewed, StationSelf, UnitIdentity } from './api-answers.js';
import type { ApiClient } from '../client/api-client.js';

const Nothing = z.undefined();

export interface Report {
  outcome: 'PASS' | 'FAIL' | 'ERROR' | 'TIMEOUT' | 'ABORTED';
  failureCode?: string;
  record?: Record<string, string | number>;
  /** By the station's own clock, RFC 3339. */
  startedAt?: string;
  endedAt?: string;
}

/** The calls of a station in the order in which it makes them. Each may be repeated without an idempotency key, except results and releases: a slot has one job, a unit one key. */
export class StationCalls {
  constructor(private readonly api: ApiClient) {}

  self(): Promise<StationSelf> {
    return this.api.get('/v1/station', StationSelf);
  }

  /** The scanned unit's job, or the line's next; undefined when none came within `waitMs`. */
  claim(slot: string, { serial, waitMs = 0, signal }: { serial?: string; waitMs?: number; signal?: AbortSignal } = {}): Promise<Granted | undefined> {
    const body = { slot, waitMs, ...(serial === undefined ? {} : { serial }) };
    return this.api.post('/v1/station/claims', body, Granted.optional(), { ...REPEATABLE, timeoutMs: waitMs + 15_000, ...(signal && { signal }) });
  }

  heartbeat({ job, lease }: Granted, phase: string): Promise<z.infer<typeof Renewed>> {
    return this.api.post(`/v1/jobs/${job.id}/heartbeat`, { fence: lease.fence, phase }, Renewed, REPEATABLE);
  }

  certificate({ job, lease }: Granted, csr: string): Promise<UnitIdentity> {
    return this.api.post(`/v1/jobs/${job.id}/certificate`, { fence: lease.fence, csr }, UnitIdentity, REPEATABLE);
  }

  async result({ job, lease }: Granted, report: Report): Promise<void> {
    await this.api.post(`/v1/jobs/${job.id}/result`, { fence: lease.fence, ...report }, z.unknown());
  }

  async release({ job, lease }: Granted): Promise<void> {
    await this.api.post(`/v1/jobs/${job.id}/release`, { fence: lease.fence }, Nothing);
  }
}

const REPEATABLE = { idempotencyKey: null };
