import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { KeepAnswer } from '../../access/replays.js';
import { AuditLog } from '../../audit/audit-log.js';
import { CONFIG, type Config } from '../../config/config.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { violatedUnique } from '../../platform/database/pg-errors.js';
import { requestInvalid } from '../../platform/errors/platform.errors.js';
import { controlEndpointRefused, keepOutsUntold, targetExists, targetInUse, targetModeFixed, targetState } from '../aws-iot.errors.js';
import type { TargetState } from '../aws-iot.tables.js';
import { mayControl } from './control-endpoint.js';
import { RegistrationPlans } from '../registrations/registration-plans.repository.js';
import { RegistrationRepository } from '../registrations/registrations.repository.js';
import { LeftOpenRepository } from './left-open.repository.js';
import { UntoldKeepOutRepository } from '../units/untold-keep-outs.repository.js';
import { differing, TargetRepository } from './targets.repository.js';
import { accountOf, type ChangeTarget, type CreateTarget, type RetiredTarget, type Target } from './targets.schema.js';

/** Where devices connect, and whose settings count; everything else says how the service reaches AWS, or what it makes there, and is checked anew. */
const UNCHECKED: ReadonlySet<string> = new Set<keyof ChangeTarget>(['mqttPort', 'deviceEndpoint', 'ownership', 'quotaPercent']);

