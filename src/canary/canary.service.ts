import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import { CANARY_PREFIX } from '../work-orders/serial.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { CanaryRunner } from './canary-runner.js';
import { canaryNotOfMethod } from './canary.errors.js';
import { type Canary, type CanaryPlace, CanaryRepository } from './canary.repository.js';

/** A canary as the API shows it. */
export interface CanaryDescription extends Omit<Canary, 'id'> {
  /** It has ended, and nothing of it stands in any target. */
  removed: boolean;
  /** Where something of it may stand still. */
  left: { target: string; detail: string | null }[];
}

/** Asks for canaries, and tells how they went. */
@Injectable()
export class CanaryService {
  constructor(
    private readonly canaries: CanaryRepository,
    private readonly runner: CanaryRunner,
    private readonly orders: WorkOrderRepository,
    private readonly units: UnitRepository,
    private readonly methods: ProvisioningMethods,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** A canary that a worker takes through the order's method; the one that is under way, where there is one. Throws `canary-not-of-method`, `work-order-state` or `work-order-unknown`. */
  async begin(actor: string, id: string, over443: boolean, keepAnswer: KeepAnswer): Promise<CanaryDescription> {
    const insert = () => this.db.transaction().execute(async (tx) => {
      const canary = describe(await this.findOrInsert(tx, actor, id, over443), []);
      await keepAnswer(tx, canary);
      return canary;
    });
    const canary = await insert().catch((error: unknown) => {
      // Somebody else has asked for one at the same moment.
      if (violatedUnique(error) !== 'canary_one_open') throw error;
      return insert();
    });
    this.runner.wake();
    return canary;
  }

  /** The order's last one, or the one whose unit has this serial. Throws `canary-unknown`, or `work-order-unknown`. */
  async describe(order: string, serial?: string): Promise<CanaryDescription> {
    await this.orders.getTerms(order);
    const canary = await (serial === undefined ? this.canaries.getLast(order) : this.canaries.getBySerial(order, serial));
    return describe(canary, await this.canaries.places(canary.id));
  }

  private async findOrInsert(tx: Ledger, actor: string, id: string, over443: boolean): Promise<Canary> {
    const goesOn = await this.orders.goesOn(tx, id);
    const { method } = await this.orders.get(id, tx);
    if (!goesOn) throw await this.orders.refusalOfCanary(id, tx);
    if (this.methods.get(method).canaryTopics === undefined) throw canaryNotOfMethod(id, method);
    const last = await this.canaries.findLast(id, tx);
    if (last?.endedAt === null) return last;
    const serial = `${CANARY_PREFIX}${randomBytes(6).toString('hex')}`;
    const unitId = await this.units.insertCanary(tx, serial, id);
    await this.audit.record(tx, actor, 'canary.requested', `work-order:${id}`, { serial, order: id });
    return this.canaries.insert(tx, { serial, order: id, unitId, over443, actor });
  }
}

function describe({ id: _, ...canary }: Canary, places: readonly CanaryPlace[]): CanaryDescription {
  const left = places.filter(({ removed }) => !removed).map(({ target, detail }) => ({ target, detail }));
  // The log tells the targets of a certificate a moment after it was issued.
  const isKnown = canary.certificate === null || places.length > 0;
  return { ...canary, removed: canary.endedAt !== null && isKnown && left.length === 0, left };
}
