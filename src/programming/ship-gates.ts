import { Injectable } from '@nestjs/common';
import { UnitLooks } from '../aws-iot/units/unit-looks.js';
import { UnitLookRepository, type UnitRow } from '../aws-iot/units/unit-looks.repository.js';
import type { WorkOrderTerms } from '../work-orders/work-order.repository.js';
import type { ShipGate } from '../work-orders/work-order.tables.js';

/** Whether AWS knows a unit as far as its order wants. */
@Injectable()
export class ShipGates {
  constructor(
    private readonly rows: UnitLookRepository,
    private readonly looks: UnitLooks,
  ) {}

  /** The targets in which it does not, with what is missing there. What is not known of the unit yet is asked of AWS first, if `mayAsk`. */
  async lacking(serial: string, { shipGate, targets }: Pick<WorkOrderTerms, 'shipGate' | 'targets'>, mayAsk: () => boolean): Promise<string[]> {
    const lacking = shipGate === 'certified' ? [] : await this.failing(serial, shipGate, targets);
    if (lacking.length === 0 || !mayAsk()) return lacking;
    await this.looks.checkUnit(serial, await this.rows.ofUnit(serial));
    return this.failing(serial, shipGate, targets);
  }

  /** Those of the targets in which the unit is not as the gate wants. Rows come from the log, so that a unit may have none yet. */
  async failing(serial: string, gate: ShipGate, targets: readonly string[]): Promise<string[]> {
    const rows = new Map((await this.rows.ofUnit(serial)).map((row) => [row.target, row]));
    return targets.filter((target) => !passes(rows.get(target), gate)).map((target) => `${target}${rows.get(target)?.detail ? ` (${rows.get(target)?.detail})` : ''}`);
  }
}

function passes(row: UnitRow | undefined, gate: ShipGate): boolean {
  return row?.state === 'in-sync' && row.desired === 'ACTIVE' && (gate !== 'connected' || row.connectedAt !== null);
}
