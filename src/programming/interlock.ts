import { Injectable } from '@nestjs/common';
import { type Station, StationRepository } from '../stations/station.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { Job } from './job.repository.js';
import { revisionMismatch, wrongLine, wrongOrder, wrongStep } from './programming.errors.js';

/** Stations that a refusal names, at most. */
const MOST_STATIONS = 10;

/** What was scanned, and what the station knows of it besides. */
export interface Board {
  serial: string;
  /** Of its hardware, as the station read it from the board. */
  revision?: string | undefined;
  /** The order for which the station is set up. */
  workOrder?: string | undefined;
}

/** Why a unit that was scanned is not for this station, whoever holds it. */
@Injectable()
export class Interlock {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly stations: StationRepository,
  ) {}

  /** Throws `wrong-line`, `wrong-order`, `revision-mismatch` or `wrong-step`. */
  async assertRight({ serial, line, step, workOrderId }: Job, station: Station, { revision, workOrder }: Board): Promise<void> {
    if (line !== station.line) throw wrongLine(serial, line);
    if (workOrder !== undefined && workOrder !== workOrderId) throw wrongOrder(serial, workOrderId, workOrder);
    const wanted = revision === undefined ? null : (await this.orders.getTerms(workOrderId)).revision;
    if (revision !== undefined && wanted !== null && revision !== wanted) throw revisionMismatch(serial, revision, wanted);
    if (station.steps.length > 0 && !station.steps.includes(step)) throw wrongStep(serial, step, await this.stations.doing(line, step, MOST_STATIONS));
  }
}
