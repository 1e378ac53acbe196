import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { backoffMs, jittered } from '../../platform/backoff.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { targetState } from '../aws-iot.errors.js';
import { inMilliseconds } from '../registrations/registration-round.js';
import { RegistrationPlans } from '../registrations/registration-plans.repository.js';
import { RegistrationRepository } from '../registrations/registrations.repository.js';
import { UnitExpectationRepository } from '../units/unit-expectations.repository.js';
import type { Checked } from './target-check.js';
import type { CheckResult } from './target-check.schema.js';
import type { Target } from './targets.schema.js';
import { TargetRepository } from './targets.repository.js';

/** A process that died over a check holds it no longer than this. */
const LEASE_MS = 60_000;
/** Somebody is probably mending what the check has found. */
const RETRY = { firstMs: 2_000, mostMs: 60_000 };

/** A check that this process alone records, unless the target is changed meanwhile. */
export interface ClaimedCheck {
  name: string;
  attempts: number;
  lease: Date;
}

/** Checks of targets: which are due, and what came out. */
@Injectable()
export class TargetCheckRepository {
  constructor(
    private readonly db: Database,
    private readonly targets: TargetRepository,
    private readonly plans: RegistrationPlans,
    private readonly units: UnitExpectationRepository,
    private readonly registrations: RegistrationRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Several workers may claim at once; each gets others. */
  async claimDue(limit: number): Promise<ClaimedCheck[]> {
    const due = this.db.selectFrom('target').select('name').where('state', '=', 'unverified').where('check_due_at', '<=', sql<Date>`now()`).orderBy('check_due_at').limit(limit).forUpdate().skipLocked();
    return this.lease(this.db, (update) => update.where('name', 'in', due));
  }

  /** Due or not. Throws `target-unknown`, `target-state`. */
  async claim(name: string): Promise<ClaimedCheck> {
    return this.db.transaction().execute(async (tx) => {
      const { state } = await this.targets.lock(tx, name);
      if (state === 'retired') throw targetState(name, state, 'checked');
      const [claim] = await this.lease(tx, (update) => update.where('name', '=', name));
      return claim!;
    });
  }

  /** Gives back what was not done. */
  async release({ name, lease }: ClaimedCheck): Promise<void> {
    await this.db.updateTable('target').set({ check_attempts: sql<number>`check_attempts - 1`, check_due_at: sql<Date>`now()` }).where('name', '=', name).where('check_due_at', '=', lease).execute();
  }

  /**
   * Keeps what was found. An unverified target that has passed is verified: every living authority is to be registered there from now on.
   * Nothing is kept when the target was changed meanwhile. Answers whether it has become verified.
   */
  async record(claim: ClaimedCheck, before: Target, { items, mqttHost }: Checked): Promise<boolean> {
    const passed = items.every(({ state }) => state === 'ok' || state === 'not-seen');
    const result: CheckResult = { checkedAt: new Date().toISOString(), passed, items };
    return this.db.transaction().execute(async (tx) => {
      await this.plans.lock(tx);
      const target = await this.targets.lock(tx, claim.name);
      const becomesVerified = target.state === 'unverified' && passed;
      const written = await tx
        .updateTable('target')
        .set({
          check_result: JSON.stringify(result),
          check_due_at: inMilliseconds(passed ? 0 : jittered(backoffMs(claim.attempts, RETRY))),
          ...(passed ? { check_attempts: 0 } : {}),
          ...(mqttHost === undefined ? {} : { mqtt_host: mqttHost }),
          ...(becomesVerified ? { state: 'verified' as const } : {}),
        })
        .where('name', '=', claim.name).where('check_due_at', '=', claim.lease)
        .returning('name')
        .executeTakeFirst();
      if (!written) return false;
      await this.tell(tx, before, result, becomesVerified);
      if (becomesVerified) await this.join(tx, await this.targets.get(claim.name, tx));
      await this.registrations.judge(tx, {});
      return becomesVerified;
    });
  }

  /** Nothing that concerns its account is left to a retired target. */
  private async join(tx: Ledger, target: Target): Promise<void> {
    await this.plans.forTarget(tx, target);
    await this.units.inherit(tx, target);
  }

  /** The log tells of changes: a failure that goes on for the same reason is told once. */
  private async tell(tx: Ledger, { name, check }: Target, result: CheckResult, becomesVerified: boolean): Promise<void> {
    if (becomesVerified) return this.audit.record(tx, 'system', 'target.verified', `target:${name}`, { name });
    const reason = reasonOf(result);
    if (reason !== '' && reason !== (check ? reasonOf(check) : '')) await this.audit.record(tx, 'system', 'target.check-failed', `target:${name}`, { name, reason });
  }

  private lease(ledger: Ledger, where: (update: LeaseUpdate) => LeaseUpdate): Promise<ClaimedCheck[]> {
    return where(updateOf(ledger)).returning(['name', 'check_attempts as attempts', 'check_due_at as lease']).execute();
  }
}

const updateOf = (ledger: Ledger) => ledger.updateTable('target').set({ check_attempts: sql<number>`check_attempts + 1`, check_due_at: inMilliseconds(LEASE_MS) });
type LeaseUpdate = ReturnType<typeof updateOf>;

function reasonOf({ items }: CheckResult): string {
  return items.filter(({ state }) => state === 'failed').map(({ finding }) => finding).join('; ');
}
