import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { textArray } from '../platform/database/arrays.js';
import { Database, type Ledger, run } from '../platform/database/database.js';
import { Instance } from '../platform/database/instance.js';
import { WorkLoop } from '../platform/work-loop.js';
import type { AuditEvent } from './audit-log.js';
import type { Leaf } from './leaf.js';

/** A leaf with its place in the log. */
export interface IndexedLeaf<E extends AuditEvent = AuditEvent> extends Leaf<E> {
  index: number;
}

/** Somebody who does something for every leaf of some events, in the order of the log. */
export interface LogReader<E extends AuditEvent = AuditEvent> {
  /** Under which its position is kept in the ledger. */
  name: string;
  events: readonly E[];
  /** Part of the transaction that moves the position on: what it writes to the ledger happens once. What it throws is tried again. */
  read(leaves: readonly IndexedLeaf<E>[], tx: Ledger): Promise<void>;
  /** After that transaction, in the process that has read them. */
  afterwards?(leaves: readonly IndexedLeaf<E>[]): void;
}

const BATCH = 1_000;
/** Between two looks at which readers are behind: for those that no notification has woken, as most leaves are of no interest to most readers. */
const LOOK_EVERY_MS = 1_000;
/** A reader is woken; of itself it looks only this often. */
const READ_EVERY_MS = 60_000;
const CHANNEL = 'lineside_log';

/** Lets readers follow the log, each from its own position, and one process at a time for each reader. Runs in the worker role. */
@Injectable()
export class LogFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly readers: { name: string; events: readonly AuditEvent[]; loop: WorkLoop<void> }[] = [];
  private readonly others: { events: readonly AuditEvent[]; heard: () => void }[] = [];
  private readonly looking = WorkLoop.every(LogFollower.name, LOOK_EVERY_MS, () => this.wakeThoseBehind());

  constructor(
    private readonly db: Database,
    private readonly instance: Instance,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** To be called before the application is up. A reader whose name the ledger does not know begins with the first leaf. */
  follow<E extends AuditEvent>(reader: LogReader<E>): void {
    const { name, events } = reader;
    this.readers.push({ name, events, loop: WorkLoop.every(`LogReader ${name}`, READ_EVERY_MS, () => this.readOn(reader)) });
  }

  /** For whoever keeps positions of his own: `heard` is called when there are new leaves of some of these events. A call may get lost. To be called before the application is up. */
  onLeaves(events: readonly AuditEvent[], heard: () => void): void {
    this.others.push({ events, heard });
  }

  async onApplicationBootstrap() {
    if (!this.config.ROLES.includes('worker')) return;
    await this.instance.listen(CHANNEL, (payload) => this.wake(new Set(payload.split(','))));
    for (const { loop } of this.readers) loop.start();
    this.looking.start();
  }

  async onModuleDestroy() {
    await this.looking.stop();
    await Promise.all(this.readers.map(({ loop }) => loop.stop()));
  }

  private wake(present: ReadonlySet<string>) {
    for (const { events, loop } of this.readers) if (events.some((event) => present.has(event))) loop.wake();
    for (const { events, heard } of this.others) if (events.some((event) => present.has(event))) heard();
  }

  /** One statement for all readers: ten transactions a second in a service that nobody calls would cost it more than all its other loops. */
  private async wakeThoseBehind(): Promise<void> {
    const behind = await run<{ name: string }>(
      this.db,
      'select name from unnest($1::text[]) as name left join log_position on reader = name where coalesce(log_position.next_index, 0) < (select next_index from log_sequencer where id = 1)',
      [textArray(this.readers.map(({ name }) => name))],
    );
    const names = new Set(behind.map(({ name }) => name));
    for (const { name, loop } of this.readers) if (names.has(name)) loop.wake();
  }

  /** Reads one batch. True when there is more. */
  private async readOn<E extends AuditEvent>(reader: LogReader<E>): Promise<boolean> {
    const { leaves, more } = await this.db.transaction().execute(async (tx) => {
      const from = await this.lockPosition(tx, reader.name);
      if (from === undefined) return { leaves: [], more: false };
      const { next_index: end } = await tx.selectFrom('log_sequencer').select('next_index').where('id', '=', 1).executeTakeFirstOrThrow();
      const to = Math.min(end, from + BATCH);
      if (to === from) return { leaves: [], more: false };
      const found = await this.leavesBetween(tx, from, to, reader.events);
      if (found.length > 0) await reader.read(found, tx);
      await tx.updateTable('log_position').set({ next_index: to }).where('reader', '=', reader.name).execute();
      return { leaves: found, more: to < end };
    });
    if (leaves.length > 0) reader.afterwards?.(leaves);
    return more;
  }

  /** Undefined while another process reads for this reader. */
  private async lockPosition(tx: Ledger, reader: string): Promise<number | undefined> {
    const find = () => tx.selectFrom('log_position').select('next_index').where('reader', '=', reader).forUpdate().skipLocked().executeTakeFirst();
    const known = await find();
    if (known) return known.next_index;
    const added = await tx
      .insertInto('log_position')
      .values({ reader, next_index: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .returning('next_index')
      .executeTakeFirst();
    return added?.next_index;
  }

  private async leavesBetween<E extends AuditEvent>(tx: Ledger, from: number, to: number, events: readonly E[]): Promise<IndexedLeaf<E>[]> {
    const rows = await run<{ index: number; body: Buffer }>(tx, 'select index, body from read_log($1, $2, $3)', [from, to, textArray(events)]);
    return rows.map(({ index, body }) => ({ index, ...(readLeaf(body) as Leaf<E>) }));
  }
}

/** From the bytes that the log keeps. */
export function readLeaf(body: Buffer): Leaf {
  const { at, ...rest } = JSON.parse(body.toString()) as Omit<Leaf, 'at'> & { at: string };
  return { ...rest, at: new Date(at) };
}
