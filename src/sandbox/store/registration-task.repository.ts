import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export type TaskStatus = 'InProgress' | 'Completed' | 'Failed' | 'Cancelled' | 'Cancelling';

export interface RegistrationTask {
  readonly id: string;
  readonly template: string;
  /** Where the input stands. */
  readonly bucket: string;
  readonly key: string;
  readonly roleArn: string;
  readonly status: TaskStatus;
  readonly message: string | undefined;
  readonly successes: number;
  readonly failures: number;
  /** Lines of the input; 0 until they are counted. */
  readonly total: number;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** Bulk registration tasks. */
export class RegistrationTaskRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, given: Pick<RegistrationTask, 'template' | 'bucket' | 'key' | 'roleArn'>): string {
    const [id, now] = [randomUUID(), Date.now()];
    const sql = `INSERT INTO registration_task (account, id, template, bucket, key, role_arn, status, successes, failures, total, created_at, modified_at)
      VALUES (?,?,?,?,?,?,'InProgress',0,0,0,?,?)`;
    this.database.run(sql, account.key, id, given.template, given.bucket, given.key, given.roleArn, now, now);
    return id;
  }

  find(account: Account, id: string): RegistrationTask | undefined {
    const row = this.database.first('SELECT * FROM registration_task WHERE account = ? AND id = ?', account.key, id);
    return row && read(row);
  }

  /** The one that still works. */
  running(account: Account): RegistrationTask | undefined {
    const row = this.database.first(`SELECT * FROM registration_task WHERE account = ? AND status IN ('InProgress', 'Cancelling')`, account.key);
    return row && read(row);
  }

  update(id: string, change: Partial<Pick<RegistrationTask, 'status' | 'message' | 'successes' | 'failures' | 'total'>>): void {
    for (const [column, value] of Object.entries(change)) {
      this.database.run(`UPDATE registration_task SET ${column} = ?, modified_at = ? WHERE id = ?`, value ?? null, Date.now(), id);
    }
  }

  /** For a sandbox that starts: what its predecessor has left goes on no more. */
  failAll(message: string): void {
    this.database.run(`UPDATE registration_task SET status = 'Failed', message = ?, modified_at = ? WHERE status IN ('InProgress', 'Cancelling')`, message, Date.now());
  }

  page(account: Account, status: TaskStatus | undefined, request: PageRequest): Page<string> {
    const query = status === undefined
      ? { table: 'registration_task', where: 'account = ?', values: [account.key] }
      : { table: 'registration_task', where: 'account = ? AND status = ?', values: [account.key, status] };
    return readPage(this.database, query, request, (row) => text(row, 'id'));
  }
}

const read = (row: Row): RegistrationTask => ({
  id: text(row, 'id'),
  template: text(row, 'template'),
  bucket: text(row, 'bucket'),
  key: text(row, 'key'),
  roleArn: text(row, 'role_arn'),
  status: text(row, 'status') as TaskStatus,
  message: textOrNone(row, 'message'),
  successes: number(row, 'successes'),
  failures: number(row, 'failures'),
  total: number(row, 'total'),
  createdAt: date(row, 'created_at'),
  modifiedAt: date(row, 'modified_at'),
});
