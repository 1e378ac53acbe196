import { Injectable } from '@nestjs/common';
import { type Station, StationRepository } from '../stations/station.repository.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { ProductRepository } from '../work-orders/product.repository.js';
import { canonicalSerial, faultOf } from '../work-orders/serial-rules.js';
import { serialMalformed } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { Job } from './job.repository.js';
import { revisionMismatch, scansDiffer, secondScanNeeded, wrongLine, wrongOrder, wrongStep } from './programming.errors.js';

/** Stations that a refusal names, at most. */
const MOST_STATIONS = 10;

/** What was scanned, and what the station knows of it besides. */
export interface Board {
  serial: string;
  /** Of its hardware, as the station read it from the board. */
  revision?: string | undefined;
  /** The order for which the station is set up. */
  workOrder?: string | undefined;
  /** Its serial as it was read once more. */
  confirm?: string | undefined;
}

/** Why a unit that was scanned is not for this station, whoever holds it. */
@Injectable()
export class Interlock {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly stations: StationRepository,
    private readonly products: ProductRepository,
  ) {}

  /** What was misread of a serial that no unit has; undefined where the serial could be one of the line's products. */
  async misread(scanned: string, { line }: Station): Promise<DomainError | undefined> {
    const faults = (await this.products.rulesOnLine(line)).map(({ serialRules }) => faultOf(canonicalSerial(scanned, serialRules), serialRules));
    const [first] = faults;
    return first !== undefined && faults.every((fault) => fault !== undefined) ? serialMalformed(scanned, first) : undefined;
  }

  /** Throws `wrong-line`, `wrong-order`, `revision-mismatch`, `second-scan-needed`, `scans-differ` or `wrong-step`. */
  async assertRight({ serial, line, step, workOrderId }: Job, station: Station, { revision, workOrder, confirm }: Board): Promise<void> {
    if (line !== station.line) throw wrongLine(serial, line);
    if (workOrder !== undefined && workOrder !== workOrderId) throw wrongOrder(serial, workOrderId, workOrder);
    const { revision: wanted, serialRules } = await this.orders.getTerms(workOrderId);
    if (confirm === undefined && serialRules.doubleScan === true) throw secondScanNeeded(serial);
    if (confirm !== undefined && confirm.toUpperCase() !== serial.toUpperCase()) throw scansDiffer(serial, confirm);
    if (revision !== undefined && wanted !== null && revision !== wanted) throw revisionMismatch(serial, revision, wanted);
    if (station.steps.length > 0 && !station.steps.includes(step)) throw wrongStep(serial, step, await this.stations.doing(line, step, MOST_STATIONS));
  }
}
