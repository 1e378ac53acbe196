import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS account (account TEXT PRIMARY KEY, endpoint_prefix TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS registration_code (account TEXT PRIMARY KEY, code TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ca_certificate (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, pem TEXT NOT NULL, subject TEXT NOT NULL,
  status TEXT NOT NULL, auto_registration TEXT NOT NULL, mode TEXT NOT NULL, registration_config TEXT,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, version INTEGER NOT NULL, generation_id TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, UNIQUE (account, id)) STRICT;
CREATE INDEX IF NOT EXISTS ca_certificate_subject ON ca_certificate (account, subject);
CREATE TABLE IF NOT EXISTS certificate (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, pem TEXT NOT NULL, ca_id TEXT,
  status TEXT NOT NULL, mode TEXT NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, version INTEGER NOT NULL, generation_id TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, provisioning_failure TEXT, UNIQUE (account, id)) STRICT;
CREATE INDEX IF NOT EXISTS certificate_id ON certificate (id);
CREATE INDEX IF NOT EXISTS certificate_ca ON certificate (account, ca_id);
CREATE TABLE IF NOT EXISTS template (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, description TEXT, enabled INTEGER NOT NULL,
  role_arn TEXT NOT NULL, type TEXT NOT NULL, hook TEXT, default_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE TABLE IF NOT EXISTS template_version (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, template TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE (account, template, version)) STRICT;
CREATE TABLE IF NOT EXISTS thing (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, attributes TEXT NOT NULL,
  version INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE TABLE IF NOT EXISTS thing_principal (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, thing TEXT NOT NULL, certificate_id TEXT NOT NULL, type TEXT NOT NULL,
  UNIQUE (account, thing, certificate_id)) STRICT;
CREATE INDEX IF NOT EXISTS thing_principal_certificate ON thing_principal (account, certificate_id);
CREATE TABLE IF NOT EXISTS policy (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (account, name)) STRICT;
CREATE TABLE IF NOT EXISTS policy_target (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, policy TEXT NOT NULL, certificate_id TEXT NOT NULL,
  UNIQUE (account, policy, certificate_id)) STRICT;
CREATE INDEX IF NOT EXISTS policy_target_certificate ON policy_target (account, certificate_id);
CREATE TABLE IF NOT EXISTS retained_message (
  account TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (account, topic)) STRICT;
CREATE TABLE IF NOT EXISTS role (
  seq INTEGER PRIMARY KEY, account_id TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, trust TEXT NOT NULL,
  description TEXT, longest_session_seconds INTEGER NOT NULL, policies TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (account_id, name)) STRICT;
CREATE TABLE IF NOT EXISTS role_session (
  access_key_id TEXT PRIMARY KEY, secret_access_key TEXT NOT NULL, token TEXT NOT NULL, account_id TEXT NOT NULL, role_name TEXT NOT NULL,
  role_id TEXT NOT NULL, session_name TEXT NOT NULL, tags TEXT NOT NULL, policy TEXT, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS role_session_end ON role_session (expires_at);
CREATE TABLE IF NOT EXISTS queue (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, account_id TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, purged_at INTEGER, UNIQUE (account_id, region, name)) STRICT;
CREATE TABLE IF NOT EXISTS queue_message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sender_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL, first_received_at INTEGER, receipt TEXT) STRICT;
CREATE INDEX IF NOT EXISTS queue_message_order ON queue_message (queue, seq);
CREATE INDEX IF NOT EXISTS queue_message_visible ON queue_message (queue, visible_at);
`;

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
      this.connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096; ${SCHEMA}`);
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
