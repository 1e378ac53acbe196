/** Something on this machine stands in the way: `message` says what in one sentence, `remedy` how to mend it. */
export class LocalProblem extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'LocalProblem';
    this.remedy = remedy;
  }
}

/** True when `error` is a system error with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
