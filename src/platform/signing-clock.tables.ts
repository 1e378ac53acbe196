import type {} from './database/schema.js';

/** Written by whichever process talks to AWS. */
export interface ClockSightingTable {
  /** Whose, as `SigningClock.observe` names it. */
  clock: string;
  /** Of the ledger's clock. */
  ahead_ms: number;
  /** By the ledger's clock. */
  seen_at: Date;
}

declare module './database/schema.js' {
  interface Schema {
    clock_sighting: ClockSightingTable;
  }
}
