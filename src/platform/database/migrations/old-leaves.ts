import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Kysely, sql } from 'kysely';
import { bigintArray, byteaArray } from '../arrays.js';

/** Leaves of one statement: some 2 MB. */
const BATCH = 4_000;

interface OldLeaf {
  seq: number;
  at: Date;
  actor: string;
  event: string;
  subject: string;
  data: unknown;
}

/**
 * Gives each leaf of `audit_leaf` its canonical bytes and its hash, in `log_leaf`. The form of the bytes is fixed: what
 * `audit-log.ts` wrote on the day of this migration. A later form needs a migration of its own.
 */
export async function copyLeaves(db: Kysely<unknown>): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await sql<OldLeaf>`
      select seq, date_trunc('milliseconds', at) as at, actor, event, subject, data from audit_leaf where seq > ${after} order by seq limit ${BATCH}`.execute(db);
    const last = rows.at(-1);
    if (!last) return;
    const bodies = rows.map(bodyOf);
    const hashes = bodies.map((body) => hash('sha256', Buffer.concat([Buffer.from([0]), body]), 'buffer'));
    await sql`
      insert into log_leaf (seq, at, actor, event, subject, body, leaf_hash, made_canonical)
      select seq, at, actor, event, subject, body, leaf_hash, true
      from unnest(${bigintArray(rows.map(({ seq }) => seq))}::bigint[], ${byteaArray(bodies)}::bytea[], ${byteaArray(hashes)}::bytea[]) as made (seq, body, leaf_hash)
      join audit_leaf using (seq)`.execute(db);
    after = last.seq;
  }
}

function bodyOf({ at, actor, event, subject, data }: OldLeaf): Buffer {
  const text = canonicalize({ actor, at: at.toISOString(), event, facts: data, subject });
  if (text === undefined) throw new Error(`The facts of a leaf on ${subject} are no JSON`);
  return Buffer.from(text);
}
