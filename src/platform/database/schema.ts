import type { ColumnType, JSONColumnType } from 'kysely';

/** A JSON value as the ledger keeps it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = JSONColumnType<Record<string, Json>>;
export type CreatedAt = ColumnType<Date, Date | undefined, never>;

/**
 * All tables of the ledger. Each module adds those whose rows it owns, in its `*.tables.ts`; its code alone writes them, and
 * `test/architecture.spec.ts` holds that.
 */
// oxlint-disable-next-line no-empty-interface -- the members come from the modules
export interface Schema {}
