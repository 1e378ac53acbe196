import type { ColumnType, Generated } from 'kysely';
import type { CreatedAt } from '../platform/database/schema.js';

/** A deleted one is kept, without its secret, so that a repeat of its deletion finds it. */
export type WebhookState = 'active' | 'paused' | 'deleted';

export interface WebhookTable {
  id: string;
  url: string;
  events: string[];
  /** Sealed for `webhook <id>`; null once it is deleted. */
  sealed_secret: Buffer | null;
  state: WebhookState;
  /** Why it is paused. */
  reason: string | null;
  /** Of the log: the next index that is not delivered. */
  next_index: number;
  /** In vain, in a row. */
  attempts: Generated<number>;
  failing_since: Date | null;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  /** Grows with each process that takes it on, and with each change, so that a late process moves nothing. */
  claim: Generated<number>;
  claimed_until: Date | null;
  delivered_at: Date | null;
  created_by: string;
  created_at: CreatedAt;
}

/** A message and what became of it. */
export interface WebhookDeliveryTable {
  webhook_id: string;
  log_index: number;
  type: string;
  message_id: string;
  attempts: number;
  /** HTTP status of the last answer; null where none came. */
  status: number | null;
  problem: string | null;
  first_at: ColumnType<Date, Date | undefined, never>;
  last_at: ColumnType<Date, Date | undefined, Date>;
  delivered_at: Date | null;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    webhook: WebhookTable;
    webhook_delivery: WebhookDeliveryTable;
  }
}
