import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { callService, type ServiceAddress, type ServiceAnswer, type ServiceRequest } from './service-call.js';

/** What we read of `application/problem+json`. */
const Problem = z.object({
  code: z.string(),
  detail: z.string().default('no detail'),
  retryable: z.boolean().default(false),
  retryAfterMs: z.number().optional(),
  operatorAction: z.string().optional(),
  nextStep: z.string().optional(),
});

/** The service understood and refused. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** One sentence for the person at the station. */
  readonly operatorAction: string | undefined;
  /** What the station's software does now, in the service's words. */
  readonly nextStep: string | undefined;

  constructor(
    readonly status: number,
    problem: z.infer<typeof Problem>,
  ) {
    super(problem.detail);
    this.name = new.target.name;
    this.code = problem.code;
    this.retryable = problem.retryable;
    this.retryAfterMs = problem.retryAfterMs;
    this.operatorAction = problem.operatorAction;
    this.nextStep = problem.nextStep;
  }
}

/** No answer for as long as the caller was willing to wait. */
export class ServiceUnreachable extends Error {
  constructor(baseUrl: string, cause: unknown) {
    super(`The service at ${baseUrl} does not answer (${reasonOf(cause)})`, { cause });
    this.name = new.target.name;
  }
}

export interface CallOptions {
  /** Left out: a new key. Null: none, for calls that may be repeated without one. */
  idempotencyKey?: string | null;
  /** How long one answer may take. */
  timeoutMs?: number;
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
    /** How long one call may go on trying. */
    private readonly patienceMs = 60_000,
  ) {}

  get<Schema extends z.ZodType>(path: string, schema: Schema, options: CallOptions = {}): Promise<z.output<Schema>> {
    return this.call('GET', path, undefined, schema, options);
  }

  /** An answer of 204 reads as undefined. */
  post<Schema extends z.ZodType>(path: string, body: object, schema: Schema, options: CallOptions = {}): Promise<z.output<Schema>> {
    return this.call('POST', path, body, schema, options);
  }

  patch<Schema extends z.ZodType>(path: string, body: object, schema: Schema): Promise<z.output<Schema>> {
    return this.call('PATCH', path, body, schema, {});
  }

  delete(path: string, options: CallOptions = {}): Promise<undefined> {
    return this.call('DELETE', path, undefined, z.undefined(), options);
  }

  private async call<Schema extends z.ZodType>(method: string, path: string, body: object | undefined, schema: Schema, options: CallOptions): Promise<z.output<Schema>> {
    const { idempotencyKey = method === 'GET' ? null : randomUUID(), timeoutMs = 30_000, signal } = options;
    const headers: Record<string, string> = {
      ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const deadline = performance.now() + this.patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const failure = await this.attempt(path, request, timeoutMs, signal);
      if ('answer' in failure) return schema.parse(failure.answer);
      const waitMs = (failure.retryAfterMs ?? pauseMs) * (0.5 + Math.random() / 2);
      if (!failure.again || performance.now() + waitMs > deadline) throw failure.error;
      await wait(waitMs, undefined, signal && { signal });
    }
  }

  private async attempt(path: string, request: Omit<ServiceRequest, 'signal'>, timeoutMs: number, signal: AbortSignal | undefined): Promise<Attempt> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await callService(this.address, path, { ...request, signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
      if (answer.ok) return { answer: readAnswer(answer) };
      const problem = readProblem(answer.status, answer.text);
      return { error: problem, again: problem.retryable, retryAfterMs: problem.retryAfterMs };
    } catch (error) {
      signal?.throwIfAborted();
      return { error: new ServiceUnreachable(this.address.baseUrl, error), again: true, retryAfterMs: undefined };
    }
  }
}

type Attempt = { answer: unknown } | { error: Error; again: boolean; retryAfterMs: number | undefined };

function readAnswer({ contentType, text }: ServiceAnswer): unknown {
  if (text === '') return undefined;
  return contentType.includes('json') ? (JSON.parse(text) as unknown) : text;
}

function readProblem(status: number, text: string): ApiProblem {
  const parsed = Problem.safeParse(jsonOrUndefined(text));
  if (parsed.success) return new ApiProblem(status, parsed.data);
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
