import { z } from 'zod';

/**
 * Something that goes wrong on order. `clock-skew`: as if the request had been signed an hour ago. `cut` ends the connection before the operation runs, `lost-answer` after it has run. An
 * `action` is written as in IAM policies, with `*` for all of a service. A session counts under its own access key.
 */
export const Fault = z.strictObject({
  kind: z.enum(['deny', 'error', 'throttle', 'expired-token', 'clock-skew', 'slow', 'cut', 'lost-answer']),
  action: z.string().regex(/^(\*|[a-z0-9-]+:(\*|[A-Za-z0-9]+))$/, 'must be * or like iot:CreateThing or iot:*').default('*'),
  accessKeyId: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  /** How often it happens before it is over; without it, until it is removed. */
  times: z.int().min(1).optional(),
  /** Of `slow`, in milliseconds. */
  delayMs: z.int().min(1).max(600_000).default(5_000),
});
export type Fault = z.infer<typeof Fault>;

/** The faults of `SANDBOX_FAULTS`. @throws Error that names what is wrong */
export function readFaults(list: readonly unknown[]): Fault[] {
  const parsed = z.array(Fault).safeParse(list);
  if (parsed.success) return parsed.data;
  throw new Error(`SANDBOX_FAULTS: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`);
}

/** Ends the connection without an answer. */
export class CutConnection extends Error {}

/** What a fault of the service itself looks like. */
export class OrderedFailure extends Error {
  constructor() {
    super('The failure was ordered.');
  }
}

/** More calls a second than the account's quota allows. */
export class RateExceeded extends Error {
  constructor() {
    super('Rate exceeded');
  }
}
