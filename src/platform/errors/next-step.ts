import type { ErrorCode, ErrorEntry } from './error-codes.js';

/**
 * What a station's software does after a refusal:
 * `retry` the same request, after `retryAfterMs`; `release` the unit, with which nothing is wrong; `set-aside` the unit, which is the
 * cause (report FAIL if it is at the station); `claim-again`, as the lease is over; or `call`, as nothing goes on without a person.
 */
export const NEXT_STEPS = ['retry', 'release', 'set-aside', 'claim-again', 'call'] as const;
export type NextStep = (typeof NEXT_STEPS)[number];

export const CODES_OF_STEP = {
  release: [
    'work-order-not-released', 'outside-window', 'order-exhausted', 'may-not-issue', 'no-issuing-authority', 'authority-frozen', 'profile-unknown', 'authority-state', 'wrong-line', 'assigned-elsewhere', 'wrong-step', 'wrong-order', 'slot-occupied',
    'certificate-missing', 'voucher-missing', 'voucher-ended', 'claim-ended', 'station-clock-wrong',
  ],
  'claim-again': ['lease-lost'],
  'set-aside': [
    'serial-unknown', 'scans-differ', 'serial-malformed', 'serial-not-allowed', 'unit-state', 'claimed-elsewhere', 'unit-not-open', 'unit-quarantined', 'revision-mismatch', 'retest-limit-reached', 'device-check-failed', 'authority-compromised', 'unit-already-provisioned', 'key-already-used', 'key-shown-once',
    'key-not-allowed', 'certificate-refused', 'csr-malformed', 'csr-too-large', 'csr-trailing-bytes', 'csr-signature-invalid', 'csr-algorithm-unsupported',
    'key-malformed', 'key-weak', 'key-unsupported', 'certificate-malformed', 'pem-malformed', 'name-malformed', 'private-key-sent', 'key-compromised', 'certificate-revoked', 'no-certificate',
  ],
} as const satisfies Partial<Record<NextStep, readonly ErrorCode[]>>;

const STEPS = new Map(Object.entries(CODES_OF_STEP).flatMap(([step, codes]) => codes.map((code): [string, NextStep] => [code, step as keyof typeof CODES_OF_STEP])));

export function nextStepAfter(code: ErrorCode, { retryable }: Pick<ErrorEntry, 'retryable'>): NextStep {
  return retryable ? 'retry' : (STEPS.get(code) ?? 'call');
}
