import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CrlDueTable, CrlTable } from './crl-tables.js';

/** A JSON value as the ledger keeps it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

type CreatedAt = ColumnType<Date, Date | undefined, never>;
type JsonObject = JSONColumnType<Record<string, Json>>;

export type AuthorityState =
  | 'generated' | 'registered' | 'issuing' | 'retiring' | 'retired' | 'destroyed' | 'frozen' | 'compromised';
export type WorkOrderState = 'planned' | 'released' | 'held' | 'closed';
export type UnitState =
  | 'planned' | 'claimed' | 'reserved' | 'certified' | 'registered' | 'passed' | 'shipped'
  | 'failed' | 'quarantined' | 'scrapped' | 'reworking';
export type JobState = 'queued' | 'leased' | 'passed' | 'failed' | 'cancelled';
export type CertificateState = 'reserved' | 'valid' | 'revoked' | 'abandoned';
export type SyncState = 'in-sync' | 'pending' | 'drifted' | 'failed';
export type Method =
  | 'jitp' | 'jitr' | 'multi-account' | 'single-thing' | 'bulk' | 'fleet-claim' | 'fleet-trusted-user';
export type CertificateMode = 'SNI_ONLY' | 'DEFAULT';
export type Role = 'station' | 'issuer' | 'operator' | 'manager' | 'officer' | 'auditor' | 'admin';
export type Outcome = 'PASS' | 'FAIL' | 'ERROR' | 'TIMEOUT' | 'ABORTED';

export interface AuthorityTable {
  id: string;
  family: string;
  generation: number;
  common_name: string;
  key_type: string;
  key_label: string;
  key_id: string;
  key_attributes: JsonObject;
  hsm_token: JsonObject;
  certificate: Buffer;
  fingerprint: string;
  not_before: Date;
  not_after: Date;
  state: AuthorityState;
  created_at: CreatedAt;
  activated_at: Date | null;
}

export interface TargetTable {
  name: string;
  account_id: string;
  region: string;
  mode: CertificateMode;
  /** Profile of the AWS shared credentials file; null: the SDK's default chain. */
  profile: string | null;
  /** Role to assume in the target account. */
  role_arn: string | null;
  /** Role that AWS IoT assumes while it provisions (JITP). */
  provisioning_role_arn: string;
  /** Control plane address other than AWS's own: the sandbox. */
  control_endpoint: string | null;
  mqtt_host: string | null;
  mqtt_port: Generated<number>;
  created_at: CreatedAt;
}

export interface RegistrationTable {
  authority_id: string;
  target_name: string;
  state: SyncState;
  desired: JsonObject;
  observed: JSONColumnType<Record<string, Json>> | null;
  ca_certificate_id: string | null;
  detail: string | null;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

export interface LineTable {
  id: string;
  name: string;
  created_at: CreatedAt;
}

export interface StationTable {
  id: string;
  line_id: string;
  name: string;
  slots: ColumnType<string[], string[], string[]>;
  created_at: CreatedAt;
}

export interface WorkOrderTable {
  id: string;
  product: string;
  line_id: string;
  profile: string;
  method: Method;
  authority_family: string;
  quantity: number;
  overage: number;
  certificates_reserved: Generated<number>;
  state: WorkOrderState;
  created_at: CreatedAt;
  released_at: Date | null;
}

export interface WorkOrderTargetTable {
  work_order_id: string;
  target_name: string;
}

export interface UnitTable {
  id: Generated<number>;
  serial: string;
  work_order_id: string;
  state: UnitState;
  fence: Generated<number>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

export interface JobTable {
  id: Generated<number>;
  unit_id: number;
  work_order_id: string;
  line_id: string;
  state: JobState;
  attempt: Generated<number>;
  station_id: string | null;
  slot: string | null;
  lease_fence: number | null;
  lease_expires_at: Date | null;
  phase: string | null;
  progress: number | null;
  checkpoint: JSONColumnType<Record<string, Json>> | null;
  updated_at: ColumnType<Date, Date | undefined, Date>;
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
  record: JSONColumnType<Record<string, Json>> | null;
}

/** What a fenced-off caller still reported: kept as evidence, changes nothing. */
export interface LateReportTable {
  id: Generated<number>;
  job_id: number;
  fence: number;
  actor: string;
  report: JsonObject;
  at: CreatedAt;
}

export interface CertificateTable {
  serial_number: string;
  unit_id: number;
  work_order_id: string;
  authority_id: string;
  profile: string;
  state: CertificateState;
  spki_sha256: Buffer;
  /** The intent: exact bytes handed to the HSM; dropped once they stand in `der`. */
  tbs: Buffer | null;
  tbs_sha256: Buffer;
  der: Buffer | null;
  fingerprint: string | null;
  not_before: Date;
  not_after: Date;
  reserved_at: ColumnType<Date, Date | undefined, never>;
  /** Number of the process that holds the reservation; see `instance.ts`. */
  reserved_by: number;
  completed_at: Date | null;
  revoked_at: Date | null;
  /** A name of RFC 5280 section 5.3.1. */
  revocation_reason: string | null;
  /** Its element of revokedCertificates, DER. */
  crl_entry: Buffer | null;
}

export interface UnitTargetTable {
  unit_id: number;
  target_name: string;
  certificate_id: string;
  /** What the certificate should be in the target. */
  desired: Generated<'ACTIVE' | 'REVOKED'>;
  state: SyncState;
  detail: string | null;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  observed_at: Date | null;
}

export interface AuditLeafTable {
  seq: Generated<number>;
  at: CreatedAt;
  actor: string;
  event: string;
  subject: string;
  data: JsonObject;
}

export interface ApiKeyTable {
  id: string;
  role: Role;
  name: string;
  station_id: string | null;
  secret_sha256: Buffer;
  created_at: CreatedAt;
  revoked_at: Date | null;
}

export interface IdempotencyTable {
  caller: string;
  key: string;
  request_sha256: Buffer;
  status: number | null;
  body: JSONColumnType<Record<string, Json>> | null;
  held_by: number;
  created_at: CreatedAt;
}

export interface Schema {
  authority: AuthorityTable;
  target: TargetTable;
  registration: RegistrationTable;
  line: LineTable;
  station: StationTable;
  work_order: WorkOrderTable;
  work_order_target: WorkOrderTargetTable;
  unit: UnitTable;
  job: JobTable;
  attempt: AttemptTable;
  late_report: LateReportTable;
  certificate: CertificateTable;
  crl: CrlTable;
  crl_due: CrlDueTable;
  unit_target: UnitTargetTable;
  audit_leaf: AuditLeafTable;
  api_key: ApiKeyTable;
  idempotency: IdempotencyTable;
}
