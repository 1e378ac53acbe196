import { type ErrorEntry, ERRORS } from './error-codes.js';
import { SENTENCES } from './for-others.js';
import { CODES_OF_STEP } from './next-step.js';

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

## What a station's software does next

Stations also get \`nextStep\`, for their software: \`retry\` the same request after \`retryAfterMs\`, wherever the table says that it may be
repeated; after these the steps below; and \`call\`, as nothing goes on without a person, after all others.

| next step | codes |
|---|---|
| \`release\` the unit, with which nothing is wrong | ${listed('release')} |
| \`claim-again\`, as the lease is over | ${listed('claim-again')} |
| \`set-aside\` the unit, which is the cause: report FAIL if it is at the station | ${listed('set-aside')} |

## What others do

The table speaks to the person at a station. Managers, officers, issuers and others are told instead:

| code | what to do |
|---|---|
${Object.entries(SENTENCES).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, sentence]) => `| \`${code}\` | ${sentence} |`).join('\n')}
`;
}

function listed(step: keyof typeof CODES_OF_STEP): string {
  return CODES_OF_STEP[step].map((code) => `\`${code}\``).toSorted().join(', ');
}
