import { Injectable } from '@nestjs/common';
import { leafHash } from '../audit/leaf.js';
import { readLeaf } from '../audit/log-follower.js';
import { bigintArray, textArray } from '../platform/database/arrays.js';
import { Database, run } from '../platform/database/database.js';
import { leafEvents, type WebhookEvent } from './webhook-events.js';

/** What a receiver gets: the same bytes under the same id, however often. */
export interface WebhookMessage {
  /** Place in the log. */
  index: number;
  type: string;
  id: string;
  body: string;
}

interface Order {
  id: string;
  externalId: string | null;
}

/** Leaves that are looked through for one batch. */
const BATCH = 1_000;

/** What is to be delivered, from the log and from what stays as it is of the units and orders that it names. */
@Injectable()
export class WebhookMessagesQueries {
  constructor(private readonly db: Database) {}

  /** From the index `from` on, of these events. `past`: up to where the log was looked through. */
  async next(from: number, events: readonly WebhookEvent[]): Promise<{ messages: WebhookMessage[]; past: number; more: boolean }> {
    const { next_index: end } = await this.db.selectFrom('log_sequencer').select('next_index').where('id', '=', 1).executeTakeFirstOrThrow();
    const past = Math.min(end, from + BATCH);
    if (past <= from) return { messages: [], past: from, more: false };
    const rows = await run<{ index: number; body: Buffer }>(this.db, 'select index, body from read_log($1, $2, $3)', [from, past, textArray(leafEvents(events))]);
    const leaves = rows.map(({ index, body }) => ({ index, hash: leafHash(body).toString('hex').slice(0, 16), ...readLeaf(body) }));
    const serials = leaves.flatMap(({ facts }) => ('serial' in facts ? [facts.serial] : 'unit' in facts ? [facts.unit] : []));
    const orders = leaves.flatMap(({ event, facts }) => (event.startsWith('work-order.') && 'id' in facts ? [String(facts.id)] : []));
    const results = leaves.flatMap(({ event, facts }) => (event === 'job.result' && 'job' in facts ? [Number(facts.job)] : []));
    const [ofUnits, ofOrders, steps] = await Promise.all([this.ordersOfUnits(serials), this.orders(orders), this.steps(results)]);
    const messages = leaves.flatMap(({ index, hash, at, actor, event, facts }) => {
      const serial = 'serial' in facts ? facts.serial : 'unit' in facts ? facts.unit : undefined;
      const order = serial === undefined ? ofOrders.get('id' in facts ? String(facts.id) : '') : ofUnits.get(serial);
      const step = event === 'job.result' && 'job' in facts ? steps.get(Number(facts.job)) : undefined;
      const passed = step?.isLast === true && 'outcome' in facts && facts.outcome === 'PASS';
      const types = [event, ...(passed ? ['unit.passed'] : [])] as WebhookEvent[];
      return types.filter((type) => events.includes(type)).map((type) => ({
        // The hash: a ledger that was restored gives the same index to another leaf.
        index, type, id: `${type.replaceAll('.', '-')}_${index}_${hash}`,
        body: JSON.stringify({ type, timestamp: at.toISOString(), index, actor, workOrder: order ?? null, data: { ...facts, ...(step && { step: step.name }) } }),
      }));
    });
    return { messages, past, more: past < end };
  }

  private async ordersOfUnits(serials: readonly string[]): Promise<Map<string, Order>> {
    if (serials.length === 0) return new Map();
    const rows = await run<Order & { serial: string }>(this.db,
      'select unit.serial, work_order.id, work_order.external_id as "externalId" from unit join work_order on work_order.id = unit.work_order_id where unit.serial = any($1::text[])', [textArray([...new Set(serials)])]);
    return new Map(rows.map(({ serial, id, externalId }) => [serial, { id, externalId }]));
  }

  private async orders(ids: readonly string[]): Promise<Map<string, Order>> {
    if (ids.length === 0) return new Map();
    const rows = await run<Order>(this.db, 'select id, external_id as "externalId" from work_order where id = any($1::text[])', [textArray([...new Set(ids)])]);
    return new Map(rows.map((order) => [order.id, order]));
  }

  /** Of each job, the step that it is of its unit's route. A unit passes with its last one. */
  private async steps(jobs: readonly number[]): Promise<Map<number, { name: string; isLast: boolean }>> {
    if (jobs.length === 0) return new Map();
    const rows = await run<{ id: number; name: string; isLast: boolean }>(this.db,
      'select job.id, job.step as name, job.step_number >= jsonb_array_length(work_order.route) as "isLast" from job join work_order on work_order.id = job.work_order_id where job.id = any($1::bigint[])', [bigintArray([...new Set(jobs)])]);
    return new Map(rows.map(({ id, name, isLast }) => [id, { name, isLast }]));
  }
}
