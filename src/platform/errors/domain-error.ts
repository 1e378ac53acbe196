import { type ErrorCode, type ErrorEntry, ERRORS } from './error-codes.js';
import { actionForOthers } from './for-others.js';
import { type NextStep, nextStepAfter } from './next-step.js';

export interface DomainErrorOptions extends ErrorOptions {
  /** In the place of the code's own sentence, whoever called. */
  action?: string;
  /** In the place of the code's own time. */
  retryAfterMs?: number;
  /** Further members of the problem (RFC 9457 section 3.2). */
  members?: Readonly<Record<string, unknown>>;
}

/** An error that the caller can act on, by one of the published codes. `message` says what happened and may be shown; `cause` is for the log only. */
export class DomainError extends Error {
  readonly status: number;
  readonly title: string;
  /** One sentence for a station, and one for anybody else. */
  readonly action: { station: string; others: string };
  readonly nextStep: NextStep;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    detail: string,
    { action, retryAfterMs, members = {}, ...options }: DomainErrorOptions = {},
  ) {
    super(detail, options);
    this.name = 'DomainError';
    const entry: ErrorEntry = ERRORS[code];
    this.status = entry.status;
    this.title = entry.title;
    this.action = { station: action ?? entry.action, others: action ?? actionForOthers(code, entry) };
    this.nextStep = nextStepAfter(code, entry);
    this.retryable = entry.retryable;
    this.members = members;
    this.retryAfterMs = retryAfterMs ?? entry.retryAfterMs;
  }
}

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is DomainError {
  return error instanceof DomainError && codes.includes(error.code);
}
