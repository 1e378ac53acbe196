import { setTimeout as pause } from 'node:timers/promises';
import { type ApiClient, ApiProblem, NOTHING, ServiceUnreachable } from './api-client.js';
import type { Ending } from './ending.js';
import { bodyOf, type Content, hashOf } from './kept-attachments.js';
import type { Spool } from './spool.js';
import { answer, type Attached, type Beaten, type Ended, type Granted, type Identity, type Report } from './station-answers.js';
import { upload, uploadKept } from './upload.js';

/** The service wants the unit back: the work on it stops, and `run` releases it. */
export class Cancelled extends Error {}

/** The lease is over and the unit may be at another station: it is touched no more. */
export class LeaseLost extends Error {}

interface JobParts {
  api: ApiClient;
  granted: Granted;
  heartbeatMs: number;
  spool?: Spool | undefined;
  /** The program's end. */
  signal?: AbortSignal | undefined;
  /** Hears one sentence for the person at the station. */
  tell: (sentence: string) => void;
  onEnded?: ((ended: Ended) => void) | undefined;
}

const REPEATABLE = { idempotencyKey: null } as const;
/** Before the next unit, in milliseconds, where only a person can help: the same refusal would come again at once. */
const CALLED_REST_MS = 10_000;

/** A unit at a slot. Heartbeats keep its lease while `run` works on it. */
export class Job {
  readonly id: string;
  readonly serial: string;
  /** Number of this lease, which every call of the job repeats. */
  readonly fence: number;
  private readonly lease = new AbortController();
  private readonly begun = new Date();
  private leaseEndsAt: number;
  private news: { phase?: string; progress?: number } = {};
  private readonly attached: Attached[] = [];
  private ending: Ending | undefined;
  private draining = false;
  private rest = 0;
  private refusal: ApiProblem | undefined;

  constructor(private readonly parts: JobParts) {
    const { job, unit, lease } = parts.granted;
    [this.id, this.serial, this.fence] = [job.id, unit.serial, lease.fence];
    this.leaseEndsAt = performance.now() + lease.expiresInMs;
  }

  get granted(): Granted {
    return this.parts.granted;
  }

  /** Aborted with Cancelled or LeaseLost when the unit is to be let go, and with its reason when the program is ended. */
  get signal(): AbortSignal {
    return this.lease.signal;
  }

  /** The service asked this station to take no unit after this one. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** How long the station waits after this unit, in milliseconds; `jobs` does. */
  get restMs(): number {
    return this.rest;
  }

  /**
   * Does `work` under the lease, and brings the job to its end: as `work` reported, by what docs/stations.md says of a refusal, or released where it reported
   * nothing. An error of the work's own is reported as ERROR, and thrown.
   */
  async run(work: (job: this) => Promise<unknown>): Promise<Ending> {
    const over = new AbortController();
    const beating = this.beat(over.signal);
    const { signal: program } = this.parts;
    const stop = () => this.lease.abort(program?.reason);
    program?.addEventListener('abort', stop, { once: true });
    if (program?.aborted) stop();
    try {
      await work(this);
      await this.endUnreported(undefined);
    } catch (thrown) {
      if (program?.aborted) return this.ending ?? { kind: 'stopped' };
      const error = this.isLetGo(thrown) ? this.signal.reason : thrown;
      await this.endUnreported(error);
      if (!isOurs(error)) throw error;
    } finally {
      program?.removeEventListener('abort', stop);
      over.abort();
      await beating;
    }
    return this.ending ?? (program?.aborted ? { kind: 'stopped' } : { kind: 'lease-lost', ...(this.refusal && { problem: this.refusal }) });
  }

  /** Whether work ended for the job's signal: what waits with it (timers, child processes, requests) tells so by an AbortError of its own. */
  private isLetGo(error: unknown): boolean {
    return this.signal.aborted && (error === this.signal.reason || (error instanceof Error && error.name === 'AbortError'));
  }

  /** Told with the next heartbeat. `share`: 0 to 1. */
  progress(phase: string, share?: number): void {
    this.news = { phase, ...(share === undefined ? {} : { progress: share }) };
  }

  /** Kept now, for whoever goes on with the unit; at most 16 KiB as JSON. */
  async keep(checkpoint: Record<string, unknown>): Promise<void> {
    await this.heartbeat({ checkpoint }, this.signal);
  }

  /** The unit's identity for the device's certificate request (PEM). The same key again gets the same certificate, byte for byte. Throws ApiProblem, Cancelled or LeaseLost. */
  certificate(csr: string): Promise<Identity> {
    return this.call('certificate', { csr }, answer<Identity>(), REPEATABLE);
  }

  /**
   * A file (by its path, sent in pieces) or octets that belong to the result, as large as the service takes them; 32 of them at most. Answers its SHA-256. With a spool it is copied there
   * first, and what does not go through now is sent with the next `flush`; without one, throws ApiProblem or ServiceUnreachable.
   */
  async attach(name: string, content: Content, mediaType = 'application/octet-stream'): Promise<string> {
    const { api, spool, tell } = this.parts;
    let sha256: string;
    if (spool) {
      sha256 = await spool.attachments.add(content);
      await uploadKept(api, spool.attachments, sha256, tell, { patienceMs: 0, signal: this.signal });
    } else {
      const body = await bodyOf(content);
      sha256 = await hashOf(body);
      await upload(api, sha256, body, { signal: this.signal });
    }
    this.attached.push({ name, sha256, mediaType });
    return sha256;
  }

