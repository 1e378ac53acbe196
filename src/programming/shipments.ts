import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { ErrorCode } from '../platform/errors/error-codes.js';
import { type Unit, UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { Passing } from './passing.js';
import { shipGateClosed, shippedUnitRefused } from './programming.errors.js';
import { ShipGates } from './ship-gates.js';

/** What a unit may be refused with. */
export const SHIP_REFUSALS = [
  'serial-unknown', 'unit-state', 'claimed-elsewhere', 'ship-gate', 'certificate-revoked', 'certificate-missing', 'voucher-missing', 'voucher-ended', 'claim-ended', 'may-not-issue', 'authority-compromised',
] as const satisfies readonly ErrorCode[];

/** Units of one list for which AWS is asked: one call or more for each, within the account's budget. */
const MOST_ASKED = 100;

/** A unit leaves the factory once it is known in AWS as far as its order wants. */
@Injectable()
export class Shipments {
  constructor(
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly gates: ShipGates,
    private readonly methods: ProvisioningMethods,
    private readonly passing: Passing,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /**
   * What is not known of the unit yet is asked of AWS first. The same again says what holds by then. Throws `ship-gate`, `unit-state`,
   * `serial-unknown`, and what the method says of a unit that can't connect: `certificate-revoked`, `certificate-missing`, `may-not-issue`.
   */
  async ship(actor: string, serial: string): Promise<{ serial: string; state: 'shipped' }> {
    await this.shipOne(actor, serial, null, () => true);
    return { serial, state: 'shipped' };
  }

  /** Shipments of one list, with the reference that stands on record with each. AWS is asked for its first 100 units of which something is not known. */
  batch(actor: string, reference: string | null): { ship(serial: string): Promise<{ state: 'shipped'; already: boolean }> } {
    let asked = 0;
    return { ship: async (serial) => ({ state: 'shipped', already: await this.shipOne(actor, serial, reference, () => asked++ < MOST_ASKED) }) };
  }

  /** Answers whether it was shipped already. `mayAsk`: whether AWS may be asked for it. */
  private async shipOne(actor: string, serial: string, reference: string | null, mayAsk: () => boolean): Promise<boolean> {
    const found = await this.units.getBySerial(serial);
    const { workOrderId, state } = found;
    if (state === 'shipped') return this.wasShipped(this.db, found);
    const { shipGate, method, targets } = await this.orders.getTerms(workOrderId);
    // Of a unit that has not passed, the state is told and not the gate.
    const lacking = state === 'passed' ? await this.gates.lacking(serial, { shipGate, targets }, mayAsk) : [];
    if (lacking.length > 0) throw shipGateClosed(serial, shipGate, lacking);
    return this.db.transaction().execute(async (tx) => {
      const unit = await this.units.lock(tx, serial);
      // Somebody has shipped it meanwhile.
      if (unit.state === 'shipped') return this.wasShipped(tx, unit);
      await this.units.advance(tx, unit.id, 'shipped');
      const refusal = await this.methods.get(method).mayPass(tx, unit.id);
      // A unit that each target knows connects without its authority.
      if (refusal && (refusal.code !== 'may-not-issue' || (await this.gates.failing(serial, 'registered', targets)).length > 0)) throw refusal;
      await this.audit.record(tx, actor, 'unit.shipped', `unit:${serial}`, { serial, shipGate, reference });
      return false;
    });
  }

  /** Throws what holds of it since, where only a rework would help a unit that is here. */
  private async wasShipped(ledger: Ledger, { id, serial, state, workOrderId }: Unit): Promise<true> {
    const refusal = await this.passing.refusalOfGood({ unitId: id, unitState: state, workOrderId }, ledger);
    if (refusal) throw shippedUnitRefused(serial, refusal);
    return true;
  }
}
