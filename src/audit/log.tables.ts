import type { ColumnType, Generated } from 'kysely';
import type {} from '../platform/database/schema.js';

/** Written by the function `record_leaves` only, and never changed. */
export interface LogLeafTable {
  seq: Generated<number>;
  at: Date;
  actor: string;
  event: string;
  subject: string;
  /** Canonical JSON (RFC 8785) of actor, at, event, facts, subject. */
  body: Buffer;
  /** RFC 6962 section 2.1. */
  leaf_hash: Buffer;
  /** Older than canonical leaves: its body was made once, at an upgrade. */
  made_canonical: Generated<boolean>;
}

/** The place of a committed leaf: dense, from 0, in the order in which leaves became visible. */
export interface LogIndexTable {
  index: number;
  seq: number;
}

export interface LogSequencerTable {
  id: Generated<number>;
  last_seq: number;
  next_index: number;
}

/** The next index that a reader has not read. */
export interface LogPositionTable {
  reader: string;
  next_index: number;
}

/** Its only row says which ledger this is. Written by the functions of `ledger.sql` only. */
export interface LedgerIdentityTable {
  id: Generated<number>;
  ledger: string;
  /** How often it was accepted after a restore. */
  epoch: number;
  /** Why nothing may be issued; `hold_reason` says it for people. */
  hold: 'older' | 'failover' | null;
  hold_reason: string | null;
  held_at: Date | null;
  /** The index that the next leaf was to get at that time. */
  held_from: number | null;
}

/** Written by the function `begin_epoch` only. */
export interface LedgerEpochTable {
  epoch: number;
  first_index: number;
  /** Numbers of revocation lists are not below it. */
  least_crl_number: number;
  began_at: ColumnType<Date, never, never>;
}

/** Leaves with an index, by event. */
export interface LogCountTable {
  event: string;
  leaves: number;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    log_leaf: LogLeafTable;
    log_index: LogIndexTable;
    log_count: LogCountTable;
    log_sequencer: LogSequencerTable;
    log_position: LogPositionTable;
    ledger_identity: LedgerIdentityTable;
    ledger_epoch: LedgerEpochTable;
  }
}
