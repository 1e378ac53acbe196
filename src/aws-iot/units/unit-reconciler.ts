import { Injectable, Logger } from '@nestjs/common';
import { AwsIotError, AwsIotRefused, UNEXPECTED } from '../aws-iot.errors.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { ProvisioningMethods } from '../methods/methods.js';
import { SuccessorSteps } from '../methods/successor-steps.js';
import { isOfOneUnit } from '../methods/unit-steps.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { UnitChanges } from './unit-changes.js';
import { type ExpectedUnit, UnitRegistrationRepository } from './unit-registrations.repository.js';

const logger = new Logger('UnitReconciler');
/** Targets asked at the same time by this process. */
const WIDTH = 8;
/** Units of one look: as many as AWS lists in one page. */
const BATCH = 250;
/** Certificates of one look that are to be revoked, suspended or resumed: with two calls for each, at AWS's rate, they take half of the 30 s for which their units are held. */
const CHANGED_AT_ONCE = 50;

interface Round {
  target: string;
  onlyRevocations: boolean;
}

/**
 * Brings units and what AWS knows of them together, one round per target and method at a time: each method says what a round is. Whom a target is to keep out, or to let in
 * again, comes before all that are only looked for, however many those are; a round at these ends early for it (`unit-steps.ts`).
 * Runs in workers only.
 */
@Injectable()
export class UnitReconciler {
  private readonly busy = new Set<string>();
  private readonly loop: { wake(): void };

  constructor(
    loops: AwsLoops,
    private readonly units: UnitRegistrationRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly methods: ProvisioningMethods,
    private readonly successors: SuccessorSteps,
    private readonly changes: UnitChanges,
  ) {
    this.loop = loops.add({
      name: 'UnitReconciler',
      width: WIDTH,
      take: async (limit) => (await this.takeTargets(limit)).map((target) => ({ target, onlyRevocations: false })),
      // A revocation is never undone, whatever the ledger has lost since.
      takeWhileHeld: async (limit) => (await this.takeTargets(limit)).map((target) => ({ target, onlyRevocations: true })),
      work: (round) => this.look(round).finally(() => this.busy.delete(round.target)),
    });
  }

  /** Some unit may be due now. */
  wake() {
    this.loop.wake();
  }

  private async takeTargets(limit: number): Promise<string[]> {
    const due = (await this.units.dueTargets()).filter((name) => !this.busy.has(name) && this.clients.keepsWaiting(name) === undefined).slice(0, limit);
    for (const name of due) this.busy.add(name);
    return due;
  }

  private async look({ target: name, onlyRevocations }: Round): Promise<void> {
    const toChange = await this.units.claimChanges(name, CHANGED_AT_ONCE, onlyRevocations ? 'REVOKED' : undefined);
    // Where there are more, they are next.
    const wanted = toChange.length > 0 || onlyRevocations ? [] : await this.units.claimDue(name, BATCH);
    if (toChange.length + wanted.length === 0) return;
    const target = await this.targets.get(name);
    await this.guarded(target, toChange, (units) => this.change(target, units));
    await this.guarded(target, wanted.filter(({ succeeds }) => succeeds !== null), (units) => this.successors.reconcile(target, units));
    for (const [method, expected] of Map.groupBy(wanted.filter(({ succeeds }) => succeeds === null), (unit) => unit.method)) {
      await this.guarded(target, expected, (units) => this.methods.get(method).reconcile(target, units));
    }
  }

  /** What AWS refuses or does not answer is tried again later. */
  private async guarded(target: Target, units: ExpectedUnit[], work: (units: ExpectedUnit[]) => Promise<void>): Promise<void> {
    if (units.length === 0) return;
    try {
      await work(units);
    } catch (error) {
      if (this.clients.signal.aborted) return this.units.release(target.name, units);
      if (!(error instanceof AwsIotError)) throw error;
      if (error instanceof AwsIotRefused) this.clients.forget(target);
      logger.warn({ event: 'units.not-looked-for', target: target.name, units: units.length, detail: error.message });
      await this.units.postpone(target.name, units, error.message, error.code);
    }
  }

  /** One after the other: those that are done stay done when AWS goes away. What goes wrong with one unit, foreseen or not, holds up no other. */
  private async change(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    for (const unit of units) {
      try {
        const waits = await this.changes.make(target, unit);
        if (waits !== null) await this.units.postpone(target.name, [unit], waits, null);
      } catch (error) {
        const isUnexpected = !(error instanceof AwsIotError);
        // AWS registers nothing of a CA that is INACTIVE, not even as REVOKED; what else is due does not wait for that, nor for a canary that may not be removed.
        const isOfThisOne = isUnexpected || isOfOneUnit(error) || (unit.canary && error instanceof AwsIotRefused);
        if (this.clients.signal.aborted || !isOfThisOne) throw error;
        if (isUnexpected) logger.error({ event: 'unit.not-changed', target: target.name, unit: unit.serial, desired: unit.desired, error });
        await this.units.postpone(target.name, [unit], isUnexpected ? UNEXPECTED : error.message, isUnexpected ? null : error.code);
      }
    }
  }
}
