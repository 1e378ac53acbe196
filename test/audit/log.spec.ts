import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { AuditLog } from '../../src/audit/audit-log.js';
import { LogFollower } from '../../src/audit/log-follower.js';
import { Sequencer } from '../../src/audit/sequencer.js';
import { type Database, type Ledger, openDatabase } from '../../src/platform/database/database.js';
import { type FreshDatabase, freshLedger } from '../support/database.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const audit = new AuditLog();
const note = (tx: Ledger, id: string) => audit.record(tx, 'test', 'line.created', `line:${id}`, { id });

describe('the sequencer', () => {
  let fresh: FreshDatabase;
  let db: Database;
  let sequencer: Sequencer;
  beforeEach(async () => {
    fresh = await freshLedger();
    db = await openDatabase({ url: fresh.url, connections: 20, onIdleError: () => undefined });
    sequencer = new Sequencer(db, { ROLES: [] } as never);
  });
  afterEach(async () => {
    await db.destroy();
    await fresh.drop();
  });

  const commit = (id: string) => db.transaction().execute((tx) => note(tx, id));
  const ids = async () =>
    (await db.selectFrom('log_index').innerJoin('log_leaf', 'log_leaf.seq', 'log_index.seq').select(['index', 'subject']).orderBy('index').execute())
      .map(({ index, subject }) => [index, subject.slice('line:'.length)]);
  const gaps = async () => (await sql<{ seq: number }>`select seq from log_gap order by seq`.execute(db)).rows.map(({ seq }) => seq);

  /** A gap is kept while any transaction of the server that is older stays open, also one of another spec. */
  const noGapsAreLeft = () =>
    until('no gap left', async () => {
      await sequencer.sequence();
      return (await gaps()).length === 0 ? true : undefined;
    });

  /** A transaction that has written a leaf and stays open until `end`. */
  async function openTransaction(id: string) {
    const written = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const done = db.transaction().execute(async (tx) => {
      await note(tx, id);
      written.resolve();
      await end.promise;
    });
    done.catch(() => undefined);
    await written.promise;
    return { commit: () => (end.resolve(), done), rollBack: () => (end.reject(new Error('rolled back')), done.catch(() => undefined)) };
  }

  it('gives committed leaves an index, densely from 0, once', async () => {
    await commit('a');
    await commit('b');
    expect(await sequencer.sequence()).toBe(2);
    expect(await sequencer.sequence()).toBe(0);
    await commit('c');
    expect(await sequencer.sequence()).toBe(1);
    expect(await ids()).toEqual([[0, 'a'], [1, 'b'], [2, 'c']]);
  });

  it('gives a leaf that commits late the next index, after leaves that were written later', async () => {
    const late = await openTransaction('late');
    await commit('early');
    expect(await sequencer.sequence()).toBe(1);
    await commit('next');
    expect(await sequencer.sequence()).toBe(1);
    expect(await gaps()).toHaveLength(1);
    await late.commit();
    expect(await sequencer.sequence()).toBe(1);
    expect(await ids()).toEqual([[0, 'early'], [1, 'next'], [2, 'late']]);
    expect(await gaps()).toEqual([]);
  });

  it('leaves no hole for a leaf that was rolled back, and waits for it no longer than its transaction lives', async () => {
    const other = await openTransaction('other');
    const gone = await openTransaction('gone');
    await commit('kept');
    await sequencer.sequence();
    expect(await gaps()).toHaveLength(2);
    await gone.rollBack();
    await sequencer.sequence();
    // The transaction beside it might still commit, and the ledger can't tell the two apart.
    expect(await gaps()).toHaveLength(2);
    await other.commit();
    await sequencer.sequence();
    await commit('last');
    await noGapsAreLeft();
    expect(await ids()).toEqual([[0, 'kept'], [1, 'other'], [2, 'last']]);
  });

  it('does not forget a gap whose transaction took its number first and its leaf last, however many others end meanwhile', async () => {
    const slow = await openTransaction('slow');
    for (let at = 0; at < 5; at++) {
      await commit(`quick-${at}`);
      await sequencer.sequence();
    }
    await slow.commit();
    await sequencer.sequence();
    expect((await ids()).at(-1)).toEqual([5, 'slow']);
  });

  it('goes on where another one was cut off', async () => {
    await commit('a');
    const cutOff = db.transaction().execute(async (tx) => {
      await sql`select sequence_leaves(100)`.execute(tx);
      throw new Error('cut off');
    });
    await expect(cutOff).rejects.toThrow('cut off');
    expect(await ids()).toEqual([]);
    await sequencer.sequence();
    expect(await ids()).toEqual([[0, 'a']]);
  });

  it('does nothing while another one is at it', async () => {
    await commit('a');
    await db.transaction().execute(async (tx) => {
      await sql`select sequence_leaves(100)`.execute(tx);
      expect(await sequencer.sequence()).toBeNull();
    });
    expect(await ids()).toEqual([[0, 'a']]);
  });

  it('misses none of hundreds of leaves that commit in any order beside it, whichever of two does the work', async () => {
    const second = new Sequencer(db, { ROLES: [] } as never);
    let writing = true;
    const sequencing = [sequencer, second].map(async (one) => {
      while (writing) await one.sequence();
    });
    await Promise.all(Array.from({ length: 300 }, async (_, at) => {
      const ending = db.transaction().execute(async (tx) => {
        await note(tx, String(at));
        if (at % 3 === 0) await pause(at % 17);
        if (at % 10 === 9) throw new Error('rolled back');
      });
      await ending.catch(() => undefined);
    }));
    writing = false;
    await Promise.all(sequencing);
    await noGapsAreLeft();
    const found = await ids();
    expect(found.map(([index]) => index)).toEqual(found.map((_, at) => at));
    expect(new Set(found.map(([, id]) => id))).toEqual(new Set(Array.from({ length: 300 }, (_, at) => String(at)).filter((_, at) => at % 10 !== 9)));
  });

  it('never changes a leaf: the ledger refuses it', async () => {
    await commit('a');
    await expect(sql`update log_leaf set actor = 'nobody'`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`delete from log_leaf`.execute(db)).rejects.toThrow('append-only');
  });
});

