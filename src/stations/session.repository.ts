import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { textArray } from '../platform/database/arrays.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { stationConnected, stationNotFound } from './station.errors.js';

/** What a program says of itself when it begins to work as a station. */
export interface Announced {
  software: string;
  version: string;
  /** Who it is over its restarts; without one, its address says that. */
  installation: string | null;
  fixture: string | null;
  slots: string[] | null;
  address: string;
  /** How far the station's clock is ahead of ours. */
  clockAheadMs: number;
}

export interface StationSession extends Announced {
  id: string;
  station: string;
  beganAt: Date;
  seenAt: Date;
  /** It has called within the time that a station may be silent. */
  live: boolean;
  /** That time, in milliseconds. */
  silentMs: number;
}

/** A station, with the session that it had last. */
export interface SessionState {
  station: string;
  requireSession: boolean;
  session: Pick<StationSession, 'id' | 'address' | 'software' | 'version' | 'beganAt' | 'clockAheadMs' | 'live'> | null;
}

@Injectable()
export class SessionRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The station's one session. `present`: the id of the session in which the caller says this again, which goes on with what it says now.
   * @throws `station-already-connected` while another program is, from elsewhere, and has called within `silentMs`
   */
  async begin(actor: string, station: string, announced: Announced, present: string | undefined, silentMs: number): Promise<StationSession> {
    return this.db.transaction().execute(async (tx) => {
      const known = await tx.selectFrom('station').select('id').where('id', '=', station).forUpdate().executeTakeFirst();
      if (!known) throw stationNotFound(station);
      const before = await this.find(station, silentMs, tx);
      const goesOn = before !== undefined && before.id === present;
      if (before?.live && !goesOn && !isSame(before, announced)) throw stationConnected(before, before.silentMs);
      const id = goesOn ? before.id : randomUUID();
      const row = {
        id, installation: announced.installation, address: announced.address, software: announced.software, version: announced.version, fixture: announced.fixture, slots: announced.slots,
        clock_ahead_ms: announced.clockAheadMs, seen_at: sql<Date>`clock_timestamp()`, ...(goesOn ? {} : { began_at: sql<Date>`clock_timestamp()` }),
      };
      await tx.insertInto('station_session').values({ station_id: station, ...row }).onConflict((conflict) => conflict.column('station_id').doUpdateSet(row)).execute();
      if (!goesOn) {
        const { address, software, version, clockAheadMs } = announced;
        await this.audit.record(tx, actor, 'station.connected', `station:${station}`, { station, session: id, address, software, version, clockAheadMs, replaces: before?.id ?? null });
      }
      return (await this.find(station, silentMs, tx))!;
    });
  }

  async find(station: string, silentMs: number, ledger: Ledger = this.db): Promise<StationSession | undefined> {
    return ledger
      .selectFrom('station_session')
      .select([
        'id', 'station_id as station', 'installation', 'address', 'software', 'version', 'fixture', 'slots', 'clock_ahead_ms as clockAheadMs', 'began_at as beganAt', 'seen_at as seenAt', isLive(silentMs).as('live'), silence(silentMs).as('silentMs'),
      ])
      .where('station_id', '=', station)
      .executeTakeFirst();
  }

  /** All stations, some hundreds. */
  async states(silentMs: number, station?: string): Promise<SessionState[]> {
    let rows = this.db
      .selectFrom('station')
      .leftJoin('station_session', 'station_session.station_id', 'station.id')
      .select(['station.id as station', 'require_session as requireSession', 'station_session.id as session', 'address', 'software', 'version', 'began_at as beganAt', 'clock_ahead_ms as clockAheadMs', isLive(silentMs).as('live')]);
    if (station !== undefined) rows = rows.where('station.id', '=', station);
    return (await rows.execute()).map(({ station: id, requireSession, session, address, software, version, beganAt, clockAheadMs, live }) => ({
      station: id, requireSession, session: session === null ? null : { id: session, address: address!, software: software!, version: version!, beganAt: beganAt!, clockAheadMs: clockAheadMs!, live: live === true },
    }));
  }

  /** These sessions have called just now. */
  async seen(ids: readonly string[]): Promise<void> {
    await sql`update station_session set seen_at = clock_timestamp() from unnest(${textArray([...ids])}::text[]) as called (id) where station_session.id = called.id`.execute(this.db);
  }

  async requireSession(tx: Ledger, actor: string, station: string, required: boolean): Promise<void> {
    const changed = await tx.updateTable('station').set({ require_session: required }).where('id', '=', station).where('require_session', '<>', required).returning('id').executeTakeFirst();
    if (changed) await this.audit.record(tx, actor, 'station.session-required', `station:${station}`, { station, required });
  }
}

/** So long may the station's program be silent, in milliseconds: two heartbeats of its line, or `silentMs` where that says nothing. */
const silence = (silentMs: number) => sql<number>`coalesce((select 2 * line.heartbeat_ms from line join station as s on s.line_id = line.id where s.id = station_session.station_id), ${silentMs})::integer`;
const isLive = (silentMs: number) => sql<boolean>`station_session.seen_at > clock_timestamp() - ${silence(silentMs)} * interval '1 millisecond'`;

/** A program that was started again, on the same machine. */
const isSame = (before: StationSession, now: Announced) => (before.installation !== null && now.installation !== null ? before.installation === now.installation : before.address === now.address);
