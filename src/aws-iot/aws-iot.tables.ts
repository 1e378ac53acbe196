import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Method } from '../work-orders/work-order.tables.js';
import type { CreatedAt, Json, JsonObject } from '../platform/database/schema.js';
import type { CheckResult } from './targets/target-check.schema.js';

/** `removed`: of a registration whose authority was cancelled; of a certificate that AWS is never told to keep out, since its target is retired. */
export type SyncState = 'in-sync' | 'pending' | 'drifted' | 'failed' | 'removed';
/** The step of a canary that is gone from AWS: nothing of it stands in the account of the target, where `removed` alone may mean that it was given up. */
export const CANARY_GONE = 'canary-gone';
/** What a unit's certificate should be in a target; INACTIVE while the unit is quarantined, or where another one took its place. */
export type DesiredStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED';
/** `unverified`: its check has not passed since it was made, changed or resumed. Only a verified target is reconciled. */
export type TargetState = 'unverified' | 'verified' | 'paused' | 'retired';
/** `make`: something was not made yet. `keep-out`: the CA may not let devices in before AWS knows whom to keep out. `watch`: it is looked at again and again. */
export type RegistrationStep = 'make' | 'keep-out' | 'watch';
/** What becomes of a difference that a person made in AWS: it is shown, or made right. */
export type Ownership = 'report' | 'enforce';
export type CertificateMode = 'SNI_ONLY' | 'DEFAULT';

export interface TargetTable {
  name: string;
  account_id: string;
  region: string;
  mode: CertificateMode;
  /** Profile of the AWS shared credentials file; null: the SDK's default chain. */
  profile: string | null;
  /** Role to assume in the target account. */
  role_arn: string | null;
  /** What the role's trust policy asks for (`sts:ExternalId`). */
  external_id: string | null;
  /** Of the session in which the role is assumed (`aws:PrincipalTag`). */
  session_tags: ColumnType<Record<string, string>, string | undefined, string>;
  /** Role that AWS IoT assumes while it provisions (JITP). */
  provisioning_role_arn: string;
  /** Control plane address other than AWS's own: the sandbox. */
  control_endpoint: string | null;
  mqtt_host: string | null;
  /** PEM; null: AWS's own. */
  device_roots: ColumnType<string | null, string | null | undefined, string | null>;
  mqtt_port: Generated<number>;
  /** Host name of a custom domain, where devices connect instead of at `mqtt_host`. */
  device_endpoint: string | null;
  ownership: Generated<Ownership>;
  /** Of AWS's default quotas of calls a second. */
  quota_percent: Generated<number>;
  state: Generated<TargetState>;
  /** Why a person paused or retired it. */
  state_reason: string | null;
  check_result: JSONColumnType<CheckResult> | null;
  check_attempts: Generated<number>;
  /** The next check of an unverified target; the lease of whoever checks it. */
  check_due_at: ColumnType<Date, Date | undefined, Date>;
  created_at: CreatedAt;
}

