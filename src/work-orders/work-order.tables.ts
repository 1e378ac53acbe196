import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CreatedAt, Json } from '../platform/database/schema.js';
import type { FailureCode, Route } from './route.js';
import type { SerialRules } from './serial-rules.js';

export type WorkOrderState = 'planned' | 'released' | 'held' | 'closed' | 'cancelled';
export type UnitState =
  | 'planned' | 'claimed' | 'reserved' | 'certified' | 'passed' | 'shipped'
  | 'failed' | 'quarantined' | 'scrapped' | 'reworking';
/** How a unit becomes known to AWS. `aws-iot/methods/` holds those that are built. */
export type Method =
  | 'jitp' | 'jitr' | 'multi-account' | 'single-thing' | 'bulk' | 'fleet-claim' | 'fleet-trusted-user';

/** What may come before the new units of its order. */
export type Ahead = 'rework' | 'retest';

/** What a unit must have come to in AWS before it may be shipped. */
export type ShipGate = 'certified' | 'registered' | 'connected';

/** What becomes of issuing while AWS is out of reach in a target (time-outs, throttling, 5xx) in which all was well when it was last seen. */
export type WhenTargetUnreachable = 'issue' | 'refuse';

/** Where the time is against an order's `not_before` and `not_after` (`order_window` in `orders.sql`). */
export type OrderWindow = 'early' | 'open' | 'over';

/** Whether an order waits for a canary that has passed before it is released. */
export type CanaryRule = 'off' | 'required';

/** How the units of a product are made. */
export interface ProductTable {
  name: string;
  /** Of its hardware, those that may be made; empty: any. */
  revisions: Generated<string[]>;
  /** Of orders that say none; null: the service's own. */
  profile: string | null;
  method: Method | null;
  route: JSONColumnType<Route>;
  /** Empty: stations report any code. */
  failure_codes: JSONColumnType<FailureCode[], string | undefined>;
  serial_rules: JSONColumnType<SerialRules, string | undefined>;
  /** What comes before the new units of its orders. */
  ahead: Generated<Ahead[]>;
  created_at: CreatedAt;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

export interface WorkOrderTable {
  id: string;
  product: string;
  line_id: string;
  /** Lines besides `line_id` whose stations may work on its units. */
  lines: Generated<string[]>;
  /** Nothing is handed out or issued before, or from `not_after` on. */
  not_before: Date | null;
  not_after: Date | null;
  /** Which order of another system it is. */
  external_id: string | null;
  /** What that system said when it was made; null without `external_id`. */
  asked: JSONColumnType<Record<string, Json>> | null;
  /** Of its hardware; null: not said. */
  revision: string | null;
  /** What its units pass, as the product had it when the order was made. */
  route: JSONColumnType<Route, string, never>;
  /** What its serials are like, as the product had it when the order was made. */
  serial_rules: JSONColumnType<SerialRules, string | undefined, never>;
  profile: string;
  method: Method;
  /** What the order says of its method. */
  parameters: ColumnType<Record<string, Json>, string | undefined, never>;
  authority_family: string;
  quantity: number;
  overage: number;
  /** Which order's units are handed out first: from 1, which comes first, to 9. */
  priority: Generated<number>;
  /** What comes before its new units, as the product had it when the order was made. */
  ahead: Generated<Ahead[]>;
  certificates_reserved: Generated<number>;
  ship_gate: Generated<ShipGate>;
  canary: Generated<CanaryRule>;
  when_target_unreachable: Generated<WhenTargetUnreachable>;
  /** How old what was last seen in a target may be, in hours, before nothing is issued by it. */
  max_stale_hours: Generated<number>;
  state: WorkOrderState;
  state_reason: string | null;
  state_since: ColumnType<Date, Date | undefined, Date>;
  created_at: CreatedAt;
  released_at: Date | null;
  /** `key:<id>`. */
  released_by: string | null;
  /** The epoch of the ledger since which nobody has confirmed the order; null: nothing is to be confirmed. */
  unconfirmed_epoch: ColumnType<number | null, never, number | null>;
}

/** Serials that a product may use, in the order in which they were uploaded. */
export interface AllowedSerialTable {
  serial: string;
  /** In upper case: no two differ in case only. Null where an earlier version took such a one. */
  folded: string | null;
  product: string;
  position: Generated<number>;
  /** Which upload brought it. */
  upload: string;
  /** There is a unit of this serial, or was one. */
  taken: Generated<boolean>;
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
  /** Grows with each lease. */
  fence: Generated<number>;
  /** `<station>/<slot>` that holds the unit. */
  lease_holder: string | null;
  lease_ends_at: Date | null;
  /** The state to which a quarantined unit goes back. */
  quarantined_from: UnitState | null;
  /** A throw-away unit that proves the way to AWS: no device, no job, nothing of the order's quota. */
  canary: Generated<boolean>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    product: ProductTable;
    work_order: WorkOrderTable;
    allowed_serial: AllowedSerialTable;
    work_order_target: WorkOrderTargetTable;
    unit: UnitTable;
  }
}
