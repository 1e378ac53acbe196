import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql, type UpdateObject } from 'kysely';
import { textArray } from '../../platform/database/arrays.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { violatedUnique } from '../../platform/database/pg-errors.js';
import type { Schema } from '../../platform/database/schema.js';
import { bulkRegistrationUnknown } from '../aws-iot.errors.js';
import type { BulkState } from './bulk-registrations.tables.js';

/** A worker that died holds its registrations no longer than this. */
const LEASE_MS = 120_000;

/** What all lines of a file have in common. */
export interface BulkSettings {
  hash: string;
  template: string;
  bucket: string;
  /** In the bucket, without a slash at its end. */
  folder: string;
  roleArn: string;
  signer: 'hsm' | 'aws';
}

export interface BulkRegistration {
  id: number;
  target: string;
  state: BulkState;
  trial: boolean;
  signer: 'hsm' | 'aws';
  template: string;
  bucket: string;
  key: string;
  roleArn: string;
  lines: number;
  succeeded: number;
  failed: number;
  taskId: string | null;
  taskStatus: string | null;
  percentage: number;
  waitsFor: string | null;
  detail: string | null;
  awsError: string | null;
  attempts: number;
  nextAttempt: Date;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

const COLUMNS = [
  'id', 'target_name as target', 'state', 'trial', 'signer', 'template', 'bucket', 'object_key as key', 'role_arn as roleArn', 'lines', 'succeeded', 'failed', 'task_id as taskId', 'task_status as taskStatus', 'percentage',
  'waits_for as waitsFor', 'detail', 'aws_error as awsError', 'attempts', 'next_attempt_at as nextAttempt', 'created_at as createdAt', 'started_at as startedAt', 'ended_at as endedAt',
] as const;

type Change = UpdateObject<Schema, 'bulk_registration'>;

@Injectable()
export class BulkRegistrationRepository {
  constructor(private readonly db: Database) {}

  /** A new one that collects units; it is looked at first after `forMs`. */
  async open(tx: Ledger, target: string, { hash, template, bucket, folder, roleArn, signer }: BulkSettings, forMs: number): Promise<{ id: number; lines: number }> {
    return tx
      .insertInto('bulk_registration')
      .values({ target_name: target, settings_hash: hash, template, bucket, object_key: newKey(folder, 'units'), role_arn: roleArn, signer, state: 'collecting', next_attempt_at: inMilliseconds(forMs) })
      .returning(['id', 'lines'])
      .executeTakeFirstOrThrow();
  }

  /** The one that units with these settings join, held to the end of `tx`; undefined when there is none with room for another line. */
  async collecting(tx: Ledger, target: string, { hash }: BulkSettings, mostLines: number): Promise<{ id: number; lines: number } | undefined> {
    return tx
      .selectFrom('bulk_registration')
      .select(['id', 'lines'])
      .where('target_name', '=', target).where('settings_hash', '=', hash).where('state', '=', 'collecting').where('lines', '<', mostLines)
      .orderBy('id')
      .limit(1)
      .forUpdate()
      .executeTakeFirst();
  }

  async setLines(tx: Ledger, id: number, lines: number): Promise<void> {
    await tx.updateTable('bulk_registration').set({ lines }).where('id', '=', id).execute();
  }

  /** The trial of these settings in the target, if it was ever begun. */
  trial(target: string, { hash }: BulkSettings): Promise<BulkRegistration | undefined> {
    return this.db.selectFrom('bulk_registration').select(COLUMNS).where('target_name', '=', target).where('settings_hash', '=', hash).where('trial', '=', true).executeTakeFirst();
  }

  /** One that is there already is left as it is. */
  async openTrial(target: string, { hash, template, bucket, folder, roleArn }: BulkSettings): Promise<void> {
    await this.db
      .insertInto('bulk_registration')
      .values({ target_name: target, settings_hash: hash, template, bucket, object_key: newKey(folder, 'trial'), role_arn: roleArn, state: 'sealed', trial: true, lines: 1 })
      .onConflict((conflict) => conflict.columns(['target_name', 'settings_hash']).where('trial', '=', true).doNothing())
      .execute();
  }

