import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { type Unit, UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { jobName } from './job.schema.js';
import { Passing } from './passing.js';
import { onlyReworkHelps } from './programming.errors.js';
import { UnitJobs } from './unit-jobs.js';

/** A supervisor's word on one unit. */
export interface Decision {
  actor: string;
  serial: string;
  reason: string | null;
  keepAnswer: KeepAnswer;
}

/** What became of it. `certificate`: fingerprint of the one that the unit had. `job`: the one that waits for a station now. */
export interface Decided {
  serial: string;
  state: UnitState;
  certificate: string | null;
  job: string | null;
}

/** In these states a unit needs a job. */
const TO_BE_WORKED_ON: ReadonlySet<UnitState> = new Set<UnitState>(['planned', 'reworking', 'certified']);

/**
 * What a supervisor decides on a unit that no station holds: rework, scrap, quarantine, release. Each is one transaction, on record.
 * Job first, then unit, certificate, order: the order of locking that all changes of a unit share.
 */
@Injectable()
export class UnitDecisions {
  constructor(
    private readonly units: UnitRepository,
    private readonly jobs: UnitJobs,
    private readonly orders: WorkOrderRepository,
    private readonly revocation: RevocationService,
    private readonly passing: Passing,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /**
   * The unit begins anew: its certificate is revoked, and a job that follows its last one waits for a station, where it may bring
   * another key. The order gets back what the certificate took of its quota. `isKeyLost`: somebody else may have the device's key.
   */
  async rework(decision: Decision, isKeyLost: boolean): Promise<Decided> {
    const { actor, serial, reason } = decision;
    return this.decide(decision, async (tx, unit) => {
      await this.units.advance(tx, unit.id, 'reworking');
      const certificate = await this.revocation.revokeOfUnit(tx, actor, unit, isKeyLost ? 'keyCompromise' : 'superseded');
      const counted = await this.revocation.countAsReworked(tx, unit.id);
      const { id: job, follows } = await this.jobs.insertNext(tx, unit, { goesOn: false });
      if (counted > 0) await this.orders.giveQuotaBack(tx, unit.workOrderId, counted);
      await this.audit.record(tx, actor, 'unit.reworked', `unit:${serial}`, { serial, from: unit.state, job, follows, certificate, reason });
      return { serial, state: 'reworking', certificate, job: jobName(job) };
    });
  }

  /** The unit is destroyed, for good. Its certificate is revoked, and what it took of the quota stays taken. */
  async scrap(decision: Decision): Promise<Decided> {
    const { actor, serial, reason } = decision;
    return this.decide(decision, async (tx, unit) => {
      await this.units.advance(tx, unit.id, 'scrapped');
      const certificate = await this.revocation.revokeOfUnit(tx, actor, unit, 'cessationOfOperation');
      await this.audit.record(tx, actor, 'unit.scrapped', `unit:${serial}`, { serial, from: unit.state, certificate, reason });
      return { serial, state: 'scrapped', certificate, job: null };
    });
  }

  /** The unit is set aside until somebody decides. Its certificate stays valid; each target is told to let it in no more. */
  async quarantine(decision: Decision): Promise<Decided> {
    const { actor, serial, reason } = decision;
    return this.decide(decision, async (tx, unit) => {
      await this.units.quarantine(tx, unit.id);
      const certificate = await this.revocation.fingerprintOf(tx, unit.id);
      await this.audit.record(tx, actor, 'unit.quarantined', `unit:${serial}`, { serial, from: unit.state, certificate, reason });
      return { serial, state: 'quarantined', certificate, job: null };
    });
  }

  /** The quarantine is over: the unit is as before, with a job if it has still to be worked on. Throws `certificate-revoked` or `authority-compromised` where only a rework makes it good. */
  async release(decision: Decision): Promise<Decided> {
    const { actor, serial, reason } = decision;
    return this.decide(decision, async (tx, unit) => {
      const to = await this.units.endQuarantine(tx, unit);
      const refusal = await this.passing.refusalOfGood({ unitId: unit.id, unitState: to, workOrderId: unit.workOrderId }, tx);
      if (refusal) throw onlyReworkHelps(serial, refusal);
      const next = TO_BE_WORKED_ON.has(to) ? await this.jobs.insertNext(tx, unit, { goesOn: true }) : undefined;
      const certificate = await this.revocation.fingerprintOf(tx, unit.id);
      await this.audit.record(tx, actor, 'unit.released', `unit:${serial}`, { serial, to, job: next?.id ?? null, certificate, reason });
      return { serial, state: to, certificate, job: next ? jobName(next.id) : null };
    });
  }

  /** With the unit locked and its job over. A unit that a station holds refuses each of these changes. */
  private async decide({ serial, keepAnswer }: Decision, change: (tx: Ledger, unit: Unit) => Promise<Decided>): Promise<Decided> {
    await this.jobs.takeBackExpired(serial);
    return this.db.transaction().execute(async (tx) => {
      await this.jobs.cancelOpen(tx, serial);
      const decided = await change(tx, await this.units.lock(tx, serial));
      await keepAnswer(tx, decided);
      return decided;
    });
  }
}
