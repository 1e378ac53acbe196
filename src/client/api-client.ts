import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { callService, type ServiceAddress, type ServiceAnswer, type ServiceRequest, type StreamedBody } from './service-call.js';

/** What we read of `application/problem+json` (docs/errors.md). */
interface Problem {
  code: string;
  detail?: string;
  retryable?: boolean;
  retryAfterMs?: number;
  operatorAction?: string;
  nextStep?: string;
  requestId?: string;
}

/** Reads an answer and throws where it is not what was expected; zod's schemas are such readers. */
export interface Reader<T> {
  parse(value: unknown): T;
}

/** The service understood and refused. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** One sentence for the person at the station. */
  readonly operatorAction: string | undefined;
  /** What the station's software does now, in the service's words. */
  readonly nextStep: string | undefined;
  /** By which the person who runs the service finds it in the log. */
  readonly requestId: string | undefined;

  constructor(
    readonly status: number,
    problem: Problem,
  ) {
    super(problem.detail ?? 'no detail');
    this.name = new.target.name;
    this.code = problem.code;
    this.retryable = problem.retryable ?? false;
    this.retryAfterMs = problem.retryAfterMs;
    this.operatorAction = problem.operatorAction;
    this.nextStep = problem.nextStep;
    this.requestId = problem.requestId;
  }
}

/** No answer for as long as the caller was willing to wait. */
export class ServiceUnreachable extends Error {
  constructor(baseUrl: string, cause: unknown) {
    super(`The service at ${baseUrl} does not answer (${reasonOf(cause)})`, { cause });
    this.name = new.target.name;
  }
}

/** One request and what came of it; a call that is tried again makes several. */
export interface Attempted {
  method: string;
  path: string;
  /** From the request to its whole answer, or to the end of the wait for it. */
  ms: number;
  /** Missing where no answer came. */
  status?: number;
  /** The refusal's, where it is one. */
  code?: string;
}

/** How a caller behaves. */
export interface Conduct {
  /** How long one call may go on trying, in milliseconds; a minute unless it is said. */
  patienceMs?: number | undefined;
  /** Sent with each request, beside those of the call. */
  headers?: (() => Record<string, string>) | undefined;
  /** Ends all calls without a word to the service, and those to come at once, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Hears of each request once it is over, but for those that a signal has ended. */
  onAttempt?: ((attempt: Attempted) => void) | undefined;
}

export interface CallOptions {
  /** Left out: a new key. Null: none, for calls that may be repeated without one. */
  idempotencyKey?: string | null;
  /** How long one answer may take. */
  timeoutMs?: number;
  /** How long the call may go on trying; 0: it is tried once. */
  patienceMs?: number;
  /** Ends the call, whatever it waits for. */
  signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;

/** What a proxy answers while the service behind it is away, and the service itself while it closes. */
const AWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * A caller of the REST API with one key. It tries again, later each time, while the service says so or can't be reached,
 * so that a restart of the service is a pause and no failure.
 */
export class ApiClient {
  constructor(
    readonly address: ServiceAddress,
    private readonly key: string | undefined,
    private readonly conduct: Conduct = {},
  ) {}

  get<T>(path: string, schema: Reader<T>, options: CallOptions = {}): Promise<T> {
    return this.call('GET', path, undefined, schema, options);
  }

  /** An answer of 204 reads as undefined. */
  post<T>(path: string, body: object, schema: Reader<T>, options: CallOptions = {}): Promise<T> {
    return this.call('POST', path, inJson(body), schema, options);
  }

  /** One line of `lines` for each answer, in the same order; fewer answers where the service ended early. */
  postLines<T>(path: string, lines: readonly string[], schema: Reader<T[]>, options: CallOptions = {}): Promise<T[]> {
    return this.call('POST', path, { type: NDJSON, content: lines.join('') }, schema, options);
  }

  /** Sends a file as it is. */
  put<T>(path: string, content: StreamedBody, schema: Reader<T>, options: CallOptions = {}): Promise<T> {
    return this.call('PUT', path, { type: 'application/octet-stream', content }, schema, options);
  }

  patch<T>(path: string, body: object, schema: Reader<T>): Promise<T> {
    return this.call('PATCH', path, inJson(body), schema, {});
  }

  delete(path: string, options: CallOptions = {}): Promise<undefined> {
    return this.call('DELETE', path, undefined, NOTHING, options);
  }

  private async call<T>(method: string, path: string, body: Body | undefined, schema: Reader<T>, options: CallOptions): Promise<T> {
    const { headers: own } = this.conduct;
    const { idempotencyKey = method === 'GET' ? null : randomUUID(), timeoutMs = 30_000, patienceMs = this.conduct.patienceMs ?? 60_000 } = options;
    const signal = either(options.signal, this.conduct.signal);
    const headers: Record<string, string> = {
      ...own?.(),
      ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
      ...(body === undefined ? {} : { 'content-type': body.type }),
      ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const request = { method, headers, ...(body === undefined ? {} : { body: body.content }) };
    const deadline = performance.now() + patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const failure = await this.attempt(path, request, timeoutMs, signal);
      if ('answer' in failure) return schema.parse(failure.answer);
      const waitMs = (failure.retryAfterMs ?? pauseMs) * (0.5 + Math.random() / 2);
      if (!failure.again || performance.now() + waitMs > deadline) throw failure.error;
      await wait(waitMs, undefined, signal && { signal });
    }
  }

  private async attempt(path: string, request: Omit<ServiceRequest, 'signal'>, timeoutMs: number, signal: AbortSignal | undefined): Promise<Attempt> {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    const began = performance.now();
    const tell = (came: Pick<Attempted, 'status' | 'code'>) => this.conduct.onAttempt?.({ method: request.method ?? 'GET', path, ms: performance.now() - began, ...came });
    try {
      const answer = await callService(this.address, path, { ...request, signal: either(signal, timeout)! }).catch((error: unknown) => {
        if (!signal?.aborted) tell({});
        throw error;
      });
      const problem = answer.ok ? undefined : readProblem(answer.status, answer.text);
      tell({ status: answer.status, ...(problem && { code: problem.code }) });
      if (!problem) return { answer: readAnswer(answer) };
      return { error: problem, again: problem.retryable, retryAfterMs: problem.retryAfterMs };
    } catch (error) {
      signal?.throwIfAborted();
      return { error: new ServiceUnreachable(this.address.baseUrl, error), again: true, retryAfterMs: undefined };
    }
  }
}

interface Body {
  type: string;
  content: string | StreamedBody;
}

const NDJSON = 'application/x-ndjson';
const inJson = (body: object): Body => ({ type: 'application/json', content: JSON.stringify(body) });

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other);
}

type Attempt = { answer: unknown } | { error: Error; again: boolean; retryAfterMs: number | undefined };

/** For calls whose answer says nothing. */
export const NOTHING: Reader<undefined> = { parse: () => undefined };

/** Throws for a page: a proxy's own, in the place of the answer. */
function readAnswer({ contentType, text }: ServiceAnswer): unknown {
  if (contentType.includes('ndjson')) return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
  if (text === '') return undefined;
  if (contentType.includes('html')) throw new Error('a proxy answered with a page of its own');
  return contentType.includes('json') ? (JSON.parse(text) as unknown) : text;
}

function readProblem(status: number, text: string): ApiProblem {
  const told = jsonOrUndefined(text);
  if (typeof told === 'object' && told !== null && 'code' in told && typeof told.code === 'string') return new ApiProblem(status, told as Problem);
  return new ApiProblem(status, { code: `http-${status}`, detail: `The service answered ${status} without saying why`, retryable: AWAY_STATUSES.has(status) });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
