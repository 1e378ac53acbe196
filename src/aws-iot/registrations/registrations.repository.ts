import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { AuthorityRepository } from '../../certificate-authority/authority.repository.js';
import { callRule, Database, type Ledger } from '../../platform/database/database.js';
import type { Json } from '../../platform/database/schema.js';
import type { WorkOrder } from '../../work-orders/work-order.repository.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import { registrationUnknown } from '../aws-iot.errors.js';
import { AuthorityStanding } from './authority-standing.repository.js';
import type { RegistrationStep, SyncState } from '../aws-iot.tables.js';
import { type ClaimedRegistration, columnsOf, detailOf, inMilliseconds, type Outcome, type RegistrationTerms, stateAfter, WATCHED } from './registration-round.js';
import type { IssuerRegistration } from '../methods/provisioning-method.js';
import { StopLookRepository } from './stop-looks.repository.js';

/** A worker that died holds its work no longer than this. Work that takes longer is done twice, which changes nothing. */
const LEASE_MS = 30_000;
const COLUMNS = [
  'authority_id as authority', 'target_name as target', 'state', 'desired', 'observed', 'ca_certificate_id as caCertificateId', 'method', 'step', 'detail', 'attempts', 'since',
  'next_attempt_at as nextAttempt', 'aws_error as awsError', 'updated_at as updatedAt',
  sql<string | null>`way_problem((select target from target where name = target_name), registration)`.as('problem'),
  sql<string | null>`way_remedy((select target from target where name = target_name), registration)`.as('remedy'),
] as const;

const CLAIMED = ['r.authority_id as authority', 'r.target_name as target', 'r.method', 'r.parameters', 'r.step', 'r.state', 'r.detail', 'r.attempts', 'r.next_attempt_at as lease'] as const;

export interface Registration {
  authority: string;
  target: string;
  method: Method;
  state: SyncState;
  desired: Record<string, Json>;
  observed: Record<string, Json> | null;
  caCertificateId: string | null;
  step: RegistrationStep;
  /** One sentence: what differs, or why the last attempt failed. */
  detail: string | null;
  /** Failed ones in a row. */
  attempts: number;
  since: Date;
  nextAttempt: Date;
  awsError: string | null;
  /** What keeps units of the authority from the target, and what to do about it; null when nothing does. */
  problem: string | null;
  remedy: string | null;
  updatedAt: Date;
}