export interface RegistrationTable {
  authority_id: string;
  target_name: string;
  /** What the CA does with first connections there. */
  method: Generated<Method>;
  /** Of the method; the same for all orders of the family in the target. */
  parameters: ColumnType<Record<string, Json>, string | undefined, string>;
  state: SyncState;
  desired: JsonObject;
  observed: JSONColumnType<Record<string, Json>> | null;
  ca_certificate_id: string | null;
  step: Generated<RegistrationStep>;
  detail: string | null;
  /** Since when it is in this state. */
  since: ColumnType<Date, Date | undefined, Date>;
  /** Of the last failed round: AWS's name of the error, or Node's. */
  aws_error: string | null;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  /** When the CA is next looked at alone, for a stop that somebody made. */
  next_stop_look_at: ColumnType<Date, Date | undefined, Date>;
  /** The beginning of the last look that showed that the CA lets devices in. */
  seen_open_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Where a stop was found: units that have passed since this time, perhaps unseen, are still to be named, those with a higher id than `named_until`. */
  naming_since: ColumnType<Date | null, Date | null | undefined, Date | null>;
  named_until: Generated<number>;
  /** The method under which the CA let devices in by itself, or was to; null where it never did. Those that came in are there for good. */
  let_in_as: ColumnType<Method | null, Method | null | undefined, Method | null>;
  /** When the newest certificates of the CA are looked through next. */
  next_sweep_at: ColumnType<Date, Date | undefined, Date>;
  /** The beginning of the last look that AWS answered. */
  seen_at: ColumnType<Date, Date | undefined, Date>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

export interface UnitTargetTable {
  unit_id: number;
  target_name: string;
  certificate_id: string;
  /** Of a successor: the certificate (its id) whose Thing and policies it takes over in the target. Null where the method brings it there. */
  succeeds: string | null;
  /** What the certificate should be in the target. */
  desired: Generated<DesiredStatus>;
  method: Generated<Method>;
  /** Of the method's own steps, the one that is due. */
  step: Generated<string>;
  /** What the method keeps between two rounds. */
  progress: ColumnType<Record<string, Json>, string | undefined, string>;
  state: SyncState;
  detail: string | null;
  /** AWS's name of the error for which it waits, or Node's code of a network failure. */
  aws_error: ColumnType<string | null, string | null | undefined, string | null>;
  attempts: Generated<number>;
  /** Grows with each claim and whenever the row is made due: a worker that has read a smaller one changes nothing more. */
  claim: Generated<number>;
  /** Of what is in sync or drifted, the end of the lease of whoever looks at it. */
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  /** When AWS last answered for it. */
  observed_at: Date | null;
  /** When a stop of its CA was found that may have been made before the unit passed. */
  passed_unseen_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** No order of the unit's names the target: the row only keeps the device out, and goes when it need not be kept out any more. */
  beyond_order: Generated<boolean>;
  /** When AWS was last asked to activate the certificate; null where that was answered. */
  activating_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** When AWS was first seen to know of a connection of the device's. */
  connected_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** What a family's CAs do with first connections in a target, and the order that decided it. */
export interface FamilyTargetTable {
  family: string;
  target_name: string;
  method: Method;
  parameters: ColumnType<Record<string, Json>, string, string>;
  work_order_id: string;
}

/** Of a CA of ours, known to a target and not to the ledger. */
export interface UnknownCertificateTable {
  target_name: string;
  certificate_id: string;
  /** Null of a template's. */
  authority_id: string | null;
  /** Fleet template whose devices' policy it has; null of an authority's. */
  template_name: string | null;
  status: string;
  /** To which it is attached, where that is known. */
  thing_name: string | null;
  first_seen_at: ColumnType<Date, Date | undefined, never>;
  last_seen_at: ColumnType<Date, Date | undefined, Date>;
}

/** What must stand in a target before a unit is made, and what was seen there. */
export interface TargetResourceTable {
  target_name: string;
  /** `policy`, `template`, `ca-certificate`, … */
  kind: string;
  name: string;
  authority_id: string | null;
  method: string;
  desired: JsonObject;
  observed: JSONColumnType<Record<string, Json>> | null;
  /** What stood there when it was last as we want it; empty: it never was. */
  applied: ColumnType<Record<string, Json>, string | undefined, string>;
  /** Settings that a person has taken over, as he made them. */
  accepted: ColumnType<Record<string, Json>, string | undefined, string>;
  state: SyncState;
  detail: string | null;
  since: ColumnType<Date, Date | undefined, Date>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

/** The claim of an order whose devices ask AWS for their certificates themselves. */
export interface FleetClaimTable {
  work_order_id: string;
  target_name: string;
  /** `ending`: stations are given it no more; AWS is still to be told. */
  state: 'pending' | 'active' | 'ending' | 'ended';
  retire_after: 'date' | 'all-connected';
  expires_at: ColumnType<Date, Date, Date>;
  /** PEM, of its key. */
  csr: string | null;
  /** PKCS#8 (DER), sealed (`SealedSecrets`); gone once it has ended. */
  sealed_key: Buffer | null;
  certificate_id: string | null;
  /** Of claims that have ended, in whose place it is. */
  former_certificate_ids: Generated<string[]>;
  /** PEM. */
  certificate: string | null;
  reason: string | null;
  detail: string | null;
  aws_error: string | null;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  created_at: ColumnType<Date, Date | undefined, Date>;
  made_at: Date | null;
  ended_at: Date | null;
}

/** A Thing that stands in a target before its device comes, and keeps devices out. */
export interface HeldThingTable {
  unit_id: number;
  target_name: string;
  /** The one whose voucher is let in; null: none. */
  entitlement: string | null;
  /** Null until it stands there so. */
  held_at: ColumnType<Date | null, Date | undefined, Date>;
  /** Since when something is to be done about it; null while nothing is. */
  due_at: ColumnType<Date | null, Date | undefined, Date | null>;
}

/** A unit with a certificate of ours, and the targets that would learn of it by its first connection, which has not come. */
export interface UnmetUnitTable {
  unit_id: number;
  authority_id: string;
  method: Method;
  left_the_line: boolean;
  targets: string[];
}

/** How many rows of `unmet_unit` there are of each kind; under the target '' each unit counts once. */
export interface UnmetCountTable {
  authority_id: string;
  target_name: string;
  method: Method;
  left_the_line: boolean;
  units: number;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    target: TargetTable;
    registration: RegistrationTable;
    family_target: FamilyTargetTable;
    unknown_certificate: UnknownCertificateTable;
    target_resource: TargetResourceTable;
    unit_target: UnitTargetTable;
    unmet_unit: UnmetUnitTable;
    unmet_count: UnmetCountTable;
    fleet_claim: FleetClaimTable;
    held_thing: HeldThingTable;
  }
}
