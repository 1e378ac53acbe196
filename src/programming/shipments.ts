import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { UnitLooks } from '../aws-iot/units/unit-looks.js';
import { UnitLookRepository, type UnitRow } from '../aws-iot/units/unit-looks.repository.js';
import { Database } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { ShipGate } from '../work-orders/work-order.tables.js';
import { shipGateClosed } from './programming.errors.js';

/** A unit leaves the factory once it is known in AWS as far as its order wants. */
@Injectable()
export class Shipments {
  constructor(
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly rows: UnitLookRepository,
    private readonly looks: UnitLooks,
    private readonly methods: ProvisioningMethods,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /**
   * What is not known of the unit yet is asked of AWS first. The same again answers the same. Throws `ship-gate`, `unit-state`,
   * `serial-unknown`, and what the method says of a unit that can't connect: `certificate-revoked`, `certificate-missing`, `may-not-issue`.
   */
  async ship(actor: string, serial: string): Promise<{ serial: string; state: 'shipped' }> {
    const { workOrderId, state } = await this.units.getBySerial(serial);
    if (state === 'shipped') return { serial, state };
    const { shipGate, method, targets } = await this.orders.getTerms(workOrderId);
    // Of a unit that has not passed, the state is told and not the gate.
    const lacking = state === 'passed' ? await this.lacking(serial, shipGate, targets) : [];
    if (lacking.length > 0) throw shipGateClosed(serial, shipGate, lacking);
    await this.db.transaction().execute(async (tx) => {
      const unit = await this.units.lock(tx, serial);
      await this.units.advance(tx, unit.id, 'shipped');
      const refusal = await this.methods.get(method).mayPass(tx, unit.id);
      // A unit that each target knows connects without its authority.
      if (refusal && (refusal.code !== 'may-not-issue' || (await this.failing(serial, 'registered', targets)).length > 0)) throw refusal;
      await this.audit.record(tx, actor, 'unit.shipped', `unit:${serial}`, { serial, shipGate });
    });
    return { serial, state: 'shipped' };
  }

  private async lacking(serial: string, gate: ShipGate, targets: readonly string[]): Promise<string[]> {
    if (gate === 'certified' || (await this.failing(serial, gate, targets)).length === 0) return [];
    await this.looks.checkUnit(serial, await this.rows.ofUnit(serial));
    return this.failing(serial, gate, targets);
  }

  /** Those of the targets in which the unit is not as the gate wants. Rows come from the log, so that a unit may have none yet. */
  private async failing(serial: string, gate: ShipGate, targets: readonly string[]): Promise<string[]> {
    const rows = new Map((await this.rows.ofUnit(serial)).map((row) => [row.target, row]));
    return targets.filter((target) => !passes(rows.get(target), gate)).map((target) => `${target}${rows.get(target)?.detail ? ` (${rows.get(target)?.detail})` : ''}`);
  }
}

function passes(row: UnitRow | undefined, gate: ShipGate): boolean {
  return row?.state === 'in-sync' && row.desired === 'ACTIVE' && (gate !== 'connected' || row.connectedAt !== null);
}
