import { type ErrorEntry, ERRORS } from './error-codes.js';

/** `docs/errors.md`, made from the table. */
export function errorsDocument(): string {
  const rows = Object.entries<ErrorEntry>(ERRORS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { status, title, action, retryable, retryAfterMs }]) => {
      const retry = retryable ? `yes${retryAfterMs === undefined ? '' : `, after ${retryAfterMs / 1_000} s`}` : 'no';
      return `| \`${code}\` | ${status} | ${title} | ${action} | ${retry} |`;
    });
  return `# Error codes

Made from \`src/platform/errors/error-codes.ts\` by \`npm run docs:errors\`; a test holds that the two agree. Every refusal is
\`application/problem+json\` (RFC 9457) with \`type, title, status, detail, code, retryable, operatorAction, requestId\` and, where it
is known, \`retryAfterMs\`. Codes are stable. A refusal has changed nothing. \`detail\` says what happened this time; where it knows
better than the table, \`operatorAction\` does too.

| code | status | title | what to do | retry |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
