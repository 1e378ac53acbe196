import type { ColumnType, Generated } from 'kysely';
import type { CreatedAt } from '../platform/database/schema.js';

export interface LineTable {
  id: string;
  name: string;
  /** How long a lease lasts, and how often a heartbeat is to come, in milliseconds; null: as the settings say. */
  lease_ms: ColumnType<number | null, number | null | undefined, number | null>;
  heartbeat_ms: ColumnType<number | null, number | null | undefined, number | null>;
  created_at: CreatedAt;
}

export interface StationTable {
  id: string;
  line_id: string;
  name: string;
  slots: ColumnType<string[], string[], string[]>;
  /** Its programs must begin a session. */
  require_session: Generated<boolean>;
  /** Steps of routes that it does; empty: every one. */
  steps: ColumnType<string[], string[] | undefined, string[]>;
  created_at: CreatedAt;
}

/** Of the plant where all of line, station and slot are null. A slot's names its station, a station's names no line. */
export interface PauseTable {
  id: Generated<number>;
  line_id: string | null;
  station_id: string | null;
  slot: string | null;
  drain: boolean;
  reason: string;
  begun_by: string;
  since: CreatedAt;
  /** Null: until somebody ends it. */
  ends_at: ColumnType<Date | null, Date | null, Date | null>;
  ended_at: ColumnType<Date | null, never, Date>;
  ended_by: ColumnType<string | null, never, string>;
}

/** The program that works as a station, or did so last. */
export interface StationSessionTable {
  station_id: string;
  id: string;
  installation: string | null;
  address: string;
  software: string;
  version: string;
  fixture: string | null;
  slots: ColumnType<string[] | null, string[] | null, string[] | null>;
  /** How far the station's clock was ahead of ours. */
  clock_ahead_ms: number;
  began_at: Generated<Date>;
  /** Of its last call, to within two seconds. */
  seen_at: Generated<Date>;
}

export interface EnrolmentTable {
  id: string;
  station_id: string;
  code_sha256: Buffer;
  /** `key:<id>` of who made it. */
  created_by: string;
  created_at: CreatedAt;
  expires_at: Date;
  used_at: Date | null;
  /** `keyIdentity` of the key that it was used for. */
  key_sha256: Buffer | null;
  /** Of the certificate that was made for it. */
  serial_number: string | null;
  cancelled_at: Date | null;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    line: LineTable;
    station: StationTable;
    pause: PauseTable;
    enrolment: EnrolmentTable;
    station_session: StationSessionTable;
  }
}
