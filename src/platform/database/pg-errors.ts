/** Error codes of PostgreSQL, appendix A of its manual. */
const QUERY_CANCELED = '57014';
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const SERIALIZATION_FAILURE = '40001';

/** Classes 08 (connection), 53 (resources), 57 (operator intervention) and Node's own words for a lost server. */
const UNAVAILABLE = /^(08|53|57|25P03)|^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH)/;

/** What pg and pg-pool say without a code. The last two are the answer to a statement after the connection was cut. */
const UNAVAILABLE_WITHOUT_CODE =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed)/;

/** The ledger's own rules, as the functions of the modules' `.sql` files name them in SQLSTATE. */
const RULES = {
  LS001: 'lease', // detail: serial
  LS002: 'held', // detail: serial; hint: who holds the unit, and for how many milliseconds more
  LS003: 'unit-state', // detail: state; hint: the state that was wanted
  LS004: 'quota', // detail: order
  LS005: 'reservation', // detail: certificate's serial number
  LS006: 'issuer', // detail: authority
  LS007: 'verdict', // detail: order; hint: why it may not issue
  LS008: 'ledger', // detail: kind of the hold; hint: its reason
  LS009: 'forgotten', // detail: serial number of a certificate that the ledger held
  LS010: 'key', // detail: serial of the unit that the key belongs to; hint: 'compromised', or nothing where it is another unit's; 'station' or 'authority' where it is no unit's
  LS011: 'order-ended', // detail: order
} as const;

/** The rule of the ledger that a statement ran into, with its facts, or undefined. */
export function brokenRule(error: unknown): { rule: (typeof RULES)[keyof typeof RULES]; detail: string; hint: string } | undefined {
  const code = codeOf(error);
  if (code === undefined || !(code in RULES)) return undefined;
  const { detail, hint } = error as { detail?: unknown; hint?: unknown };
  return { rule: RULES[code as keyof typeof RULES], detail: textOf(detail), hint: textOf(hint) };
}

/** The constraint that an insert or update ran into, or undefined. */
export function violatedUnique(error: unknown): string | undefined {
  return codeOf(error) === UNIQUE_VIOLATION ? constraintOf(error) : undefined;
}

export function violatedReference(error: unknown): string | undefined {
  return codeOf(error) === FOREIGN_KEY_VIOLATION ? constraintOf(error) : undefined;
}

/** Another transaction wrote first what this one meant to write, and this one has written nothing. */
export function isOvertaken(error: unknown): boolean {
  return codeOf(error) === UNIQUE_VIOLATION || codeOf(error) === SERIALIZATION_FAILURE;
}

/** The statement took longer than it was given. */
export function wasCancelled(error: unknown): boolean {
  return codeOf(error) === QUERY_CANCELED;
}

/** Whether the ledger could not be asked, as against having answered something unwelcome. */
export function isLedgerDown(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return UNAVAILABLE.test(code);
  return error instanceof Error && UNAVAILABLE_WITHOUT_CODE.test(error.message);
}

/** Why the ledger could not be opened, as the end of a sentence; undefined where it was opened and something else went wrong. SQLSTATE classes 28 and 3D. */
export function whyNotOpened(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code?.startsWith('28')) return `refuses the user or the password (${code})`;
  if (code?.startsWith('3D')) return `has no such database (${code})`;
  return isLedgerDown(error) ? `can't be reached (${code ?? 'no answer'})` : undefined;
}

function textOf(field: unknown): string {
  return typeof field === 'string' ? field : '';
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

function constraintOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'constraint' in error ? String(error.constraint) : '';
}
