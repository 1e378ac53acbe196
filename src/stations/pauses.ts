import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import type { KeepAnswer } from '../access/replays.js';
import { Clock } from '../platform/clock.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import { pausedThere, pauseUnknown, placeOf, slotUnknown } from './station.errors.js';
import { AssignedWork } from './assigned-work.js';
import { StationRepository } from './station.repository.js';
import type { CreatePause } from './station.schema.js';

/** A slot of a station of a line. */
export interface Place {
  line: string;
  station: string;
  slot: string;
}

/** Of the plant where line, station and slot are null. */
export interface Pause {
  id: string;
  line: string | null;
  station: string | null;
  slot: string | null;
  drain: boolean;
  reason: string;
  begunBy: string;
  since: Date;
  /** Null: when somebody ends it. */
  endsAt: Date | null;
  endedAt: Date | null;
  endedBy: string | null;
}

/** With what waits there for a station or slot alone. */
export type ShownPause = Pause & { assignedWork: { queue: string; jobs: number }[] };

const COLUMNS = [
  sql<string>`id::text`.as('id'), 'line_id as line', 'station_id as station', 'slot', 'drain', 'reason', 'begun_by as begunBy', 'since', 'ends_at as endsAt',
  sql<Date | null>`coalesce(ended_at, case when ends_at <= now() then ends_at end)`.as('endedAt'), 'ended_by as endedBy',
] as const;

/** How old what this process knows of pauses may be, in milliseconds. Its own changes it knows at once. */
const KNOWN_FOR_MS = 500;

/** Where nothing new begins for a time: the plant, lines, stations, slots. Units that are at a station are finished. */
@Injectable()
export class Pauses {
  private known: { pauses: Promise<Pause[]>; until: number } | undefined;

  constructor(
    private readonly stations: StationRepository,
    private readonly assigned: AssignedWork,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly db: Database,
  ) {}

  /** Throws `paused` or `slot-disabled` where nothing new begins at the slot. */
  async assertOpen(place: Place): Promise<void> {
    const [pause] = await this.at(place);
    if (pause) throw pausedThere(pause, this.clock.now());
  }

  /** Whether station programs are to end after the unit that they have. */
  async drains(place: Place): Promise<boolean> {
    return (await this.at(place)).some(({ drain }) => drain);
  }

  /** Those under way, or the last `limit` of all, the newest first. `before`: only those with a lower id. */
  async list({ all, limit, before }: { all: boolean; limit: number; before?: string | undefined }): Promise<Pause[]> {
    let rows = this.db.selectFrom('pause').select(COLUMNS).orderBy('pause.id', 'desc').limit(limit);
    if (!all) rows = rows.where('ended_at', 'is', null).where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', sql<Date>`now()`)]));
    if (before !== undefined) rows = rows.where('id', '<', Number(before));
    return rows.execute();
  }

  /** Those of which it is over have nothing that waits for their end. */
  async shown(pauses: readonly Pause[]): Promise<ShownPause[]> {
    const named = await this.assigned.named();
    return pauses.map((pause) => ({ ...pause, assignedWork: pause.endedAt === null ? named(pause) : [] }));
  }

  async show(id: string): Promise<ShownPause> {
    const [shown] = await this.shown([await this.get(id)]);
    return shown!;
  }

  private async get(id: string, ledger: Ledger = this.db): Promise<Pause> {
    const row = await ledger.selectFrom('pause').select(COLUMNS).where('id', '=', Number(id)).executeTakeFirst();
    if (!row) throw pauseUnknown(id);
    return row;
  }

  /** In the place of one that is under way there. Throws `line-unknown`, `station-unknown` or `slot-unknown`. */
  async begin(actor: string, { line, station, slot, drain, reason, minutes }: CreatePause, keepAnswer: KeepAnswer): Promise<ShownPause> {
    if (line !== undefined) await this.stations.getLine(line);
    if (station !== undefined && slot !== undefined && !(await this.stations.get(station)).slots.includes(slot)) throw slotUnknown(station, slot);
    if (station !== undefined) await this.stations.get(station);
    const place = { line: line ?? null, station: station ?? null, slot: slot ?? null };
    for (;;) {
      try {
        return await this.replace(actor, place, { drain, reason, minutes }, keepAnswer);
      } catch (error) {
        // Another one began there in the same moment, and is replaced like any other.
        if (violatedUnique(error) !== 'pause_one_of_a_kind') throw error;
      }
    }
  }

