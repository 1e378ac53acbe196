/** A leaf of the log, by which it is known again. */
export interface LogPoint {
  /** Its place in the log. */
  index: number;
  /** Its number in `log_leaf`, which it keeps although a failover may lose its place. */
  seq: number;
  /** RFC 6962 section 2.1, hex. */
  leafHash: string;
  /** When the point was taken, RFC 3339. */
  at: string;
}

/** What the ledger held once, kept outside of it, so that a ledger that was restored from a backup is known as such. */
export interface Checkpoint extends LogPoint {
  ledger: string;
  /** Of the ledger: how often it was accepted after a restore. */
  epoch: number;
  /** A point some ten seconds before: a ledger that still holds it has lost less than that. */
  earlier: LogPoint | null;
  /** The PostgreSQL cluster and its timeline, which grows by a failover. Null where it does not tell. */
  server: ServerMark | null;
}

export interface ServerMark {
  system: string;
  timeline: number;
}

/** The ledger as `LOOK` finds it. */
export interface LedgerView {
  ledger: string;
  epoch: number;
  hold: string | null;
  reason: string | null;
  lastIndex: number;
  lastSeq: number | null;
  lastHash: string | null;
  /** Of the leaves that the checkpoint names. */
  hash: string | null;
  earlierHash: string | null;
}

/**
 * `older`: leaves are missing that were in the ledger once. `failover`: of the last seconds only, after another server of the
 * same cluster took over. `other`: another ledger altogether. `superseded`: of a time before the ledger was last accepted.
 */
export type Verdict = 'current' | 'superseded' | 'older' | 'failover' | 'other';

/** $1 and $2: seq of the checkpoint's leaf and of the earlier one; null where there is none. */
export const LOOK = `
  select identity.ledger, identity.epoch, identity.hold, identity.hold_reason as reason,
    (sequencer.next_index - 1)::float8 as "lastIndex", place.seq::float8 as "lastSeq", encode(last.leaf_hash, 'hex') as "lastHash",
    (select encode(leaf_hash, 'hex') from log_leaf where seq = $1::bigint) as hash,
    (select encode(leaf_hash, 'hex') from log_leaf where seq = $2::bigint) as "earlierHash"
  from ledger_identity identity cross join log_sequencer sequencer
  left join log_index place on place.index = sequencer.next_index - 1
  left join log_leaf last on last.seq = place.seq`;

/** The arguments of `LOOK`. */
export const lookFor = (checkpoint: Checkpoint | undefined) => [checkpoint?.seq ?? null, checkpoint?.earlier?.seq ?? null];

/** Fails where the role may not ask, or where it is no PostgreSQL of that kind. */
export const SERVER = `
  select (select system_identifier::text from pg_control_system()) as system, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline`;

/** Compares what was kept with what `LOOK` found. */
export function judge(checkpoint: Checkpoint, view: LedgerView, server: ServerMark | null): Verdict {
  if (checkpoint.ledger !== view.ledger) return 'other';
  if (checkpoint.epoch <= view.epoch && view.hash === checkpoint.leafHash) return 'current';
  // Somebody accepted a ledger that lacks what was kept before.
  if (checkpoint.epoch < view.epoch) return 'superseded';
  const known = checkpoint.server;
  const tookOver = known !== null && server !== null && known.system === server.system && known.timeline < server.timeline;
  const hasEarlier = checkpoint.earlier !== null && view.earlierHash === checkpoint.earlier.leafHash;
  return tookOver && hasEarlier && checkpoint.epoch === view.epoch ? 'failover' : 'older';
}

/** For people: what shows that leaves are missing. */
export function describeLoss({ index, at }: LogPoint, { lastIndex }: LedgerView): string {
  const log = lastIndex < index ? `its log ends at index ${lastIndex}` : 'its log tells of something else from some index on';
  return `the ledger lacks what it held at ${at}: leaf ${index} is not in it, ${log}. Certificates may exist that it does not know`;
}
