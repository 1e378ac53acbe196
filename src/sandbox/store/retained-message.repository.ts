import type { Account } from '../accounts.js';
import { number, text, type Database, type Row } from './database.js';

/** What MQTT 5 says with a message, as JSON holds it: binary data in base64. */
export type StoredProperties = Readonly<Record<string, unknown>>;

export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly properties: StoredProperties;
  /** Milliseconds since 1970; 0 for one of an earlier sandbox. */
  readonly modifiedAt: number;
}

/** The last message that was retained on each topic of an account. */
export class RetainedMessageRepository {
  constructor(private readonly database: Database) {}

  keep(account: Account, { topic, payload, qos, properties, modifiedAt }: RetainedMessage): void {
    const sql = `INSERT INTO retained_message (account, topic, payload, qos, properties, modified_at) VALUES (?,?,?,?,?,?)
      ON CONFLICT (account, topic) DO UPDATE SET payload = excluded.payload, qos = excluded.qos, properties = excluded.properties, modified_at = excluded.modified_at`;
    this.database.run(sql, account.key, topic, payload, qos, JSON.stringify(properties), modifiedAt);
  }

  remove(account: Account, topic: string): void {
    this.database.run('DELETE FROM retained_message WHERE account = ? AND topic = ?', account.key, topic);
  }

  find(account: Account, topic: string): RetainedMessage | undefined {
    const row = this.database.first('SELECT * FROM retained_message WHERE account = ? AND topic = ?', account.key, topic);
    return row && read(row);
  }

  /** In the order of their topics, behind the topic `after`. */
  page(account: Account, { after = '', most }: { after?: string | undefined; most: number }): RetainedMessage[] {
    return this.database.all('SELECT * FROM retained_message WHERE account = ? AND topic > ? ORDER BY topic LIMIT ?', account.key, after, most).map(read);
  }
}

const read = (row: Row): RetainedMessage => ({
  topic: text(row, 'topic'),
  payload: Buffer.from(row['payload'] instanceof Uint8Array ? row['payload'] : []),
  qos: row['qos'] === 1 ? 1 : 0,
  properties: JSON.parse(text(row, 'properties')) as StoredProperties,
  modifiedAt: number(row, 'modified_at'),
});
