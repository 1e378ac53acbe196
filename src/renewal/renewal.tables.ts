import type { ColumnType, Generated } from 'kysely';
import type {} from '../platform/database/schema.js';

/**
 * `registering`: the new certificate is brought into every target. `ready`: it is ACTIVE there and waits to be fetched. `delivered`: it was handed out. `seen`: the device
 * has connected with it, and the old one is being made INACTIVE. `grace`: the old one is INACTIVE everywhere, and may be taken back into use. `done`: the old one is revoked.
 * `cancelled`: the old one stayed.
 */
export type RenewalState = 'registering' | 'ready' | 'delivered' | 'seen' | 'grace' | 'done' | 'cancelled';

export interface RenewalTable {
  id: Generated<number>;
  unit_id: number;
  /** Fingerprint of the new certificate. */
  certificate_id: string;
  /** Of the one whose place it takes. */
  former_certificate_id: string;
  /** Of the new certificate's key. */
  spki_sha256: Buffer;
  state: RenewalState;
  /** What it waits for, or why it was cancelled; null where there is nothing to say. */
  detail: string | null;
  requested_by: string;
  started_at: ColumnType<Date, Date | undefined, never>;
  /** From then on it is overdue. */
  expires_at: Date;
  delivered_at: Date | null;
  seen_at: Date | null;
  /** The target in which the device was seen. */
  seen_in: string | null;
  grace_ends_at: Date | null;
  ended_at: Date | null;
  /** Since when it is in its state. */
  since: ColumnType<Date, Date | undefined, Date>;
  /** Of the way into or out of a target, the step at which it waits; null where it waits for a person, its device or its time. */
  step: string | null;
  /** AWS's name of the error for which it waits. */
  aws_error: string | null;
  /** What a person does about what it waits for; null where it goes on without anybody. */
  remedy: string | null;
  /** Looks in its state. */
  attempts: Generated<number>;
  next_look_at: ColumnType<Date, Date | undefined, Date>;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    renewal: RenewalTable;
  }
}
