import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CreatedAt, Json, JsonObject } from '../platform/database/schema.js';

export type JobState = 'queued' | 'leased' | 'passed' | 'failed' | 'cancelled';
/** A job in one of these is over. */
export type EndState = Exclude<JobState, 'queued' | 'leased'>;
export type Outcome = 'PASS' | 'FAIL' | 'ERROR' | 'TIMEOUT' | 'ABORTED';

export interface JobTable {
  id: Generated<number>;
  unit_id: number;
  work_order_id: string;
  line_id: string;
  /** Name and number of its step in its order's route, counted from 1. */
  step: Generated<string>;
  step_number: Generated<number>;
  state: JobState;
  attempt: Generated<number>;
  /** Attempts that ended with FAIL. */
  fails: Generated<number>;
  /** When the present attempt has taken as long as its step allows. */
  attempt_ends_at: Date | null;
  station_id: string | null;
  slot: string | null;
  phase: string | null;
  progress: number | null;
  checkpoint: JSONColumnType<Record<string, Json>> | null;
  lapses: Generated<number>;
  errors: Generated<number>;
  /** The slot at which the unit was refused for good, and until when it gets other units. */
  refused_at_slot: string | null;
  refused_until: Date | null;
  /** The unit's job before, of which a rework or the end of a quarantine made this one. */
  follows: number | null;
  /** 0: next of all in its queue; within its order 1: a rework, 2: a retest that goes ahead, 3: any other. */
  precedence: Generated<number>;
  /** Empty: whoever on the line asks; else the station, or the slot as `leaseHolder` names it, that alone gets it. */
  assigned_to: Generated<string>;
  /** Of a queued job: its unit has its certificate, or one is on its way; perhaps no more, where that came to nothing. */
  has_identity: Generated<boolean>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

/** Ended jobs by line and state, to be added up: several rows may tell of the same line and state. */
/** One row: when an api last saw the ledger in time, by the ledger's clock, in milliseconds since 1970; -1: never. */
export interface ApiSightingTable {
  id: Generated<number>;
  seen_ms: number;
}

export interface JobTallyTable {
  id: Generated<number>;
  line_id: string;
  step: Generated<string>;
  state: EndState;
  jobs: number;
}

export interface AttemptTable {
  job_id: number;
  number: number;
  unit_id: number;
  station_id: string;
  slot: string;
  fence: number;
  started_at: ColumnType<Date, Date | undefined, never>;
  ended_at: Date | null;
  outcome: Outcome | null;
  failure_code: string | null;
  failure_detail: string | null;
  /** As the station's own clock has it, RFC 3339. */
  station_started_at: string | null;
  station_ended_at: string | null;
  /** Of its row in `test_record`. */
  record_sha256: Buffer | null;
  attachments: JSONColumnType<NamedAttachment[]> | null;
}

/** A file as a result names it. `sha256`: hex, of what is in it. */
export interface NamedAttachment {
  name: string;
  sha256: string;
  mediaType: string;
}

/** A file that a station uploaded. */
export interface AttachmentTable {
  sha256: Buffer;
  bytes: number;
  station_id: string;
  uploaded_at: ColumnType<Date, never, Date>;
  /** A result or a late report names it. */
  is_named: boolean;
}

export interface AttachmentPartTable {
  sha256: Buffer;
  /** From 0 on. */
  number: number;
  content: Buffer;
}

export interface NamedAttachmentTable {
  sha256: Buffer;
  job_id: number;
}

/** What a station measured under one lease. `sha256` and `bytes` are of the JSON text. */
export interface TestRecordTable {
  job_id: number;
  fence: number;
  sha256: Buffer;
  bytes: number;
  record: JSONColumnType<Record<string, Json>>;
}

/** How deep a queue was. `queue`: as `queueName`; empty: all of them, which says that somebody looked. */
export interface QueueSampleTable {
  queue: string;
  at: Date;
  /** 1, or 15 for what was added up. */
  minutes: number;
  /** On average where it was added up. */
  jobs: number;
  most: number;
  oldest_seconds: number;
}

/** What a fenced-off caller still reported: kept as evidence, changes nothing. */
export interface LateReportTable {
  id: Generated<number>;
  job_id: number;
  fence: number;
  actor: string;
  report: JsonObject;
  /** Of its row in `test_record`. */
  record_sha256: Buffer | null;
  at: CreatedAt;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    job: JobTable;
    job_tally: JobTallyTable;
    api_sighting: ApiSightingTable;
    queue_sample: QueueSampleTable;
    attempt: AttemptTable;
    late_report: LateReportTable;
    test_record: TestRecordTable;
    attachment: AttachmentTable;
    attachment_part: AttachmentPartTable;
    named_attachment: NamedAttachmentTable;
  }
}
