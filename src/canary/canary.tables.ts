import type { ColumnType, Generated } from 'kysely';
import type {} from '../platform/database/schema.js';

/** `planned`: it waits for a worker. `running`: it has a key, in the memory of the process that holds it. */
export type CanaryState = 'planned' | 'running' | 'passed' | 'failed';

/**
 * What a canary was at in a target when it failed. `certificate`: it got none. `connect`: nobody answered at the endpoint, or it is not trusted. `provision`: the target has not made it
 * known. `policy`: it is known, and not let do what devices do. `look`: AWS could not be asked, or shows it otherwise.
 */
export type CanaryStep = 'certificate' | 'connect' | 'provision' | 'policy' | 'look';

/** How a canary went in one target. */
export interface CanaryResult {
  target: string;
  passed: boolean;
  /** Null where it passed, as are `problem` and `remedy`. */
  step: CanaryStep | null;
  problem: string | null;
  remedy: string | null;
  checks: { check: string; state: 'ok' | 'failed' | 'not-seen'; finding: string }[];
}

export interface CanaryTable {
  id: Generated<number>;
  /** Of its unit; also the Thing's name. */
  serial: string;
  work_order_id: string;
  unit_id: number;
  state: CanaryState;
  /** It connects at port 443, by ALPN. */
  over_443: boolean;
  /** Which signed its certificate. */
  authority_id: string | null;
  certificate_id: string | null;
  /** One for each target. */
  results: ColumnType<CanaryResult[], string | undefined, string>;
  requested_by: string;
  requested_at: ColumnType<Date, Date | undefined, never>;
  /** Number of the process that runs it; see `instance.ts`. */
  held_by: number | null;
  /** Until then at the latest it is through, or its process hangs. */
  held_until: Date | null;
  ended_at: Date | null;
  /** Its certificate is revoked and its unit scrapped. */
  discarded: Generated<boolean>;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    canary: CanaryTable;
  }
}