@Injectable()
export class RegistrationRepository {
  constructor(
    private readonly db: Database,
    private readonly authorities: AuthorityRepository,
    private readonly standing: AuthorityStanding,
    private readonly stopLooks: StopLookRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Whether a CA was ever seen in the target. */
  async wereMade(tx: Ledger, target: string): Promise<boolean> {
    return (await tx.selectFrom('registration').select('authority_id').where('target_name', '=', target).where('observed', 'is not', null).limit(1).executeTakeFirst()) !== undefined;
  }

  async list({ authority, target, limit, after }: { authority?: string; target?: string; limit: number; after?: string }): Promise<Registration[]> {
    let rows = this.db.selectFrom('registration').select(COLUMNS).orderBy('authority_id').orderBy('target_name').limit(limit);
    if (authority !== undefined) rows = rows.where('authority_id', '=', authority);
    if (target !== undefined) rows = rows.where('target_name', '=', target);
    if (after !== undefined) {
      const [lastAuthority = '', lastTarget = ''] = after.split(':', 2);
      rows = rows.where(sql<boolean>`(authority_id, target_name) > (${lastAuthority}, ${lastTarget})`);
    }
    return rows.execute();
  }

  async ofAuthority(authority: string, ledger: Ledger = this.db): Promise<Registration[]> {
    return ledger.selectFrom('registration').select(COLUMNS).where('authority_id', '=', authority).orderBy('target_name').execute();
  }

  /** Several workers may claim at once; each gets others. `stoppedWhileHeld`: only of authorities that an officer has stopped in the cloud since the ledger is held. */
  async claimDue(limit: number, { stoppedWhileHeld = false } = {}): Promise<ClaimedRegistration[]> {
    return this.db
      .with('due', (db) => db
        .selectFrom('registration as r')
        .innerJoin('authority as a', 'a.id', 'r.authority_id')
        .innerJoin('target as t', 't.name', 'r.target_name')
        .select(['r.authority_id', 'r.target_name'])
        .where('r.next_attempt_at', '<=', sql<Date>`now()`)
        .where((eb) => eb.or([eb('t.state', '=', 'verified'), eb.and([eb('t.state', '=', 'unverified'), eb('a.cloud_stopped_at', 'is not', null)])]))
        .where((eb) => eb.or([eb('a.state', 'in', WATCHED), eb.and([eb('a.state', '=', 'cancelled'), eb('r.state', '<>', 'removed')])]))
        .$if(stoppedWhileHeld, (query) => query.where('a.cloud_stopped_at', '>=', (eb) => eb.selectFrom('ledger_identity').select('held_at').where('id', '=', 1)))
        .orderBy('r.next_attempt_at').limit(limit)
        .forUpdate('r').skipLocked())
      .updateTable('registration as r')
      .from('due')
      .set({ attempts: sql<number>`r.attempts + 1`, next_attempt_at: inMilliseconds(LEASE_MS) })
      .whereRef('r.authority_id', '=', 'due.authority_id')
      .whereRef('r.target_name', '=', 'due.target_name')
      .returning(CLAIMED)
      .execute();
  }

  /** Registrations of an authority in verified targets, or in those of `targets`, due or not. Whoever works on one of them at this moment records nothing. */
  async claimNow(authority: string, targets?: readonly string[]): Promise<ClaimedRegistration[]> {
    return this.db
      .updateTable('registration as r')
      .set({ attempts: sql<number>`r.attempts + 1`, next_attempt_at: inMilliseconds(LEASE_MS) })
      .where('r.authority_id', '=', authority)
      .where('r.target_name', 'in', (eb) => eb.selectFrom('target').select('name').where('state', '=', 'verified').$if(targets !== undefined, (query) => query.where('name', 'in', [...targets!, ''])))
      .returning(CLAIMED)
      .execute();
  }

  /** It is due now. Throws `registration-unknown`. */
  async retry(authority: string, target: string): Promise<Registration> {
    await this.db.updateTable('registration').set({ next_attempt_at: sql<Date>`now()` }).where('authority_id', '=', authority).where('target_name', '=', target).execute();
    return this.get(authority, target);
  }

  /** Registrations of this method in the target are due now: something that they wait for has come. */
  async lookAgain(target: string, method: Method): Promise<void> {
    await this.db.updateTable('registration').set({ next_attempt_at: sql<Date>`now()` }).where('target_name', '=', target).where('method', '=', method).where('state', '<>', 'removed').execute();
  }

  /** What nothing differed of when it was last seen is due now, of this family and method in the target: AWS was seen otherwise since. */
  async doubt(family: string, method: Method, target: string): Promise<void> {
    await this.db
      .updateTable('registration').set({ next_attempt_at: sql<Date>`now()` })
      .from('authority').whereRef('authority.id', '=', 'registration.authority_id')
      .where('authority.family', '=', family).where('authority.state', 'in', WATCHED)
      .where('target_name', '=', target).where('method', '=', method).where('registration.state', '=', 'in-sync')
      .execute();
  }

  /** What differs in the target is due now: what was made right for one authority may have been another's too. */
  async differingAgain(target: string): Promise<void> {
    await this.db.updateTable('registration').set({ next_attempt_at: sql<Date>`now()` }).where('target_name', '=', target).where('state', '=', 'drifted').execute();
  }

  /** Authorities of the family that are looked at, where something differed in these targets when it was last seen. */
  async differing(family: string, targets: readonly string[]): Promise<{ authority: string; target: string }[]> {
    return this.db
      .selectFrom('registration')
      .innerJoin('authority', 'authority.id', 'registration.authority_id')
      .select(['authority_id as authority', 'target_name as target'])
      .where('authority.family', '=', family)
      .where('authority.state', 'in', WATCHED)
      .where('registration.target_name', 'in', targets)
      .where('registration.state', '=', 'drifted')
      .execute();
  }

  /** What a look at it needs. Throws `registration-unknown`. */
  terms(authority: string, target: string): Promise<RegistrationTerms> {
    return this.db
      .selectFrom('registration').select(['authority_id as authority', 'target_name as target', 'method', 'parameters', 'step']).where('authority_id', '=', authority).where('target_name', '=', target)
      .executeTakeFirstOrThrow(() => registrationUnknown(authority, target));
  }

  async get(authority: string, target: string): Promise<Registration> {
    return this.db
      .selectFrom('registration').select(COLUMNS).where('authority_id', '=', authority).where('target_name', '=', target)
      .executeTakeFirstOrThrow(() => registrationUnknown(authority, target));
  }

  /** Gives back what was not done, as if it had not been claimed. */
  async release({ authority, target, lease }: ClaimedRegistration): Promise<void> {
    await this.db
      .updateTable('registration').set({ attempts: sql<number>`attempts - 1`, next_attempt_at: sql<Date>`now()` })
      .where('authority_id', '=', authority).where('target_name', '=', target).where('next_attempt_at', '=', lease)
      .execute();
  }

  /**
   * Records what came out, and moves the authority on to `registered` once every target shows it. Does nothing when
   * the lease is over and somebody else has taken the work: they look for themselves.
   */
  async recordRound(claim: ClaimedRegistration, outcome: Outcome): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      // Two targets that come in sync at once must not each see the other as lagging.
      const authority = await tx.selectFrom('authority').select(['state', 'cloud_stopped_at as cloudStoppedAt']).where('id', '=', claim.authority).forNoKeyUpdate().executeTakeFirstOrThrow();
      const state = stateAfter(claim, outcome);
      const wasOpen = await this.stopLooks.isOpen(tx, claim);
      const begun = new Date(+claim.lease - LEASE_MS);
      const written = await tx
        .updateTable('registration')
        .set({
          state, ...columnsOf(claim, outcome, authority), updated_at: sql<Date>`now()`, ...(state === claim.state ? {} : { since: sql<Date>`now()` }),
          ...(outcome.state === 'failed' ? {} : { seen_at: begun }),
        })
        .where('authority_id', '=', claim.authority).where('target_name', '=', claim.target).where('next_attempt_at', '=', claim.lease)
        .returning('target_name')
        .executeTakeFirst();
      if (!written) return;
      if (outcome.state !== 'failed') await this.stopLooks.note(tx, claim, wasOpen, begun);
      await this.tell(tx, claim, outcome, state);
      await this.judge(tx, { authority: claim.authority });
      if (state === 'in-sync' && authority.state === 'generated') await this.promote(tx, claim.authority);
    });
  }

  /**
   * Says anew which orders may issue with which authorities (`verdicts.sql`, rule 7): all of them, or those of one order or of one
   * authority. Part of the transaction that changes what the verdict rests on.
   */
  async judge(tx: Ledger, { order = null, authority = null }: { order?: string | null; authority?: string | null }): Promise<void> {
    await callRule(tx, 'judge_issuing', { only_order: order, only_authority: authority });
  }

  /** How the issuing authority of the order's family, or this authority, stands in each target, for this order. */
  async ofIssuer({ authorityFamily: family, whenTargetUnreachable, maxStaleHours }: Pick<WorkOrder, 'authorityFamily' | 'whenTargetUnreachable' | 'maxStaleHours'>, only: string | null = null): Promise<IssuerRegistration[]> {
    const { rows } = await sql<IssuerRegistration>`
      select target.name as target, authority.id as authority, authority.id is not null and way_is_open(target, registration) and unseen.problem is null as usable,
        case when authority.id is null then ${`No authority of ${family} issues`} else coalesce(way_problem(target, registration), unseen.problem) end as problem,
        case when authority.id is null then 'Ask a security officer to activate one: POST /v1/authorities/{id}/activate.' else coalesce(way_remedy(target, registration), unseen_remedy(registration.aws_error)) end as remedy
      from target left join authority on case when ${only}::text is null then authority.family = ${family} and authority.state = 'issuing' else authority.id = ${only} end
      left join registration on registration.authority_id = authority.id and registration.target_name = target.name
      cross join lateral (select coalesce(unreached_problem(${whenTargetUnreachable}, registration), case when stale_after(registration, ${maxStaleHours}) < now() then stale_problem(${maxStaleHours}) end) as problem) as unseen`.execute(this.db);
    return rows;
  }

  private async promote(tx: Ledger, id: string) {
    const { targets, lagging } = await this.standing.of(id, tx);
    if (lagging.length > 0 || !(await this.authorities.moveState(tx, id, ['generated'], 'registered'))) return;
    await this.audit.record(tx, 'system', 'authority.registered', `authority:${id}`, { id, targets });
  }

  /** The log tells of changes: a failure that goes on for the same reason is told once. */
  private async tell(tx: Ledger, claim: ClaimedRegistration, outcome: Outcome, state: SyncState) {
    const { authority, target } = claim;
    const subject = `authority:${authority}`;
    if (outcome.state === 'removed') {
      if (claim.state !== 'removed') await this.audit.record(tx, 'system', 'registration.removed', subject, { authority, target });
      return;
    }
    if (outcome.state !== 'failed' && outcome.mended.length > 0) {
      await this.audit.record(tx, 'system', 'registration.mended', subject, { authority, target, changes: outcome.mended });
    }
    if (state === claim.state && (state === 'in-sync' || outcome.state !== state || detailOf(outcome) === claim.detail)) return;
    if (outcome.state === 'in-sync') {
      await this.audit.record(tx, 'system', 'registration.in-sync', subject, { authority, target, caCertificateId: outcome.caCertificateId });
    } else {
      await this.audit.record(tx, 'system', `registration.${outcome.state}`, subject, { authority, target, reason: outcome.detail });
    }
  }
}
