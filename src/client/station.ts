import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, ApiProblem, type CallOptions, type Conduct, ServiceUnreachable } from './api-client.js';
import { Job } from './job.js';
import type { ServiceAddress } from './service-call.js';
import type { Session } from './session.js';
import { type KeptLine, Spool } from './spool.js';
import { answer, type Ended, type Granted, type Settled, type StationItself } from './station-answers.js';
import { uploadKept } from './upload.js';

/** One slot of a station, and how it reaches the service. */
export interface StationSettings extends ServiceAddress, Pick<Conduct, 'patienceMs' | 'signal' | 'onAttempt'> {
  /** The station's API key; without it, `client` holds its certificate. */
  key?: string | undefined;
  slot: string;
  /** Folder that keeps results until the service has them; without it, a power cut between work and report loses the report. Each slot has its own. */
  spool?: string | undefined;
  /** Hears one sentence for the person at the station; undefined: all is well again. */
  onOperator?: (sentence: string | undefined) => void;
  /** Hears what became of a unit once the service has its result, before that goes from the disk: after a power cut at this moment, `onBrought` hears it. */
  onEnded?: (ended: Ended) => void;
  /** Hears what became of a result that was kept on disk, once the service has it and before it goes from there: again after a power cut at this moment. */
  onBrought?: (settled: Settled) => void;
  /** The program's session as this station; without it, it works outside of any. */
  session?: Session | undefined;
}

/** Which job a claim is for. */
export interface Wanted {
  /** As the scanner sent it; without it, the line's next one. */
  serial?: string;
  /** Longest wait for one; by default as long as the service lets it. */
  waitMs?: number;
  /** Further members of the claim, such as `revision` or `workOrder`. */
  more?: object;
  signal?: AbortSignal;
}

const REPEATABLE = { idempotencyKey: null } as const;
/** A claim's answer may take so much longer than the wait for work, in milliseconds. */
const ANSWER_MS = 15_000;
/** Between claims that were refused, in milliseconds, where the service says nothing. */
const REFUSED_MS = 3_000;
/** After a claim for which no unit came, in milliseconds: all slots of a line would ask at the same moment. */
const NONE_CAME_MS = 250;
/** A batch of kept results is answered line by line, in milliseconds. */
const BATCH_MS = 300_000;

/** A slot of a station: its units one after the other. */
export class Station {
  private readonly api: ApiClient;
  private readonly spool: Spool | undefined;
  private itself: Promise<StationItself> | undefined;
  /** What the operator was told last. */
  private told: string | undefined;

  constructor(private readonly settings: StationSettings) {
    const { key, patienceMs, signal, onAttempt, session } = settings;
    this.api = new ApiClient(settings, key, { patienceMs, signal, onAttempt, ...(session && { headers: () => session.headers() }) });
    this.spool = settings.spool === undefined ? undefined : new Spool(settings.spool);
  }

  /** What the service says of this station: its slots, and how often it wants to hear of it. */
  async who(): Promise<StationItself> {
    const { session } = this.settings;
    if (session) {
      const { station, line, slots, pollWaitMs, leaseMs, heartbeatMs } = await session.begin();
      return { id: station, line, slots, pollWaitMs, leaseMs, heartbeatMs };
    }
    this.itself ??= this.api.get('/v1/station', answer<StationItself>());
    this.itself.catch(() => (this.itself = undefined));
    return this.itself;
  }

