import { sql } from 'kysely';
import type { AuthorityState } from '../../certificate-authority/authority.tables.js';
import { backoffMs, jittered } from '../../platform/backoff.js';
import type { Json } from '../../platform/database/schema.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import type { RegistrationStep, SyncState } from '../aws-iot.tables.js';

/** Authorities whose units are in the field or may still be made: AWS has to know these. */
export const LIVING: AuthorityState[] = ['generated', 'registered', 'issuing', 'retiring'];
/** Those that are looked at: one that was stopped too, which somebody may have started in AWS. */
export const WATCHED: AuthorityState[] = [...LIVING, 'frozen', 'compromised'];

/** After a failed round: it doubles with each, and half of it is left to chance. */
const RETRY = { firstMs: 1_000, mostMs: 5 * 60_000 };
/** An order may wait until AWS is seen again. */
const RETRY_SEEN = { firstMs: 1_000, mostMs: 30_000 };
const RETRY_STOP = { firstMs: 1_000, mostMs: 10_000 };
/** Nobody tells us when somebody changes AWS by hand, so what is in sync is looked at again: often where the authority issues or is about to, and where a person has to do something. */
const CHECK_AGAIN_SOON_MS = 20_000;
const CHECK_AGAIN_MS = 5 * 60_000;
/** The unit reconciler tells AWS meanwhile whom to keep out, or a trial task runs. */
const GOES_ON_MS = 1_000;
/** A look that is due in minutes would still stand when the authority is activated. */
const ISSUES_OR_WILL: readonly AuthorityState[] = ['generated', 'registered', 'issuing'];

interface Seen {
  desired: Record<string, Json>;
  observed: Record<string, Json>;
  /** Null where the target need not know the CA, and does not. */
  caCertificateId: string | null;
  /** What had to be made right in AWS. */
  mended: string[];
  /** The round was to make everything, and not only to look. */
  brought: boolean;
}

/** How one round at a registration ended. `pending`: it goes on by itself; `seldom`: it is looked at again as what is in sync. `passing`: time may heal it. `awsError`: AWS's name of the error, or Node's. */
export type Outcome =
  | ({ state: 'in-sync' } & Seen)
  | ({ state: 'drifted'; detail: string } & Seen)
  | ({ state: 'pending'; detail: string; step: 'keep-out' | 'make'; seldom?: true } & Seen)
  | { state: 'failed'; detail: string; passing: boolean; awsError: string | null }
  | { state: 'removed' };

/** Which registration it is, how its authority is wanted there, and how far that has come. */
export interface RegistrationTerms {
  authority: string;
  target: string;
  method: Method;
  parameters: Record<string, Json>;
  step: RegistrationStep;
}

/** A registration that this worker alone brings up to date until its lease ends. */
export interface ClaimedRegistration extends RegistrationTerms {
  state: SyncState;
  detail: string | null;
  attempts: number;
  lease: Date;
}

/** That AWS could not be asked does not undo what was seen there; `aws_error` says so. */
export function stateAfter(claim: ClaimedRegistration, outcome: Outcome): SyncState {
  return wasNotReached(claim, outcome) ? claim.state : outcome.state;
}

function wasNotReached({ state }: ClaimedRegistration, outcome: Outcome): boolean {
  return outcome.state === 'failed' && outcome.passing && (state === 'in-sync' || state === 'drifted');
}

export function detailOf(outcome: Outcome): string | null {
  return 'detail' in outcome ? outcome.detail : null;
}

export function columnsOf(claim: ClaimedRegistration, outcome: Outcome, authority: { state: AuthorityState; cloudStoppedAt: Date | null }) {
  const isStopped = authority.cloudStoppedAt !== null;
  const detail = detailOf(outcome);
  if (outcome.state === 'removed') return { detail, observed: null, attempts: 0, aws_error: null };
  if (outcome.state === 'failed') {
    const retry = isStopped ? RETRY_STOP : wasNotReached(claim, outcome) ? RETRY_SEEN : RETRY;
    // What differs is still to be said.
    const kept = claim.state === 'drifted' && wasNotReached(claim, outcome) ? claim.detail : detail;
    return { detail: kept, aws_error: outcome.awsError, next_attempt_at: inMilliseconds(jittered(backoffMs(claim.attempts, retry))) };
  }
  // A look has changed nothing: whoever may make it right has his turn at once, also while somebody looks again and again.
  const isLeft = outcome.state === 'drifted' && !outcome.brought;
  const again = outcome.state !== 'in-sync' || isStopped || ISSUES_OR_WILL.includes(authority.state) ? CHECK_AGAIN_SOON_MS : CHECK_AGAIN_MS;
  return {
    detail,
    desired: JSON.stringify(outcome.desired),
    observed: JSON.stringify(outcome.observed),
    ca_certificate_id: outcome.caCertificateId,
    attempts: 0,
    aws_error: null,
    ...(outcome.observed['autoRegistration'] === 'ENABLE' ? { let_in_as: sql<Method | null>`coalesce(let_in_as, method)` } : {}),
    step: stepAfter(claim, outcome),
    next_attempt_at: inMilliseconds(isLeft ? 0 : outcome.state === 'pending' && outcome.seldom !== true ? GOES_ON_MS : jittered(again)),
  };
}

/** A look that changes nothing does not bring it further. */
function stepAfter({ step }: ClaimedRegistration, outcome: Exclude<Outcome, { state: 'failed' | 'removed' }>): RegistrationStep {
  if (outcome.state === 'pending') return outcome.step;
  return outcome.brought || outcome.state === 'in-sync' ? 'watch' : step;
}

/** Whole milliseconds, so that a time read into JavaScript still equals the one in the ledger. */
export function inMilliseconds(ms: number) {
  return sql<Date>`date_trunc('milliseconds', now()) + ${ms} * interval '1 millisecond'`;
}
