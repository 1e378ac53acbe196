import type { ColumnType, Generated } from 'kysely';
import type { CreatedAt, JsonObject } from '../platform/database/schema.js';

/** `planned` and `failed`: its key is being made, or was not. `cancelled`: it never issued, and never will. */
export type AuthorityState =
  | 'planned' | 'failed' | 'cancelled'
  | 'generated' | 'registered' | 'issuing' | 'retiring' | 'retired' | 'destroyed' | 'frozen' | 'compromised';

export interface AuthorityTable {
  id: string;
  family: string;
  generation: number;
  common_name: string;
  key_type: string;
  key_label: string;
  /** This and the six that follow are null until it is made. */
  key_id: string | null;
  key_attributes: JsonObject | null;
  hsm_token: JsonObject | null;
  certificate: Buffer | null;
  fingerprint: string | null;
  not_before: Date | null;
  not_after: Date | null;
  state: AuthorityState;
  /** What was asked for; null stands for the key's usual one. */
  hash: string | null;
  requested_by: string | null;
  /** The Idempotency-Key of the request. */
  request_key: string | null;
  /** Why it failed, or what kept the last try from succeeding. */
  making_detail: string | null;
  making_attempts: Generated<number>;
  /** The number of the process (`instance_number`) that is making it. */
  making_by: number | null;
  making_due_at: Date | null;
  created_at: CreatedAt;
  activated_at: Date | null;
  /** The state to which a frozen authority goes back. */
  frozen_from: ColumnType<AuthorityState | null, AuthorityState | null | undefined, AuthorityState | null>;
  /** Since when an officer wants its CA INACTIVE in every target. */
  cloud_stopped_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    authority: AuthorityTable;
  }
}
