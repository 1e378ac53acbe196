import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { differing } from '../platform/differing.js';
import { Database } from '../platform/database/database.js';
import { violatedReference } from '../platform/database/pg-errors.js';
import { lineExists, lineNotFound, stationExists, stationNotFound } from './station.errors.js';
import type { ChangeLine, ChangeStation, CreateLine, CreateStation } from './station.schema.js';

export interface Station {
  id: string;
  line: string;
  name: string;
  slots: string[];
  /** Of routes, those that it does; empty: every one. */
  steps: string[];
}

export interface Line {
  id: string;
  name: string;
  /** How long a lease lasts there, in milliseconds; null: as the settings say. */
  leaseMs: number | null;
  /** How often a heartbeat is to come, the same. */
  heartbeatMs: number | null;
}

const LINE = ['id', 'name', 'lease_ms as leaseMs', 'heartbeat_ms as heartbeatMs'] as const;
const COLUMNS = ['id', 'line_id as line', 'name', 'slots', 'steps'] as const;

@Injectable()
export class StationRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  async get(id: string): Promise<Station> {
    const row = await this.db.selectFrom('station').select(COLUMNS).where('id', '=', id).executeTakeFirst();
    if (!row) throw stationNotFound(id);
    return row;
  }

  list(limit: number, after?: string): Promise<Station[]> {
    let rows = this.db.selectFrom('station').select(COLUMNS).orderBy('id').limit(limit);
    if (after !== undefined) rows = rows.where('id', '>', after);
    return rows.execute();
  }

  /** All of them, or `limit` of those after the line `after`. */
  lines(limit?: number, after?: string): Promise<Line[]> {
    let rows = this.db.selectFrom('line').select(LINE).orderBy('id');
    if (limit !== undefined) rows = rows.limit(limit);
    if (after !== undefined) rows = rows.where('id', '>', after);
    return rows.execute();
  }

  /** Throws `line-unknown`. */
  async getLine(id: string): Promise<Line> {
    const row = await this.db.selectFrom('line').select(LINE).where('id', '=', id).executeTakeFirst();
    if (!row) throw lineNotFound(id);
    return row;
  }

  /** A line that exists is answered as it is kept. Throws `line-exists` where that is not what is asked. */
  async addLine(actor: string, line: CreateLine): Promise<Line> {
    const { id, name = id, leaseMs = null, heartbeatMs = null } = line;
    await this.db.transaction().execute(async (tx) => {
      const added = await tx
        .insertInto('line')
        .values({ id, name, lease_ms: leaseMs, heartbeat_ms: heartbeatMs })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (added) await this.audit.record(tx, actor, 'line.created', `line:${id}`, { id, ...(leaseMs !== null && { leaseMs }), ...(heartbeatMs !== null && { heartbeatMs }) });
    });
    const present = await this.getLine(id);
    const differs = differing(present, line);
    if (differs.length > 0) throw lineExists(id, differs);
    return present;
  }

  /** `check` throws where what it is to be does not fit together. Throws `line-unknown`. */
  async changeLine(actor: string, id: string, { name, leaseMs, heartbeatMs }: ChangeLine, check: (line: Line) => void, keepAnswer: KeepAnswer): Promise<Line> {
    await this.db.transaction().execute(async (tx) => {
      const changed = await tx
        .updateTable('line')
        .set({ ...(name !== undefined && { name }), ...(leaseMs !== undefined && { lease_ms: leaseMs }), ...(heartbeatMs !== undefined && { heartbeat_ms: heartbeatMs }) })
        .where('id', '=', id)
        .returning(LINE)
        .executeTakeFirst();
      if (!changed) throw lineNotFound(id);
      check(changed);
      await this.audit.record(tx, actor, 'line.changed', `line:${id}`, { ...changed });
      await keepAnswer(tx, { id });
    });
    return this.getLine(id);
  }

  /** Stations of the line that do this step, by name; at most so many. */
  async doing(line: string, step: string, limit: number): Promise<string[]> {
    const rows = await this.db.selectFrom('station').select('id').where('line_id', '=', line).where(sql<boolean>`(steps = '{}' or ${step} = any(steps))`).orderBy('id').limit(limit).execute();
    return rows.map(({ id }) => id);
  }

  /** Throws `station-unknown`. */
  async change(actor: string, id: string, { name, steps }: ChangeStation, keepAnswer: KeepAnswer): Promise<Station> {
    await this.db.transaction().execute(async (tx) => {
      const changed = await tx
        .updateTable('station')
        .set({ ...(name !== undefined && { name }), ...(steps !== undefined && { steps }) })
        .where('id', '=', id)
        .returning(['name', 'steps'])
        .executeTakeFirst();
      if (!changed) throw stationNotFound(id);
      await this.audit.record(tx, actor, 'station.changed', `station:${id}`, { id, ...changed });
      await keepAnswer(tx, { id });
    });
    return this.get(id);
  }

  /** The same station again answers the same. Throws `line-unknown`, or `station-exists` where it is kept otherwise. */
  async addStation(actor: string, station: CreateStation): Promise<Station> {
    const { id, line, slots, steps = [], name = id } = station;
    try {
      await this.db.transaction().execute(async (tx) => {
        const added = await tx
          .insertInto('station')
          .values({ id, line_id: line, name, slots, steps })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst();
        if (added) await this.audit.record(tx, actor, 'station.created', `station:${id}`, { id, line, slots, steps });
      });
    } catch (error) {
      if (violatedReference(error) !== undefined) throw lineNotFound(line);
      throw error;
    }
    const present = await this.get(id);
    const differs = differing(present, station);
    if (differs.length > 0) throw stationExists(id, differs);
    return present;
  }
}
