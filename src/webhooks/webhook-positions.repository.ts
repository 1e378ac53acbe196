import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import type { WebhookEvent } from './webhook-events.js';
import type { Attempt } from './webhook-sender.js';
import type { WebhookMessage } from './webhook-messages.queries.js';

/** A webhook that this process delivers for, for a while. */
export interface DueWebhook {
  id: string;
  url: string;
  events: WebhookEvent[];
  sealedSecret: Buffer;
  nextIndex: number;
  attempts: number;
  /** Its number; another process or a change of the webhook has another one. */
  claim: number;
}

/** Messages of each that are kept for people. */
const KEPT = 1_000;

/** Where each webhook stands in the log, and who is at work on it. Each step counts only while the process that takes it has the webhook. */
@Injectable()
export class WebhookPositionRepository {
  constructor(private readonly db: Database) {}

  /** Webhooks of which the log has more than was delivered and that nobody works on. Each is this process's for `holdMs`. */
  async claimDue(limit: number, holdMs: number): Promise<DueWebhook[]> {
    const { rows } = await sql<DueWebhook>`
      update webhook set claim = claim + 1, claimed_until = now() + ${holdMs} * interval '1 millisecond'
      where id in (
        select id from webhook where state = 'active' and next_attempt_at <= now() and (claimed_until is null or claimed_until <= now())
          and next_index < (select next_index from log_sequencer where id = 1)
        order by next_attempt_at limit ${limit} for update skip locked)
      returning id, url, events, sealed_secret as "sealedSecret", next_index as "nextIndex", attempts, claim`.execute(this.db);
    return rows;
  }

  /** All before `nextIndex` was delivered. False when the webhook is another's by now. */
  moveOn({ id, claim }: DueWebhook, nextIndex: number, holdMs: number): Promise<boolean> {
    return this.moved(this.db, id, claim, { next_index: nextIndex, claimed_until: inMs(holdMs) });
  }

  /** The message was delivered; `nextIndex`: where the webhook stands from now on. False when it is another's by now. */
  delivered({ id, claim }: DueWebhook, message: WebhookMessage, { status }: Attempt, nextIndex: number, holdMs: number): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      if (!(await this.moved(tx, id, claim, { next_index: nextIndex, attempts: 0, failing_since: null, delivered_at: new Date(), claimed_until: inMs(holdMs) }))) return false;
      await this.note(tx, id, message, { status, problem: null });
      return true;
    });
  }

  /** It was not, and is tried again after a pause. Answers for how many milliseconds it has failed by then; undefined when it is another's by now. */
  failed({ id, claim }: DueWebhook, message: WebhookMessage, attempt: Attempt, pauseMs: number): Promise<number | undefined> {
    return this.db.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable('webhook')
        .set((eb) => ({ attempts: eb('attempts', '+', 1), failing_since: eb.fn.coalesce('failing_since', sql<Date>`now()`), next_attempt_at: inMs(pauseMs), claimed_until: null }))
        .where('id', '=', id)
        .where('claim', '=', claim)
        .returning(sql<number>`1000 * extract(epoch from now() - failing_since)::float`.as('failingMs'))
        .executeTakeFirst();
      if (row) await this.note(tx, id, message, attempt);
      return row?.failingMs;
    });
  }

  async pause(tx: Ledger, id: string, reason: string): Promise<void> {
    await tx.updateTable('webhook').set({ state: 'paused', reason }).where('id', '=', id).execute();
  }

  /** Nobody works on it any more; what people no longer look at is forgotten. */
  async letGo({ id, claim }: DueWebhook): Promise<void> {
    await this.moved(this.db, id, claim, { claimed_until: null });
    await sql`delete from webhook_delivery where webhook_id = ${id} and log_index < (
      select log_index from webhook_delivery where webhook_id = ${id} order by log_index desc offset ${KEPT} limit 1)`.execute(this.db);
  }

  private async moved(ledger: Ledger, id: string, claim: number, to: object): Promise<boolean> {
    return (await ledger.updateTable('webhook').set(to).where('id', '=', id).where('claim', '=', claim).returning('id').executeTakeFirst()) !== undefined;
  }

  private async note(tx: Ledger, webhook: string, { index, type, id }: WebhookMessage, { status, problem }: Attempt): Promise<void> {
    const told = { status, problem, delivered_at: problem === null ? new Date() : null };
    await tx
      .insertInto('webhook_delivery')
      .values({ webhook_id: webhook, log_index: index, type, message_id: id, attempts: 1, ...told })
      .onConflict((conflict) => conflict.columns(['webhook_id', 'log_index', 'type']).doUpdateSet((eb) => ({ ...told, message_id: id, attempts: eb('webhook_delivery.attempts', '+', 1), last_at: new Date() })))
      .execute();
  }
}

function inMs(ms: number) {
  return sql<Date>`now() + ${ms} * interval '1 millisecond'`;
}
