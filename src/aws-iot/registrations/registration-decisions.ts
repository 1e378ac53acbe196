import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Database } from '../../platform/database/database.js';
import type { Json } from '../../platform/database/schema.js';
import { asDomainError, targetState } from '../aws-iot.errors.js';
import { Reconciler } from './reconciler.js';
import { RegistrationRepository } from './registrations.repository.js';
import { RegistrationWork, type WorkedResource } from './registration-work.js';
import type { AcceptPlan, PlannedDifference, RegistrationPlan } from './registrations.schema.js';
import { byHandOf, canApply, EXISTS, lookAt, settingOf } from './resource-rounds.js';
import type { Difference } from './resources.js';
import { TargetResourceRepository } from './target-resources.repository.js';
import { TargetRepository } from '../targets/targets.repository.js';

const APPLY = 'POST …/apply makes it right.';
const APPLY_OR_ACCEPT = `${APPLY} Where devices get in with it as it is, POST …/accept takes it over.`;
const APPLY_TAKEN_OVER = 'An officer took it over as it is; POST …/apply makes it right and ends that.';
const CHANGE_TAKEN_OVER = 'An officer took it over as it is; that ends when it is changed in AWS.';

/** What a person decides about differences between AWS and the ledger. AWS is asked then and there. */
@Injectable()
export class RegistrationDecisions {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly resources: TargetResourceRepository,
    private readonly targets: TargetRepository,
    private readonly work: RegistrationWork,
    private readonly reconciler: Reconciler,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** What is and what should be. Throws `registration-unknown`, `target-state`, `target-refuses` or `target-unreachable`. */
  async plan(authority: string, target: string): Promise<RegistrationPlan> {
    return planOf(authority, target, await this.look(authority, target));
  }

  /** Makes all of it right, on record, also what was taken over. Answers what it made right, and what differs still. Throws what `plan` does. */
  async apply(actor: string, authority: string, target: string, reason: string | null): Promise<RegistrationPlan> {
    const { differences } = await this.plan(authority, target);
    await this.db.transaction().execute((tx) => this.audit.record(tx, actor, 'registration.apply-ordered', `authority:${authority}`, {
      authority, target, differences: differences.map(({ what }) => what), reason,
    }));
    await this.reconciler.makeRight(authority, target);
    await this.registrations.differingAgain(target);
    this.reconciler.wake();
    const left = await this.plan(authority, target);
    const isLeft = (one: PlannedDifference) => left.differences.some(({ kind, name, setting }) => kind === one.kind && name === one.name && setting === one.setting);
    return { ...left, madeRight: differences.filter((each) => !isLeft(each)).map(({ what }) => what) };
  }

  /** Takes over what a person changed in AWS: it is no difference any more, as long as it stays so. On record. Throws what `plan` does. */
  async accept(actor: string, authority: string, target: string, { settings, reason }: AcceptPlan): Promise<RegistrationPlan> {
    const worked = await this.look(authority, target);
    await this.db.transaction().execute(async (tx) => {
      const told: string[] = [];
      for (const { resource, result } of worked) {
        const { kind, name } = resource;
        const taken = result.differences.map(settingOf).filter((setting) => settings === undefined || settings.some((each) => each.kind === kind && each.name === name && each.setting === setting));
        if (taken.length === 0) continue;
        await this.resources.accept(tx, target, resource, Object.fromEntries(taken.map((setting) => [setting, setting === EXISTS ? false : (result.observed[setting] ?? null)])));
        told.push(...taken.map((setting) => `${kind} ${name}: ${setting}`));
      }
      if (told.length > 0) await this.audit.record(tx, actor, 'registration.accepted', `authority:${authority}`, { authority, target, settings: told, reason: reason ?? null });
    });
    await this.reconciler.lookNow(authority, [target]);
    await this.registrations.differingAgain(target);
    this.reconciler.wake();
    return this.plan(authority, target);
  }

  private async look(authority: string, name: string): Promise<WorkedResource[]> {
    const registration = await this.registrations.terms(authority, name);
    const target = await this.targets.get(name);
    if (target.state !== 'verified') throw targetState(name, target.state, 'looked at');
    try {
      return await this.work.eachResource(registration, target, lookAt, false);
    } catch (error) {
      throw asDomainError(error);
    }
  }
}

function planOf(authority: string, target: string, worked: readonly WorkedResource[]): RegistrationPlan {
  return {
    authority, target,
    differences: worked.flatMap((one) => [
      ...one.result.differences.map((difference) => planned(one, difference, false)),
      ...one.result.accepted.map((difference) => planned(one, difference, true)),
    ]),
  };
}

function planned({ resource: { kind, name, desired }, result }: WorkedResource, difference: Difference, accepted: boolean): PlannedDifference {
  const setting = settingOf(difference);
  const sides: { is: Json; should: Json } = setting === EXISTS ? { is: false, should: true } : { is: result.observed[setting] ?? null, should: difference.isStop ? 'ACTIVE' : (desired[setting] ?? null) };
  const keepsOut = difference.keepsOut === true || (difference.mayKeepOut === true && !accepted);
  return { kind, name, setting, ...sides, what: difference.what, keepsOut, accepted, canApply: canApply(difference), remedy: accepted ? remedyOfAccepted(difference) : remedyOf(difference) };
}

const remedyOf = (difference: Difference): string => byHandOf(difference) ?? (difference.mayKeepOut ? APPLY_OR_ACCEPT : APPLY);
const remedyOfAccepted = (difference: Difference): string => (canApply(difference) ? APPLY_TAKEN_OVER : CHANGE_TAKEN_OVER);