describe('the log', () => {
  let bench: ServiceBench;
  beforeAll(async () => {
    bench = await serviceBench();
  });
  afterAll(() => bench.close());

  const leaves = async (query: string) =>
    (await bench.as('auditor').get(`/v1/audit/leaves?${query}`)).body as { items: { index: number; at: string; actor: string; event: string; subject: string; data: object; leafHash: string }[]; nextCursor: string | null };

  it('shows each leaf with the hash of its canonical bytes, which a reader can make again', async () => {
    await bench.order(1);
    const page = await until('sequenced', async () => {
      const found = await leaves('event=work-order.created&limit=1');
      return found.items.length > 0 ? found : undefined;
    });
    const { at, actor, event, subject, data, leafHash } = page.items[0]!;
    const sorted = (value: unknown): unknown =>
      value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)])) : value;
    const body = JSON.stringify(sorted({ actor, at, event, facts: data, subject }));
    expect(leafHash).toBe(createHash('sha256').update('\0').update(body).digest('hex'));
  });

  it('is followed by its cursor without a gap while leaves commit late', async () => {
    const start = await until('all sequenced', async () => {
      const all = await leaves('limit=500');
      return all.items.length > 5 && all.nextCursor === null ? all.items.at(-1)!.index : undefined;
    });
    const seen: string[] = [];
    let cursor = start;
    const follow = async () => {
      const { items } = await leaves(`limit=500&cursor=${cursor}`);
      seen.push(...items.map(({ subject }) => subject));
      cursor = items.at(-1)?.index ?? cursor;
    };
    let writing = true;
    const following = (async () => {
      while (writing) await follow();
    })();
    await Promise.all(Array.from({ length: 120 }, (_, at) => bench.db.transaction().execute(async (tx) => {
      await note(tx, `tail-${at}`);
      if (at % 2 === 0) await pause(at % 40);
    })));
    writing = false;
    await following;
    await until('all followed', async () => {
      await follow();
      return seen.filter((subject) => subject.startsWith('line:tail-')).length >= 120 ? true : undefined;
    });
    expect(seen.filter((subject) => subject.startsWith('line:tail-')).toSorted()).toEqual(Array.from({ length: 120 }, (_, at) => `line:tail-${at}`).toSorted());
  });

  it('is read by each reader from its own position, once, also after the reader failed or its process ended', async () => {
    const heard: string[] = [];
    let fail = true;
    const follower = () => {
      const made = new LogFollower(bench.db, { listen: async () => undefined } as never, { ROLES: ['worker'] } as never);
      made.follow({
        name: 'a-test',
        events: ['line.created'],
        read: async (found, tx) => {
          await tx.insertInto('line').values(found.map(({ facts }) => ({ id: `heard-${facts.id}`, name: 'heard' }))).onConflict((conflict) => conflict.doNothing()).execute();
          if (fail) {
            fail = false;
            throw new Error('once');
          }
        },
        afterwards: (found) => heard.push(...found.map(({ facts }) => facts.id)),
      });
      return made;
    };
    const first = follower();
    await first.onApplicationBootstrap();
    await bench.as('manager').post('/v1/lines', { id: 'read-1' });
    await until('read', () => (heard.includes('read-1') ? true : undefined));
    await first.onModuleDestroy();
    await bench.as('manager').post('/v1/lines', { id: 'read-2' });
    const second = follower();
    await second.onApplicationBootstrap();
    await until('read', () => (heard.includes('read-2') ? true : undefined));
    await second.onModuleDestroy();
    expect(heard.filter((id) => id.startsWith('read-'))).toEqual(['read-1', 'read-2']);
  });
});
