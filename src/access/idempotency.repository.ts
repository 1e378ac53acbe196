import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { sql } from 'kysely';
import { bigintArray, textArray } from '../platform/database/arrays.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import { idempotencyKeyReused, requestInProgress } from '../platform/errors/platform.errors.js';
import { WorkLoop } from '../platform/work-loop.js';

/** How long a row outlives a request whose process hangs. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** A row may vanish between two looks, with the refusal of the request that held it. */
const MOST_LOOKS = 3;

/** A request by its caller and Idempotency-Key. */
export interface Identified {
  caller: string;
  key: string;
  /** Of method, address and body: another request may not use the key. */
  requestSha256: Buffer;
}

/** The row belongs to this request under this fence, which no other request has or had. */
export interface Held extends Identified {
  fence: number;
}

export interface KeptAnswer {
  status: number;
  body: unknown;
}

/**
 * Requests with an Idempotency-Key, and the answers that are kept for their repeats. A row without an answer is leased to the
 * request that runs: its process renews it, and when the process dies, hangs or loses the ledger over it, the next repeat takes it over.
 */
@Injectable()
export class IdempotencyRepository implements OnApplicationBootstrap, OnModuleDestroy {
  /** Requests of this process, from before their row is there until after it was kept or forgotten. Fence undefined: the row is not there yet. */
  private readonly running = new Map<string, { request: Identified; fence?: number }>();
  private readonly loop = WorkLoop.every(IdempotencyRepository.name, RENEW_MS, () => this.renew());

  constructor(
    private readonly db: Database,
    private readonly instance: Instance,
  ) {}

  onApplicationBootstrap() {
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /**
   * Runs the request, or answers what the first request with its key answered. `keep` is called with what `run` has returned and says what is
   * kept of it. What `run` throws was no change, and nothing is kept of it.
   * @throws `request-in-progress`, `idempotency-key-reused`
   */
  async once<Answer>(request: Identified, run: (held: Held) => Promise<Answer>, keep: (answer: Answer) => KeptAnswer): Promise<{ answer: Answer } | { kept: KeptAnswer }> {
    const name = `${request.caller}\n${request.key}`;
    const other = this.running.get(name);
    if (other) throw other.request.requestSha256.equals(request.requestSha256) ? requestInProgress() : idempotencyKeyReused();
    const running: { request: Identified; fence?: number } = { request };
    this.running.set(name, running);
    try {
      const taken = await this.take(request);
      if ('kept' in taken) return taken;
      running.fence = taken.held.fence;
      return { answer: await this.runHeld(taken.held, run, keep) };
    } finally {
      this.running.delete(name);
    }
  }

  private async runHeld<Answer>(held: Held, run: (held: Held) => Promise<Answer>, keep: (answer: Answer) => KeptAnswer): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await run(held);
    } catch (error) {
      // Where the ledger is away the row is left, and the next repeat takes it over.
      await this.forget(held).catch(() => undefined);
      throw error;
    }
    await this.keep(held, keep(answer));
    return answer;
  }

  private async take(request: Identified): Promise<{ held: Held } | { kept: KeptAnswer }> {
    for (let looks = 1; looks <= MOST_LOOKS; looks++) {
      const fence = (await this.insert(request)) ?? undefined;
      if (fence !== undefined) return { held: { ...request, fence } };
      const first = await this.find(request);
      if (!first) continue;
      if (!first.request_sha256.equals(request.requestSha256)) throw idempotencyKeyReused();
      if (first.status !== null) return { kept: { status: first.status, body: first.body } };
      const left = first.ended || first.held_by === this.instance.number || (await goneInstances([first.held_by], this.db)).has(first.held_by);
      if (!left) throw requestInProgress();
      const next = await this.takeOver(request, first.fence);
      if (next !== undefined) return { held: { ...request, fence: next } };
    }
    throw requestInProgress();
  }

  private async insert({ caller, key, requestSha256 }: Identified): Promise<number | undefined> {
    const row = await this.db
      .insertInto('idempotency')
      .values({ caller, key, request_sha256: requestSha256, held_by: this.instance.number, held_until: leaseEnd() })
      .onConflict((conflict) => conflict.doNothing())
      .returning('fence')
      .executeTakeFirst();
    return row?.fence;
  }

  private find({ caller, key }: Identified) {
    return this.db
      .selectFrom('idempotency')
      .select(['request_sha256', 'status', 'body', 'held_by', 'fence', sql<boolean>`held_until <= clock_timestamp()`.as('ended')])
      .where('caller', '=', caller)
      .where('key', '=', key)
      .executeTakeFirst();
  }

  /** The row's next fence, or undefined when another repeat was faster. */
  private async takeOver({ caller, key }: Identified, fence: number): Promise<number | undefined> {
    const row = await this.db
      .updateTable('idempotency')
      .set({ held_by: this.instance.number, held_until: leaseEnd(), fence: sql<number>`nextval('idempotency_fence')` })
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('fence', '=', fence)
      .where('status', 'is', null)
      .returning('fence')
      .executeTakeFirst();
    return row?.fence;
  }

  /** The same within the transaction of the change: a repeat finds both or neither. @throws `request-in-progress` when the row was taken over: the change is the repeat's then */
  async keepWithin(tx: Ledger, held: Held, answer: KeptAnswer): Promise<void> {
    if (!(await this.keep(held, answer, tx, true))) throw requestInProgress();
  }

  /** False when the row was taken over: nothing is kept of such a request, the repeat's answer is. `first`: none was kept yet; the request itself may say more when it is answered. */
  private async keep({ caller, key, fence }: Held, { status, body }: KeptAnswer, ledger: Ledger = this.db, first = false): Promise<boolean> {
    const kept = { status, body: body === undefined ? null : JSON.stringify(body) };
    const row = await ledger
      .updateTable('idempotency')
      .set(kept)
      .where('caller', '=', caller).where('key', '=', key).where('fence', '=', fence).where('held_by', '=', this.instance.number)
      .$if(first, (query) => query.where('status', 'is', null))
      .returning('key')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Unless its answer was kept with a change that is committed: then only the answer failed. */
  private async forget({ caller, key, fence }: Held) {
    await this.db.deleteFrom('idempotency').where('caller', '=', caller).where('key', '=', key).where('fence', '=', fence).where('status', 'is', null).execute();
  }

  /** The rows of all requests that run in this process at the moment last another lease. */
  private async renew() {
    const held = [...this.running.values()].flatMap(({ request, fence }) => (fence === undefined ? [] : [{ ...request, fence }]));
    if (held.length === 0) return;
    const [callers, keys, fences] = [textArray(held.map(({ caller }) => caller)), textArray(held.map(({ key }) => key)), bigintArray(held.map(({ fence }) => fence))];
    await sql`update idempotency set held_until = ${leaseEnd()}
      from unnest(${callers}::text[], ${keys}::text[], ${fences}::bigint[]) as held (caller, key, fence)
      where idempotency.caller = held.caller and idempotency.key = held.key and idempotency.fence = held.fence and status is null`.execute(this.db);
  }
}

function leaseEnd() {
  return sql<Date>`clock_timestamp() + ${LEASE_MS} * interval '1 millisecond'`;
}