/** The life of a target: made, changed, paused, resumed, retired. Each step is one transaction, on record. */
@Injectable()
export class TargetsService {
  constructor(
    private readonly targets: TargetRepository,
    private readonly plans: RegistrationPlans,
    private readonly registrations: RegistrationRepository,
    private readonly keepOuts: UntoldKeepOutRepository,
    private readonly left: LeftOpenRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Records the target, unverified: nothing joins it before its check has passed. The same body again answers the same target
   * with `created: false`. Throws `target-exists`, `control-endpoint-refused`.
   */
  async create(actor: string, body: CreateTarget, keepAnswer: KeepAnswer): Promise<{ target: Target; created: boolean }> {
    this.assertControl(body.controlEndpoint, body.region);
    try {
      return await this.db.transaction().execute(async (tx) => {
        const made = await this.insert(tx, actor, body);
        await keepAnswer(tx, { name: body.name });
        return made;
      });
    } catch (error) {
      if (violatedUnique(error) === undefined) throw error;
      throw targetExists(body.name, `account ${body.accountId} in ${body.region} is a target already`);
    }
  }

  /**
   * What concerns the way to AWS is checked anew; until then the target is unverified, and orders go on by what was seen before.
   * Throws `target-unknown`, `target-state` when it is retired, `target-mode-fixed`, `control-endpoint-refused`.
   */
  async change(actor: string, name: string, changes: ChangeTarget, keepAnswer: KeepAnswer): Promise<Target> {
    return this.db.transaction().execute(async (tx) => {
      const before = await this.lockLiving(tx, name, 'changed');
      for (const setting of ['roleArn', 'provisioningRoleArn'] as const) {
        const arn = changes[setting];
        if (typeof arn === 'string' && accountOf(arn) !== before.accountId) throw requestInvalid(`${setting}: must be a role of the target’s own account`);
      }
      this.assertControl(changes.controlEndpoint, before.region);
      const changed = Object.entries(changes).filter(([setting, value]) => !isDeepStrictEqual(before[setting as keyof Target], value));
      if (changed.length === 0) return before;
      if (changed.some(([setting]) => setting === 'mode') && (await this.registrations.wereMade(tx, name))) throw targetModeFixed(name, before.mode);
      const isChecked = before.state === 'paused' || changed.every(([setting]) => UNCHECKED.has(setting));
      const after = await this.targets.change(tx, name, Object.fromEntries(changed), isChecked ? before.state : 'unverified');
      const told = changed.map(([setting, value]) => `${setting}: ${JSON.stringify(before[setting as keyof Target])} → ${JSON.stringify(value)}`);
      await this.audit.record(tx, actor, 'target.changed', `target:${name}`, { name, changes: told });
      await this.registrations.judge(tx, {});
      await keepAnswer(tx, { name });
      return after;
    });
  }

  /** Nothing is asked of AWS or changed there until it is resumed, and orders that name it issue nothing. Throws `target-unknown`, `target-state`. */
  pause(actor: string, name: string, reason: string | null, keepAnswer: KeepAnswer): Promise<Target> {
    return this.move(actor, name, { from: ['unverified', 'verified'], to: 'paused', event: 'target.paused', reason }, { keepAnswer });
  }

  /** It is checked first. Throws `target-unknown`, `target-state`. */
  resume(actor: string, name: string, reason: string | null, keepAnswer: KeepAnswer): Promise<Target> {
    return this.move(actor, name, { from: ['paused'], to: 'unverified', event: 'target.resumed', reason }, { keepAnswer });
  }

  /**
   * Nothing is done there any more. What stands in AWS stays, for the units that are in the field; account and region are free for a
   * new target. Throws `target-unknown`, `target-in-use` while an open order names it, `keep-outs-untold` unless the officer gives these up, on record.
   */
  async retire(actor: string, name: string, reason: string | null, givesUp: boolean): Promise<RetiredTarget> {
    const target = await this.move(actor, name, { from: ['unverified', 'verified', 'paused'], to: 'retired', event: 'target.retired', reason }, { before: (tx) => this.settleKeepOuts(tx, actor, name, reason, givesUp) });
    return { ...target, staysOpen: await this.left.open(name) };
  }

  /** A certificate that is to be kept out would come in there for as long as it lives, and a CA that was stopped would let devices in. */
  private async settleKeepOuts(tx: Ledger, actor: string, name: string, reason: string | null, givesUp: boolean): Promise<void> {
    const [untold, authorities] = [await this.keepOuts.count(tx, name), (await this.left.openCas(name, tx)).filter(({ stopped }) => stopped).map(({ authority }) => authority)];
    if (untold === 0 && authorities.length === 0) return;
    if (!givesUp) throw keepOutsUntold(name, untold, authorities);
    const serials = await this.keepOuts.giveUp(tx, name);
    await this.audit.record(tx, actor, 'target.keep-outs-given-up', `target:${name}`, { name, certificates: untold, serials, authorities, reason });
  }

  /** A step that was made already is answered as made. */
  private async move(actor: string, name: string, { from, to, event, reason }: Step, { before, keepAnswer }: Around): Promise<Target> {
    return this.db.transaction().execute(async (tx) => {
      // A stop of this moment either finds the target in use, or is seen here.
      if (to === 'retired') await this.plans.lock(tx);
      const target = await this.targets.lock(tx, name);
      if (target.state === to || (to === 'unverified' && target.state === 'verified')) return target;
      if (!from.includes(target.state)) throw targetState(name, target.state, to);
      const orders = to === 'retired' ? await this.targets.openOrders(tx, name) : [];
      if (orders.length > 0) throw targetInUse(name, orders);
      await before?.(tx);
      const after = await this.targets.move(tx, name, to, to === 'unverified' ? null : reason);
      await this.audit.record(tx, actor, event, `target:${name}`, { name, reason });
      await this.registrations.judge(tx, {});
      await keepAnswer?.(tx, { name });
      return after;
    });
  }

  private async lockLiving(tx: Ledger, name: string, done: string): Promise<Target> {
    const target = await this.targets.lock(tx, name);
    if (target.state === 'retired') throw targetState(name, target.state, done);
    return target;
  }

  private assertControl(controlEndpoint: string | null | undefined, region: string): void {
    if (typeof controlEndpoint === 'string' && !mayControl(controlEndpoint, region, this.config.TARGET_CONTROL_HOSTS)) throw controlEndpointRefused(controlEndpoint, region);
  }

  private async insert(tx: Ledger, actor: string, body: CreateTarget) {
    await this.plans.lock(tx);
    const target = await this.targets.insert(tx, body);
    if (!target) {
      const known = await this.targets.get(body.name, tx);
      if (known.state === 'retired') throw targetExists(body.name, 'one of this name was retired, and its history keeps the name');
      const differs = differing(known, body);
      if (differs.length > 0) throw targetExists(body.name, `it exists with another ${differs.join(', ')}`, differs);
      return { target: known, created: false };
    }
    const { name, accountId, region, mode } = target;
    await this.plans.stopsForTarget(tx, target);
    await this.audit.record(tx, actor, 'target.created', `target:${name}`, { name, accountId, region, mode });
    return { target, created: true };
  }
}

interface Step {
  from: readonly TargetState[];
  to: TargetState;
  event: 'target.paused' | 'target.resumed' | 'target.retired';
  reason: string | null;
}

/** What else is done in the step's transaction. */
interface Around {
  before?: (tx: Ledger) => Promise<void>;
  keepAnswer?: KeepAnswer;
}