  /** Does nothing where it is over already. Throws `pause-unknown`. */
  async end(actor: string, id: string, keepAnswer: KeepAnswer): Promise<ShownPause> {
    await this.db.transaction().execute(async (tx) => {
      const ended = await tx.updateTable('pause').set({ ended_at: sql<Date>`now()`, ended_by: actor }).where('id', '=', Number(id)).where('ended_at', 'is', null).returning('id').executeTakeFirst();
      const pause = await this.get(id, tx);
      if (ended) await this.audit.record(tx, actor, 'pause.ended', subjectOf(pause), { pause: Number(id), of: placeOf(pause) });
      await keepAnswer(tx, { id });
    });
    this.known = undefined;
    return this.show(id);
  }

  private async replace(actor: string, place: Pick<Pause, 'line' | 'station' | 'slot'>, { drain, reason, minutes }: Pick<CreatePause, 'drain' | 'reason' | 'minutes'>, keepAnswer: KeepAnswer): Promise<ShownPause> {
    const id = await this.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('pause')
        .set({ ended_at: sql<Date>`least(now(), coalesce(ends_at, now()))`, ended_by: actor })
        .where('ended_at', 'is', null)
        .where(sql<boolean>`(line_id, station_id, slot) is not distinct from (${place.line}::text, ${place.station}::text, ${place.slot}::text)`)
        .execute();
      const made = await tx
        .insertInto('pause')
        .values({ line_id: place.line, station_id: place.station, slot: place.slot, drain, reason, begun_by: actor, ends_at: minutes === undefined ? null : sql<Date>`now() + ${minutes} * interval '1 minute'` })
        .returning(['id', 'ends_at'])
        .executeTakeFirstOrThrow();
      await this.audit.record(tx, actor, 'pause.begun', subjectOf(place), { pause: made.id, of: placeOf(place), drain, reason, endsAt: made.ends_at?.toISOString() ?? null });
      await keepAnswer(tx, { id: String(made.id) });
      return String(made.id);
    });
    this.known = undefined;
    return this.show(id);
  }

  /** Those under way of the place or of what it is part of, the widest first. Station and slot: null for what is of no one of them. */
  async at({ line, station, slot }: { line: string; station: string | null; slot: string | null }): Promise<Pause[]> {
    const now = this.clock.now();
    const there = (await this.underWay()).filter((pause) =>
      (pause.line === null || pause.line === line) &&
      (pause.station === null || pause.station === station) &&
      (pause.slot === null || pause.slot === slot) &&
      (pause.endsAt === null || pause.endsAt > now));
    return there.toSorted((a, b) => breadth(a) - breadth(b));
  }

  /** A station asks with each claim and heartbeat: once for all of half a second. */
  private underWay(): Promise<Pause[]> {
    if (this.known && this.known.until > performance.now()) return this.known.pauses;
    const pauses = this.list({ all: false, limit: MOST_UNDER_WAY });
    const known = { pauses, until: performance.now() + KNOWN_FOR_MS };
    this.known = known;
    pauses.catch(() => {
      if (this.known === known) this.known = undefined;
    });
    return pauses;
  }
}

/** A plant has no more slots than this. */
const MOST_UNDER_WAY = 10_000;

/** The widest is told first: it lasts whatever becomes of the others. */
const breadth = ({ line, station, slot }: Pause) => (slot === null ? 0 : 1) + (station === null ? 0 : 2) + (line === null ? 0 : 1);

const subjectOf = ({ line, station }: Pick<Pause, 'line' | 'station'>) => (station === null ? (line === null ? 'plant' : `line:${line}`) : `station:${station}`);
