import { date, number, text, textOrNone, type Database, type Row } from './database.js';

export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: Date;
}

/** What is known of an object; its bytes stand in a file of their own. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  /** Name of its file. */
  readonly file: string;
  readonly size: number;
  /** MD5 in hex. */
  readonly md5: string;
  /** `crc32` and so on, with the value in base64. */
  readonly checksum: readonly [name: string, value: string] | undefined;
  /** Content-Type, x-amz-meta-… and the others that are answered as they came, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly modifiedAt: Date;
}

/** Buckets, whose names are unique over all accounts, and the objects in them. */
export class ObjectRepository {
  constructor(private readonly database: Database) {}

  addBucket(name: string, accountId: string, region: string): void {
    this.database.run('INSERT INTO bucket (name, account_id, region, created_at) VALUES (?,?,?,?)', name, accountId, region, Date.now());
  }

  bucket(name: string): Bucket | undefined {
    const row = this.database.first('SELECT * FROM bucket WHERE name = ?', name);
    return row && readBucket(row);
  }

  bucketsOf(accountId: string): Bucket[] {
    return this.database.all('SELECT * FROM bucket WHERE account_id = ? ORDER BY name', accountId).map(readBucket);
  }

  removeBucket(name: string): void {
    this.database.run('DELETE FROM bucket WHERE name = ?', name);
  }

  /** Answers the file of the object that was there before. */
  put(object: StoredObject): string | undefined {
    return this.database.transaction(() => {
      const before = this.remove(object.bucket, object.key);
      this.database.run(
        'INSERT INTO object (bucket, key, file, size, md5, checksum, headers, modified_at) VALUES (?,?,?,?,?,?,?,?)',
        object.bucket, object.key, object.file, object.size, object.md5, object.checksum === undefined ? null : JSON.stringify(object.checksum),
        JSON.stringify(object.headers), +object.modifiedAt,
      );
      return before;
    });
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.database.first('SELECT * FROM object WHERE bucket = ? AND key = ?', bucket, key);
    return row && readObject(row);
  }

  /** Answers its file, undefined where there is none. */
  remove(bucket: string, key: string): string | undefined {
    const row = this.database.first('DELETE FROM object WHERE bucket = ? AND key = ? RETURNING file', bucket, key);
    return row && text(row, 'file');
  }

  /** Objects whose key is behind `after`, in the order of their bytes. `prefix` is compared as bytes, too. */
  list(bucket: string, prefix: string, after: string, most: number): StoredObject[] {
    const sql = 'SELECT * FROM object WHERE bucket = ? AND key > ? AND key >= ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?';
    // SQLite counts characters, and not the halves of surrogate pairs.
    return this.database.all(sql, bucket, after, prefix, [...prefix].length, prefix, most).map(readObject);
  }

  isEmpty(bucket: string): boolean {
    return this.database.first('SELECT 1 FROM object WHERE bucket = ? LIMIT 1', bucket) === undefined;
  }

  totalBytes(): number {
    return number(this.database.first('SELECT coalesce(sum(size), 0) AS total FROM object') ?? {}, 'total');
  }

  files(): Set<string> {
    return new Set(this.database.all('SELECT file FROM object').map((row) => text(row, 'file')));
  }
}

const readBucket = (row: Row): Bucket => ({ name: text(row, 'name'), accountId: text(row, 'account_id'), region: text(row, 'region'), createdAt: date(row, 'created_at') });

function readObject(row: Row): StoredObject {
  const checksum = textOrNone(row, 'checksum');
  return {
    bucket: text(row, 'bucket'),
    key: text(row, 'key'),
    file: text(row, 'file'),
    size: number(row, 'size'),
    md5: text(row, 'md5'),
    checksum: checksum === undefined ? undefined : (JSON.parse(checksum) as [string, string]),
    headers: JSON.parse(text(row, 'headers')) as Record<string, string>,
    modifiedAt: date(row, 'modified_at'),
  };
}
