import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
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
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** What is not known of the unit yet is asked of AWS first. The same again answers the same. Throws `ship-gate`, `unit-state`, `serial-unknown`. */
  async ship(actor: string, serial: string): Promise<{ serial: string; state: 'shipped' }> {
    const { workOrderId, state } = await this.units.getBySerial(serial);
    if (state === 'shipped') return { serial, state };
    const { shipGate } = await this.orders.getTerms(workOrderId);
    const lacking = await this.lacking(serial, shipGate);
    if (lacking.length > 0) throw shipGateClosed(serial, shipGate, lacking);
    await this.db.transaction().execute(async (tx) => {
      const unit = await this.units.lock(tx, serial);
      await this.units.advance(tx, unit.id, 'shipped');
      await this.audit.record(tx, actor, 'unit.shipped', `unit:${serial}`, { serial, shipGate });
    });
    return { serial, state: 'shipped' };
  }

  private async lacking(serial: string, gate: ShipGate): Promise<string[]> {
    if (gate === 'certified') return [];
    const before = await this.rows.ofUnit(serial);
    if (before.every((row) => passes(row, gate))) return [];
    await this.looks.checkNow(serial);
    return (await this.rows.ofUnit(serial)).filter((row) => !passes(row, gate)).map(({ target, detail }) => `${target}${detail === null ? '' : ` (${detail})`}`);
  }
}

function passes({ state, desired, connectedAt }: UnitRow, gate: ShipGate): boolean {
  return state === 'in-sync' && desired === 'ACTIVE' && (gate !== 'connected' || connectedAt !== null);
}
