import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { CreatedAt } from '../../platform/database/schema.js';

/**
 * `collecting`: units join it. `sealed`: its lines are fixed. `uploaded`: the file stands in the bucket. `starting`: AWS was or is asked to start the task, and has
 * not said its id yet. `running`: AWS works on it. `reporting`: the task has ended, its reports are read. `ended`: each line is accounted for.
 */
export type BulkState = 'collecting' | 'sealed' | 'uploaded' | 'starting' | 'running' | 'reporting' | 'ended';

export interface BulkRegistrationTable {
  id: GeneratedAlways<number>;
  target_name: string;
  /** Of template, bucket, folder and role: units with the same ones share files. */
  settings_hash: string;
  template: string;
  /** `aws`: its lines are CSRs (`bulk_csr`), which AWS signs. */
  signer: Generated<'hsm' | 'aws'>;
  bucket: string;
  /** Of the file; no other registration has it, by which a task of ours is known. */
  object_key: string;
  role_arn: string;
  /** A task with one line that makes nothing: it shows whether AWS takes role, template and bucket. */
  trial: Generated<boolean>;
  state: BulkState;
  lines: Generated<number>;
  /** As AWS counts while the task runs, and as its reports say afterwards. */
  succeeded: Generated<number>;
  failed: Generated<number>;
  task_id: string | null;
  /** AWS's word. */
  task_status: string | null;
  percentage: Generated<number>;
  /** Id of a task of somebody else's that runs in the account. */
  waits_for: string | null;
  detail: string | null;
  /** Of the last failed round: AWS's name of the error, or Node's. */
  aws_error: string | null;
  /** Rounds in this state. */
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  created_at: CreatedAt;
  started_at: Date | null;
  ended_at: Date | null;
}

export interface BulkLineTable {
  bulk_registration_id: number;
  unit_id: number;
  certificate_id: string;
  /** From 1; null until the registration is sealed. */
  line: number | null;
  /** As AWS's reports say; null: they say nothing of it (yet). */
  outcome: 'succeeded' | 'failed' | null;
  error_code: string | null;
  reason: string | null;
}

/** A unit whose certificate AWS signs. */
export interface BulkCsrTable {
  unit_id: number;
  target_name: string;
  spki_sha256: Buffer;
  /** PEM. */
  csr: string;
  /** The file that it is or was in last. */
  bulk_registration_id: number | null;
  line: number | null;
  /** `refused`: it goes into another file at `next_attempt_at`. */
  state: Generated<'waiting' | 'sent' | 'signed' | 'refused'>;
  error_code: string | null;
  reason: string | null;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
}

declare module '../../platform/database/schema.js' {
  interface Schema {
    bulk_registration: BulkRegistrationTable;
    bulk_line: BulkLineTable;
    bulk_csr: BulkCsrTable;
  }
}
