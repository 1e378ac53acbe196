/** `not-seen`: could not be looked at, which the finding explains; it fails nothing. */
export type CheckState = 'ok' | 'failed' | 'not-seen';

/** What one check of a unit found. A remedy is there where something failed. */
export interface CheckResult {
  check: string;
  state: CheckState;
  finding: string;
  remedy: string | null;
}

export const ok = (check: string, finding: string): CheckResult => ({ check, state: 'ok', finding, remedy: null });
export const failed = (check: string, finding: string, remedy: string): CheckResult => ({ check, state: 'failed', finding, remedy });
export const notSeen = (check: string, finding: string): CheckResult => ({ check, state: 'not-seen', finding, remedy: null });

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