  /**
   * In each verified target one that is due: the one whose task runs or has run, a trial, or the one that waits longest. While a task runs, units go on joining
   * and no other file is sent. Several workers may claim at once; each gets others. `busy`: targets that are left out.
   */
  async claimDue(limit: number, busy: readonly string[]): Promise<BulkRegistration[]> {
    return this.db
      .with('first', (db) => db
        .selectFrom('bulk_registration as b')
        .innerJoin('target as t', 't.name', 'b.target_name')
        .distinctOn('b.target_name')
        .select('b.id')
        .where('b.state', '<>', 'ended')
        .where('b.next_attempt_at', '<=', sql<Date>`now()`)
        .where('t.state', '=', 'verified')
        .where(sql<boolean>`b.target_name <> all(${textArray(busy)}::text[])`)
        .where((eb) => eb.or([
          eb('b.state', 'not in', ['collecting', 'uploaded']),
          eb.not(eb.exists(eb.selectFrom('bulk_registration as other').select('other.id').whereRef('other.target_name', '=', 'b.target_name').where('other.state', 'in', ['starting', 'running']))),
        ]))
        .orderBy('b.target_name')
        .orderBy(sql`b.state in ('starting', 'running', 'reporting')`, 'desc')
        .orderBy('b.trial', 'desc')
        .orderBy('b.next_attempt_at')
        .limit(limit))
      .with('due', (db) => db.selectFrom('bulk_registration').select('id').where('id', 'in', (eb) => eb.selectFrom('first').select('id')).where('next_attempt_at', '<=', sql<Date>`now()`).forUpdate().skipLocked())
      .updateTable('bulk_registration')
      .set({ attempts: sql<number>`attempts + 1`, next_attempt_at: inMilliseconds(LEASE_MS) })
      .where('id', 'in', (eb) => eb.selectFrom('due').select('id'))
      .returning(COLUMNS)
      .execute();
  }

  /** Brings it into another state, and answers it; undefined when it is in another one already. `firstMs`: when it is looked at again; without it the caller goes on. */
  async move({ id, state: from }: BulkRegistration, state: BulkState, change: Change = {}, firstMs?: number, ledger: Ledger = this.db): Promise<BulkRegistration | undefined> {
    const again = firstMs === undefined ? {} : { next_attempt_at: inMilliseconds(firstMs) };
    return ledger
      .updateTable('bulk_registration')
      .set({ state, attempts: 1, waits_for: null, detail: null, aws_error: null, ...again, ...change })
      .where('id', '=', id).where('state', '=', from)
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  /** The same, into the state in which a task may run; undefined too while another registration of the target has one. */
  async moveToStart(bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    try {
      return await this.move(bulk, 'starting', { started_at: sql<Date>`coalesce(started_at, now())` });
    } catch (error) {
      if (violatedUnique(error) === 'bulk_registration_one_task') return undefined;
      throw error;
    }
  }

  /** It stays in its state and is looked at again after `ms`. */
  async rest({ id, state }: BulkRegistration, ms: number, change: Change = {}): Promise<void> {
    await this.db
      .updateTable('bulk_registration')
      .set({ waits_for: null, detail: null, aws_error: null, ...change, next_attempt_at: inMilliseconds(ms) })
      .where('id', '=', id).where('state', '=', state)
      .execute();
  }

  /** What its lines have in common. */
  async settingsOf(id: number): Promise<BulkSettings> {
    const { settings_hash: hash, key, ...rest } = await this.db.selectFrom('bulk_registration').select(['settings_hash', 'template', 'bucket', 'object_key as key', 'role_arn as roleArn', 'signer']).where('id', '=', id).executeTakeFirstOrThrow();
    return { hash, ...rest, folder: key.slice(0, key.lastIndexOf('/')) };
  }

  /** A file that no earlier task was given. */
  anotherKey({ key, trial }: BulkRegistration): string {
    return newKey(key.slice(0, key.lastIndexOf('/')), trial ? 'trial' : 'units');
  }

  /** Whether a registration of ours has or had this task. */
  async isOurs(taskId: string): Promise<boolean> {
    return (await this.db.selectFrom('bulk_registration').select('id').where('task_id', '=', taskId).executeTakeFirst()) !== undefined;
  }

  /** Newest first, without trials that have ended well. */
  async list({ target, isOpen, limit, before }: { target?: string; isOpen?: boolean; limit: number; before?: number }): Promise<BulkRegistration[]> {
    let rows = this.db.selectFrom('bulk_registration').select(COLUMNS).orderBy('id', 'desc').limit(limit);
    if (target !== undefined) rows = rows.where('target_name', '=', target);
    if (isOpen !== undefined) rows = rows.where('state', isOpen ? '<>' : '=', 'ended');
    if (before !== undefined) rows = rows.where('id', '<', before);
    return rows.execute();
  }

  /** Throws `bulk-registration-unknown`. */
  async get(id: number): Promise<BulkRegistration> {
    return this.db.selectFrom('bulk_registration').select(COLUMNS).where('id', '=', id).executeTakeFirstOrThrow(() => bulkRegistrationUnknown(id));
  }

  /** It is due now. Throws `bulk-registration-unknown`. */
  async makeDue(id: number): Promise<BulkRegistration> {
    await this.db.updateTable('bulk_registration').set({ next_attempt_at: sql<Date>`now()` }).where('id', '=', id).where('state', '<>', 'ended').execute();
    return this.get(id);
  }
}

function newKey(folder: string, what: string): string {
  return `${folder}/${what}-${new Date().toISOString().slice(0, 10)}-${randomBytes(8).toString('hex')}.json`;
}

function inMilliseconds(ms: number) {
  return sql<Date>`now() + ${Math.ceil(ms)}::int * interval '1 millisecond'`;
}
