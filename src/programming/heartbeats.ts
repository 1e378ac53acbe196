import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Batcher } from '../platform/batcher.js';
import { Database, run } from '../platform/database/database.js';
import type { OrderWindow, UnitState, WorkOrderState } from '../work-orders/work-order.tables.js';
import type { Hold, Job } from './job.repository.js';

/** A station's word that it is at work on a job. */
export interface Beat extends Hold {
  jobId: number;
  station: string;
  phase?: string | undefined;
  /** From 0 to 1. */
  progress?: number | undefined;
}

/** A job whose lease was renewed, and where its order stands. */
export interface Kept extends Pick<Job, 'id' | 'unitId' | 'unitState' | 'workOrderId' | 'line' | 'station' | 'slot' | 'stepNumber' | 'attemptLeftMs'> {
  order: { state: WorkOrderState; window: OrderWindow };
  /** How long the lease lasts now, in milliseconds. */
  expiresInMs: number;
}

interface Row {
  beat: number;
  id: number;
  unit_id: number;
  unit_state: UnitState;
  work_order_id: string;
  line_id: string;
  station_id: string;
  slot: string;
  step_number: number;
  attempt_left_ms: number | null;
  order_state: WorkOrderState;
  order_window: OrderWindow;
  expires_in_ms: number;
}

/** No station waits for the answer to a heartbeat, and 300 stations send one every 4 ms: what comes within so long is one statement. */
const GATHER_MS = 20;

const KEEP = 'select * from keep_leases($1::jsonb, $2)';

/** Heartbeats are most of what stations ask: those in flight together are one statement (`keep_leases` in `jobs.sql`). */
@Injectable()
export class Heartbeats {
  private readonly batcher = new Batcher((beats: Beat[]) => this.keep(beats), { lanes: 2, most: 256, gatherMs: GATHER_MS });

  constructor(
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Renews the lease. Undefined where the station does not hold the job, and also where another statement is at work on it. */
  submit(beat: Beat): Promise<Kept | undefined> {
    return this.batcher.submit(beat);
  }

  private async keep(beats: readonly Beat[]): Promise<(Kept | undefined)[]> {
    const asked = beats.map(({ jobId, station, fence, asOf, phase, progress }, beat) => ({ beat, job: jobId, station, fence, as_of: asOf, phase, progress }));
    const rows = await run<Row>(this.db, KEEP, [JSON.stringify(asked), this.config.LEASE_MS]);
    const kept = new Map(rows.map((row) => [row.beat, row]));
    return beats.map((_, beat) => keptOf(kept.get(beat)));
  }
}

function keptOf(row: Row | undefined): Kept | undefined {
  return row && {
    id: row.id, unitId: row.unit_id, unitState: row.unit_state, workOrderId: row.work_order_id, line: row.line_id, station: row.station_id, slot: row.slot, stepNumber: row.step_number,
    attemptLeftMs: row.attempt_left_ms, order: { state: row.order_state, window: row.order_window }, expiresInMs: row.expires_in_ms,
  };
}
