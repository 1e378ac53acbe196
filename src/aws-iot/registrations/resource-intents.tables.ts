import type { ColumnType, JSONColumnType } from 'kysely';
import type { Json } from '../../platform/database/schema.js';

/** What a round asks AWS to make of a resource's settings, or is about to ask. */
export interface ResourceIntentTable {
  id: string;
  target_name: string;
  kind: string;
  name: string;
  /** For which the round was. */
  authority_id: string;
  settings: JSONColumnType<Record<string, Json>>;
  /** When it was about to be asked; where no answer came, when that was given up. */
  asked_at: ColumnType<Date, Date | undefined, Date>;
  /** Null while the call may still take effect. */
  answered_at: ColumnType<Date | null, Date | undefined, Date>;
}

declare module '../../platform/database/schema.js' {
  interface Schema {
    resource_intent: ResourceIntentTable;
  }
}
