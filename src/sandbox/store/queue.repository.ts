import { randomBytes } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

/** A queue of an account in a region, and what was set for it. Times are in seconds where AWS has them so. */
export interface Queue {
  readonly id: number;
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly purgedAt: Date | undefined;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  /** JSON of SQS's MessageAttributes. */
  readonly attributes: string;
  readonly senderId: string;
  readonly sentAt: Date;
  readonly receiveCount: number;
  readonly firstReceivedAt: Date;
  /** Good until the message is received again. */
  readonly receiptHandle: string;
}

export interface NewMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: string;
  readonly senderId: string;
  readonly delaySeconds: number;
}

/** Queues and their messages. A message that is longer in its queue than its retention is gone when somebody looks. */
export class QueueRepository {
  constructor(private readonly database: Database) {}

  add(accountId: string, region: string, name: string, attributes: Readonly<Record<string, string>>): void {
    const now = Date.now();
    const sql = 'INSERT INTO queue (account_id, region, name, attributes, created_at, modified_at) VALUES (?,?,?,?,?,?)';
    this.database.run(sql, accountId, region, name, JSON.stringify(attributes), now, now);
  }

  find(accountId: string, region: string, name: string): Queue | undefined {
    const row = this.database.first('SELECT * FROM queue WHERE account_id = ? AND region = ? AND name = ?', accountId, region, name);
    return row && readQueue(row);
  }

  page(accountId: string, region: string, prefix: string, request: PageRequest): Page<Queue> {
    // Not LIKE, in which an underscore stands for any character.
    const where = 'account_id = ? AND region = ? AND substr(name, 1, ?) = ?';
    return readPage(this.database, { table: 'queue', where, values: [accountId, region, prefix.length, prefix] }, request, readQueue);
  }

  setAttributes({ id }: Queue, attributes: Readonly<Record<string, string>>): void {
    this.database.run('UPDATE queue SET attributes = ?, modified_at = ? WHERE seq = ?', JSON.stringify(attributes), Date.now(), id);
  }

  purge({ id }: Queue): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM queue_message WHERE queue = ?', id);
      this.database.run('UPDATE queue SET purged_at = ? WHERE seq = ?', Date.now(), id);
    });
  }

  remove({ id }: Queue): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM queue_message WHERE queue = ?', id);
      this.database.run('DELETE FROM queue WHERE seq = ?', id);
    });
  }

  put({ id: queue }: Queue, message: NewMessage): void {
    const now = Date.now();
    const sql = 'INSERT INTO queue_message (queue, id, body, attributes, sender_id, sent_at, visible_at, receive_count) VALUES (?,?,?,?,?,?,?,0)';
    this.database.run(sql, queue, message.id, message.body, message.attributes, message.senderId, now, now + message.delaySeconds * 1_000);
  }

  /** The oldest visible messages, which nobody else sees for `visibilitySeconds`. */
  take(queue: Queue, most: number, visibilitySeconds: number): QueuedMessage[] {
    this.dropExpired(queue);
    const now = Date.now();
    return this.database.transaction(() => {
      const rows = this.database.all('SELECT * FROM queue_message WHERE queue = ? AND visible_at <= ? ORDER BY seq LIMIT ?', queue.id, now, most);
      return rows.map((row) => {
        const receipt = randomBytes(12).toString('hex');
        const first = row['first_received_at'] === null ? now : number(row, 'first_received_at');
        this.database.run(
          'UPDATE queue_message SET visible_at = ?, receive_count = receive_count + 1, first_received_at = ?, receipt = ? WHERE seq = ?',
          now + visibilitySeconds * 1_000, first, receipt, number(row, 'seq'),
        );
        return {
          id: text(row, 'id'),
          body: text(row, 'body'),
          attributes: text(row, 'attributes'),
          senderId: text(row, 'sender_id'),
          sentAt: date(row, 'sent_at'),
          receiveCount: number(row, 'receive_count') + 1,
          firstReceivedAt: new Date(first),
          receiptHandle: Buffer.from(`${queue.id}:${number(row, 'seq')}:${receipt}`).toString('base64'),
        };
      });
    });
  }

  /** When the next message becomes visible. */
  nextVisibleAt({ id }: Queue): Date | undefined {
    const row = this.database.first('SELECT min(visible_at) AS next FROM queue_message WHERE queue = ?', id);
    return row?.['next'] === null || row === undefined ? undefined : date(row, 'next');
  }

  /** False where the handle is none of this queue's. Nothing happens where the message is gone or was received again since. */
  deleteMessage(queue: Queue, receiptHandle: string): boolean {
    return this.withReceipt(queue, receiptHandle, 'DELETE FROM queue_message WHERE queue = ? AND seq = ? AND receipt = ?');
  }

  /** As `deleteMessage`. */
  setVisibility(queue: Queue, receiptHandle: string, seconds: number): boolean {
    return this.withReceipt(queue, receiptHandle, 'UPDATE queue_message SET visible_at = ? WHERE queue = ? AND seq = ? AND receipt = ?', Date.now() + seconds * 1_000);
  }

  counts(queue: Queue): { visible: number; inFlight: number; delayed: number } {
    this.dropExpired(queue);
    const now = Date.now();
    const row = this.database.first(
      `SELECT count(*) FILTER (WHERE visible_at <= ?) AS visible, count(*) FILTER (WHERE visible_at > ? AND receive_count > 0) AS in_flight,
         count(*) FILTER (WHERE visible_at > ? AND receive_count = 0) AS delayed FROM queue_message WHERE queue = ?`,
      now, now, now, queue.id,
    ) ?? {};
    return { visible: number(row, 'visible'), inFlight: number(row, 'in_flight'), delayed: number(row, 'delayed') };
  }

  private dropExpired({ id, attributes }: Queue): void {
    this.database.run('DELETE FROM queue_message WHERE queue = ? AND sent_at < ?', id, Date.now() - Number(attributes['MessageRetentionPeriod']) * 1_000);
  }

  private withReceipt({ id }: Queue, receiptHandle: string, sql: string, ...values: SQLInputValue[]): boolean {
    const [, queue, seq, receipt] = /^([0-9]{1,15}):([0-9]{1,15}):([0-9a-f]{24})$/.exec(Buffer.from(receiptHandle, 'base64').toString('latin1')) ?? [];
    if (queue !== String(id) || seq === undefined || receipt === undefined) return false;
    this.database.run(sql, ...values, id, Number(seq), receipt);
    return true;
  }
}

function readQueue(row: Row): Queue {
  const [accountId, region, name] = [text(row, 'account_id'), text(row, 'region'), text(row, 'name')];
  return {
    id: number(row, 'seq'),
    accountId,
    region,
    name,
    arn: `arn:aws:sqs:${region}:${accountId}:${name}`,
    attributes: JSON.parse(text(row, 'attributes')) as Record<string, string>,
    createdAt: date(row, 'created_at'),
    modifiedAt: date(row, 'modified_at'),
    purgedAt: textOrNone(row, 'purged_at') === undefined ? undefined : date(row, 'purged_at'),
  };
}
