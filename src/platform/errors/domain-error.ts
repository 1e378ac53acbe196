/** What went wrong, seen from the caller. The HTTP edge and the job edge each map it once. */
export type ErrorKind =
  | 'invalid' // 400: the request can't be read
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'conflict' // 409: the ledger's state does not allow it
  | 'gone' // 410: the caller's lease is over
  | 'refused' // 422: understood, and against the rules
  | 'throttled' // 429
  | 'unavailable'; // 503: time may heal it

export interface DomainErrorOptions extends ErrorOptions {
  /** One sentence for the person at the station. */
  operatorAction?: string;
  /** For `unavailable` and `throttled`: when to come back. */
  retryAfterMs?: number;
}

/** An error the caller can act on: `message` may be shown, `cause` is for the log only. */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
  /** Stable, kebab-case, published. */
  abstract readonly code: string;
  readonly operatorAction: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.operatorAction = options.operatorAction;
    this.retryAfterMs = options.retryAfterMs;
  }
}
