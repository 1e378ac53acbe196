import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import { webhookNotFound } from './webhooks.errors.js';
import type { WebhookState } from './webhook.tables.js';

/** As people see it. `behind`: leaves of the log that it has not been looked through for. */
export interface Webhook {
  id: string;
  url: string;
  events: string[];
  state: WebhookState;
  reason: string | null;
  nextIndex: number;
  behind: number;
  attempts: number;
  failingSince: Date | null;
  nextAttemptAt: Date | null;
  deliveredAt: Date | null;
  createdBy: string;
  createdAt: Date;
}

export interface Delivery {
  index: number;
  type: string;
  messageId: string;
  attempts: number;
  status: number | null;
  problem: string | null;
  firstAt: Date;
  lastAt: Date;
  deliveredAt: Date | null;
}

const COLUMNS = [
  'id', 'url', 'events', 'state', 'reason', 'next_index as nextIndex', 'attempts', 'failing_since as failingSince', 'delivered_at as deliveredAt', 'created_by as createdBy', 'created_at as createdAt',
  sql<Date | null>`case when state = 'active' and attempts > 0 then next_attempt_at end`.as('nextAttemptAt'),
  sql<number>`(select next_index from log_sequencer where log_sequencer.id = 1) - webhook.next_index`.as('behind'),
] as const;

/** What nobody tries at the moment is tried at once. */
const ANEW = { attempts: 0, failing_since: null, next_attempt_at: sql<Date>`now()`, claimed_until: null };

/** Webhooks and what became of their messages, for people. `WebhookPositionRepository` moves them on. */
@Injectable()
export class WebhookRepository {
  constructor(private readonly db: Database) {}

  /** It is told of what happens from now on. */
  async insert(tx: Ledger, webhook: { id: string; url: string; events: string[]; sealedSecret: Buffer; createdBy: string }): Promise<void> {
    const { id, url, events, sealedSecret, createdBy } = webhook;
    await tx
      .insertInto('webhook')
      .values({
        id, url, events, sealed_secret: sealedSecret, state: 'active', reason: null, created_by: createdBy, failing_since: null, claimed_until: null, delivered_at: null,
        next_index: sql<number>`(select next_index from log_sequencer where id = 1)`,
      })
      .execute();
  }

  /** Takes a lock until `tx` ends, so that there are never more than `most`. */
  async countLocked(tx: Ledger): Promise<number> {
    await sql`select pg_advisory_xact_lock(hashtext('webhook'))`.execute(tx);
    return (await tx.selectFrom('webhook').select((eb) => eb.fn.countAll<number>().as('count')).where('state', '<>', 'deleted').executeTakeFirstOrThrow()).count;
  }

  list(limit: number, after?: string): Promise<Webhook[]> {
    let rows = this.db.selectFrom('webhook').select(COLUMNS).where('state', '<>', 'deleted').orderBy('id').limit(limit);
    if (after !== undefined) rows = rows.where('id', '>', after);
    return rows.execute();
  }

  async get(id: string, ledger: Ledger = this.db): Promise<Webhook> {
    const row = await ledger.selectFrom('webhook').select(COLUMNS).where('id', '=', id).where('state', '<>', 'deleted').executeTakeFirst();
    if (!row) throw webhookNotFound(id);
    return row;
  }

  /** Locked until `tx` ends; also one that was deleted. Throws `webhook-unknown`. */
  async lock(tx: Ledger, id: string): Promise<WebhookState> {
    const row = await tx.selectFrom('webhook').select('state').where('id', '=', id).forUpdate().executeTakeFirst();
    if (!row) throw webhookNotFound(id);
    return row.state;
  }

  /** Whoever is delivering for it at this moment moves it on no more. */
  async change(tx: Ledger, id: string, { nextIndex, ...changes }: { url?: string | undefined; events?: string[] | undefined; state?: 'active' | 'paused' | undefined; reason?: string | null; nextIndex?: number }): Promise<void> {
    const told = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    await tx
      .updateTable('webhook')
      .set((eb) => ({ ...told, ...ANEW, claim: eb('claim', '+', 1), ...(nextIndex === undefined ? {} : { next_index: nextIndex }) }))
      .where('id', '=', id)
      .execute();
  }

  async delete(tx: Ledger, id: string): Promise<void> {
    await tx.deleteFrom('webhook_delivery').where('webhook_id', '=', id).execute();
    await tx.updateTable('webhook').set((eb) => ({ state: 'deleted' as const, sealed_secret: null, claim: eb('claim', '+', 1) })).where('id', '=', id).execute();
  }

  /** The next index of the log. */
  async end(tx: Ledger): Promise<number> {
    return (await tx.selectFrom('log_sequencer').select('next_index').where('id', '=', 1).executeTakeFirstOrThrow()).next_index;
  }

  /** The newest first; `before`: index and type of the last one that was seen. */
  deliveries(id: string, limit: number, before?: { index: number; type: string }): Promise<Delivery[]> {
    let rows = this.db
      .selectFrom('webhook_delivery')
      .select(['log_index as index', 'type', 'message_id as messageId', 'attempts', 'status', 'problem', 'first_at as firstAt', 'last_at as lastAt', 'delivered_at as deliveredAt'])
      .where('webhook_id', '=', id)
      .orderBy('log_index', 'desc')
      .orderBy('type', 'desc')
      .limit(limit);
    if (before) rows = rows.where((eb) => eb(eb.refTuple('log_index', 'type'), '<', eb.tuple(before.index, before.type)));
    return rows.execute();
  }
}
