import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SignedCaller } from '../endpoint/signature-check.js';
import { SignatureRefused, signedTooEarly } from '../endpoint/signature-refused.js';
import { AccessDenied } from '../iam/permissions.js';
import { CutConnection, OrderedFailure, RateExceeded, type Fault } from './fault.js';

const HOUR_MS = 3_600_000;

interface Ordered extends Fault {
  readonly id: string;
  /** How often it has happened. */
  struck: number;
}

/** The faults that were ordered, by settings or over `/_sandbox/faults`. They are in memory only: a restart ends them. */
export class Faults {
  private readonly ordered = new Map<string, Ordered>();

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.order(fault);
  }

  order(fault: Fault): Ordered {
    const ordered = { ...fault, id: randomUUID(), struck: 0 };
    this.ordered.set(ordered.id, ordered);
    return ordered;
  }

  list(): readonly Ordered[] {
    return [...this.ordered.values()];
  }

  /** Whether it was there. */
  remove(id: string): boolean {
    return this.ordered.delete(id);
  }

  clear(): void {
    this.ordered.clear();
  }

  /**
   * Each service asks here before it runs an operation. Answers what to do once it has run: nothing, or throw away the answer.
   * @throws AccessDenied, SignatureRefused, OrderedFailure, RateExceeded, CutConnection
   */
  async strike(caller: SignedCaller, action: string): Promise<() => void> {
    const fault = this.list().find((each) => fits(each, caller, action));
    if (fault === undefined) return () => undefined;
    fault.struck++;
    if (fault.times !== undefined && fault.struck >= fault.times) this.ordered.delete(fault.id);
    switch (fault.kind) {
      case 'deny':
        throw new AccessDenied(`User: ${caller.arn} is not authorized to perform: ${action} with an explicit deny in an identity-based policy`);
      case 'error':
        throw new OrderedFailure();
      case 'throttle':
        throw new RateExceeded();
      case 'expired-token':
        throw new SignatureRefused('expired-token', 'The security token included in the request is expired');
      case 'clock-skew':
        throw signedTooEarly(new Date(Date.now() - HOUR_MS), new Date());
      case 'cut':
        throw new CutConnection();
      case 'slow':
        await delay(fault.delayMs, undefined, { ref: false });
        return () => undefined;
      case 'lost-answer':
        return () => {
          throw new CutConnection();
        };
    }
  }
}

function fits(fault: Fault, caller: SignedCaller, action: string): boolean {
  const service = action.slice(0, action.indexOf(':'));
  return (
    (fault.action === '*' || fault.action === `${service}:*` || fault.action === action) &&
    (fault.accessKeyId === undefined || fault.accessKeyId === caller.accessKeyId) &&
    (fault.region === undefined || fault.region === caller.region)
  );
}