  /** The job of the scanned unit, or the line's next; undefined when none came. What is kept on disk is sent first. The same slot again gets the same job, with its checkpoint and certificate. Throws ApiProblem or ServiceUnreachable. */
  async claim({ serial, waitMs, more, signal }: Wanted = {}): Promise<Job | undefined> {
    const { pollWaitMs, heartbeatMs } = await this.who();
    await this.flush({ patienceMs: 0, ...(signal && { signal }) });
    const wait = serial === undefined ? (waitMs ?? pollWaitMs) : 0;
    const body = { slot: this.settings.slot, waitMs: wait, ...(serial === undefined ? {} : { serial }), ...more };
    const { session } = this.settings;
    const named = session?.headers();
    const granted = await this.api.post('/v1/station/claims', body, answer<Granted | undefined>(), { ...REPEATABLE, timeoutMs: wait + ANSWER_MS, ...(signal && { signal }) }).catch((error: unknown) => {
      if (named && error instanceof ApiProblem && error.code === 'station-session-ended') session?.end(named);
      throw error;
    });
    if (!granted) return undefined;
    return new Job({ api: this.api, granted, heartbeatMs, spool: this.spool, signal: this.settings.signal, tell: (sentence) => this.tell(sentence), onEnded: this.settings.onEnded });
  }

  /** Jobs one after the other, until `signal` aborts or the service asks for no more. What stops them is told to the operator, and they go on when they can. */
  async *jobs(wanted: Wanted = {}): AsyncGenerator<Job, void, void> {
    const signals = [wanted.signal, this.settings.signal].filter((each) => each !== undefined);
    const signal = signals.length > 0 ? AbortSignal.any(signals) : undefined;
    const rest = (ms: number) => pause(ms * (0.8 + 0.4 * Math.random()), undefined, signal && { signal }).catch(() => undefined);
    for (;;) {
      let job: Job | undefined;
      try {
        job = await this.claim(wanted);
        this.tell(undefined);
        if (!job) await rest(NONE_CAME_MS);
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof ApiProblem) this.tell(error.operatorAction ?? error.message);
        else if (error instanceof ServiceUnreachable) this.tell('Wait: the service does not answer. The station tries again by itself.');
        else throw error;
        await rest(error instanceof ApiProblem ? (error.retryAfterMs ?? REFUSED_MS) : REFUSED_MS);
      }
      if (job) yield job;
      if (signal?.aborted || job?.isDraining) return;
      if (job && job.restMs > 0) await rest(job.restMs);
    }
  }

  /**
   * Sends the attachments and results that are kept on disk, results in one call for many. Answers how many of both are left. A result that the service refuses for good is put aside
   * as `*.refused`; one that comes too late is kept there as evidence, with its times.
   */
  async flush(options: Pick<CallOptions, 'patienceMs' | 'signal'> = {}): Promise<number> {
    if (!this.spool || (await this.spool.isEmpty())) return 0;
    const { attachments } = this.spool;
    for (const sha256 of await attachments.waiting(await this.spool.namedAttachments())) {
      // A result is never held up by its attachments.
      if (!(await uploadKept(this.api, attachments, sha256, (sentence) => this.tell(sentence), options))) break;
    }
    for await (const batch of this.spool.batches()) {
      if (!(await this.bring(this.spool, batch, options))) break;
    }
    await this.spool.tidy();
    return (await this.spool.names()).length + (await attachments.count());
  }

  /** False while the service can't take the batch. */
  private async bring(spool: Spool, batch: readonly KeptLine[], options: CallOptions): Promise<boolean> {
    let answers: Settled[];
    try {
      answers = await this.api.postLines('/v1/results/batch', batch.map(({ line }) => line), answer<Settled[]>(), { ...REPEATABLE, timeoutMs: BATCH_MS, ...options });
    } catch (error) {
      if (error instanceof ServiceUnreachable || error instanceof ApiProblem) return false;
      throw error;
    }
    for (const [index, settled] of answers.entries()) {
      const { name, kept } = batch[index]!;
      if (settled.state !== 'refused') {
        this.settings.onBrought?.(settled);
        await spool.remove(name);
      } else if (settled.problem?.retryable !== true) await spool.putAside(name, kept, settled.problem ?? {});
    }
    return answers.length === batch.length;
  }

  private tell(sentence: string | undefined): void {
    if (sentence === this.told) return;
    this.told = sentence;
    this.settings.onOperator?.(sentence);
  }
}
