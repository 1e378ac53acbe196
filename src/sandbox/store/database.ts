import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { migrate } from './migrations.js';

export type Row = Record<string, SQLOutputValue>;

/** The one file that holds the registry. All calls are synchronous: the sandbox is one process and its rows are small. */
export class Database {
  private readonly connection: DatabaseSync;
  private readonly statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  private depth = 0;

  constructor(dataDir: string) {
    this.connection = new DatabaseSync(join(dataDir, 'registry.sqlite'));
    // With WAL and NORMAL a killed process loses nothing that was committed. (A power cut may lose the last commits.)
    // The lock is exclusive, since a sandbox does not know of the connections of another one.
    this.connection.exec('PRAGMA busy_timeout = 1000; PRAGMA locking_mode = EXCLUSIVE;');
    try {
      this.connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096;');
      migrate(this.connection, dataDir);
    } catch (error) {
      this.connection.close();
      const locked = error instanceof Error && error.message.includes('locked');
      throw locked ? new Error(`Another sandbox uses ${dataDir}. Stop it, or set SANDBOX_DATA_DIR to another folder.`) : error;
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepare(sql).all(...values);
  }

  first(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepare(sql).get(...values);
  }

  /** Answers how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  /** All or nothing. A transaction inside a transaction is a part of the outer one. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.connection.exec('BEGIN IMMEDIATE');
    this.depth++;
    try {
      const result = work();
      this.connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.depth--;
    }
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private prepare(sql: string): ReturnType<DatabaseSync['prepare']> {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

export const text = (row: Row, column: string): string => String(row[column]);
export const textOrNone = (row: Row, column: string): string | undefined => (row[column] === null ? undefined : String(row[column]));
export const number = (row: Row, column: string): number => Number(row[column]);
export const date = (row: Row, column: string): Date => new Date(Number(row[column]));