  /** Ends the job, with what was attached. With a spool it is on disk first; while the service can't take it, it stays there and undefined is answered. */
  async report(report: Report): Promise<Ended | undefined> {
    const body = { fence: this.fence, startedAt: this.begun.toISOString(), endedAt: new Date().toISOString(), ...(this.attached.length > 0 && { attachments: this.attached }), ...report };
    const path = `/v1/jobs/${this.id}/result`;
    const name = await this.parts.spool?.add({ path, body });
    try {
      const ended = await this.parts.api.post(path, body, answer<Ended>());
      this.ending = { kind: 'reported', report, ended, kept: false };
      this.parts.onEnded?.(ended);
      if (name !== undefined) await this.forget(name);
      return ended;
    } catch (error) {
      // Refused with 5xx: the service is there, and its ledger is not.
      const isAway = error instanceof ServiceUnreachable || (error instanceof ApiProblem && error.status >= 500);
      if (isAway && name !== undefined) {
        this.ending = { kind: 'reported', report, ended: undefined, kept: true };
        return undefined;
      }
      // The service has kept what comes late as evidence; what else it refuses, whoever reports says otherwise, and two reports would contradict each other.
      if (error instanceof ApiProblem && name !== undefined) await this.forget(name);
      throw this.lost(error);
    }
  }

  /** Gives the unit back with no word on it. */
  async release(problem?: ApiProblem): Promise<void> {
    this.ending = { kind: 'released', ...(problem && { problem }) };
    await this.call('release', {}, NOTHING, {}, null);
  }

  private async forget(name: string): Promise<void> {
    await this.parts.spool?.remove(name);
    if (this.attached.length > 0) await this.parts.spool?.tidy();
  }

  private async endUnreported(error: unknown): Promise<void> {
    if (this.ending || this.parts.signal?.aborted || this.lease.signal.reason instanceof LeaseLost || error instanceof LeaseLost) return;
    try {
      if (error instanceof ApiProblem) await this.follow(error);
      else if (error === undefined || error instanceof Cancelled || error instanceof ServiceUnreachable) await this.release();
      else await this.report({ outcome: 'ERROR', failureCode: error instanceof Error ? error.name : 'error' });
    } catch (late) {
      // The lease runs out by itself, and the unit goes back to the line.
      if (!isOurs(late) && !this.parts.signal?.aborted) throw late;
    }
  }

  /** Does what the refusal's next step says. */
  private async follow(problem: ApiProblem): Promise<void> {
    if (problem.operatorAction !== undefined) this.parts.tell(problem.operatorAction);
    // A proxy's refusal names no step.
    const step = problem.nextStep ?? (problem.retryable ? 'retry' : 'call');
    if (step === 'claim-again') return;
    if (step === 'set-aside') await this.report({ outcome: 'FAIL', failureCode: problem.code });
    else if (step === 'retry') await this.report({ outcome: 'ERROR', failureCode: problem.code });
    else {
      this.rest = step === 'call' ? CALLED_REST_MS : 0;
      await this.release(problem);
    }
  }

  private async beat(over: AbortSignal): Promise<void> {
    while (!over.aborted && !this.signal.aborted) {
      await pause(this.parts.heartbeatMs * (0.8 + Math.random() / 5), undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
      const { news } = this;
      this.news = {};
      await this.heartbeat(news, over).catch(() => {
        this.news = { ...news, ...this.news }; // told the next time
      });
      if (performance.now() > this.leaseEndsAt) this.lose();
    }
  }

  /** Tries for as long as the lease lasts, and no longer: whoever works on the unit must stop then. */
  private async heartbeat(told: object, signal: AbortSignal): Promise<void> {
    const leaseEnds = AbortSignal.timeout(Math.max(1_000, Math.ceil(this.leaseEndsAt - performance.now())));
    const { expiresInMs, directive } = await this.call('heartbeat', told, answer<Beaten>(), { ...REPEATABLE, timeoutMs: 10_000 }, AbortSignal.any([signal, leaseEnds]));
    this.leaseEndsAt = performance.now() + expiresInMs;
    if (directive === 'cancel') this.lease.abort(new Cancelled(`The service wants ${this.serial} back`));
    if (directive === 'drain') this.draining = true;
  }

  private async call<T>(step: string, body: object, reader: { parse(value: unknown): T }, options: object, signal: AbortSignal | null = this.signal): Promise<T> {
    try {
      return await this.parts.api.post(`/v1/jobs/${this.id}/${step}`, { fence: this.fence, ...body }, reader, { ...options, ...(signal && { signal }) });
    } catch (error) {
      throw this.lost(error);
    }
  }

  private lost(error: unknown): unknown {
    if (!(error instanceof ApiProblem) || error.code !== 'lease-lost') return error;
    this.refusal ??= error;
    return this.lose();
  }

  private lose(): LeaseLost {
    const lost = new LeaseLost(`The lease of ${this.serial} is over`);
    this.lease.abort(lost);
    return lost;
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof ApiProblem || error instanceof ServiceUnreachable || error instanceof Cancelled || error instanceof LeaseLost;
}
