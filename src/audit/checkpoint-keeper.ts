import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { Database, run } from '../platform/database/database.js';
import { HealthChecks } from '../platform/health/health-checks.js';
import { WorkLoop } from '../platform/work-loop.js';
import { ledgerOlder, ledgerUnknown } from './audit.errors.js';
import { AuditLog } from './audit-log.js';
import { type Checkpoint, describeLoss, judge, type LedgerView, type LogPoint, LOOK, lookFor, SERVER, type ServerMark } from './checkpoint.js';
import { CheckpointDamaged } from './checkpoint-file.js';
import { CheckpointPlace } from './checkpoint-place.js';

/** What may be lost without being noticed: leaves that were committed since the last checkpoint. */
const EVERY_MS = 1_000;
const EARLIER_MS = 10_000;
const METRICS = { age: 'lineside_checkpoint_age_seconds', held: 'lineside_ledger_held' };
const ACCEPT = 'See "Backup and restore" in docs/operations.md, then run on this machine: npm run lineside -- ledger accept';

interface Kept {
  place: CheckpointPlace;
  checkpoint: Checkpoint;
}

/**
 * Keeps outside the ledger what the log held last, and compares: at the start before anything can be issued, and once a second. On a
 * ledger that lacks it, nothing is issued by any process until it is accepted.
 */
@Injectable()
export class CheckpointKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(CheckpointKeeper.name);
  private readonly loop = WorkLoop.every(CheckpointKeeper.name, EVERY_MS, () => this.look());
  private readonly places: readonly CheckpointPlace[];
  /** Points of the last seconds, oldest first. */
  private recent: LogPoint[] = [];
  private trouble: string | undefined;

  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
    @Inject(CONFIG) config: Config,
    checks: HealthChecks,
    private readonly clock: Clock,
  ) {
    const { CHECKPOINT_DIR, CHECKPOINT_COPY_DIR } = config;
    const placeIn = (folder: string, isMade: boolean) => new CheckpointPlace(folder, isMade, clock, (error) => this.logger.warn({ event: 'checkpoint.not_kept', folder, error }));
    this.places = [...(CHECKPOINT_DIR === undefined ? [] : [placeIn(CHECKPOINT_DIR, true)]), ...(CHECKPOINT_COPY_DIR === undefined ? [] : [placeIn(CHECKPOINT_COPY_DIR, false)])];
    checks.add('checkpoint', () => (this.trouble === undefined ? Promise.resolve() : Promise.reject(new Error(`${this.trouble}. ${ACCEPT}`))));
    checks.add('checkpoint-kept', () => Promise.resolve(this.assertKept()), { needed: false });
    this.measure();
  }

  async onModuleInit() {
    if (this.places.length === 0) this.logger.warn({ event: 'checkpoint.none', detail: 'CHECKPOINT_DIR is not set: a ledger that is restored from a backup would not be noticed' });
    await this.look();
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** Compares with all that was kept, and keeps what the ledger holds now where they agree. */
  async look(): Promise<void> {
    const { kept, damaged } = await this.readAll();
    const server = await this.server();
    let view = await this.view(kept[0]?.checkpoint);
    let foreign: string | undefined;
    let lost: { kind: 'older' | 'failover'; reason: string } | undefined;
    for (const { checkpoint } of kept) {
      view = await this.view(checkpoint);
      const verdict = judge(checkpoint, view, server);
      if (verdict === 'other') foreign = `the data folder belongs to the ledger ${checkpoint.ledger}, and DATABASE_URL names the ledger ${view.ledger}`;
      else if (verdict === 'older' || (verdict === 'failover' && lost === undefined)) lost = { kind: verdict, reason: describeLoss(checkpoint, view) };
    }
    if (lost) await this.hold(lost.kind, lost.reason);
    if (kept.length === 0 && damaged !== undefined) foreign = damaged;
    const forgotten = this.audit.forgotten;
    if (forgotten !== undefined) await this.hold(this.places.length > 0 ? 'failover' : 'older', `the ledger has lost ${forgotten}, which this service stored in it and handed out`);
    view = await this.view(kept[0]?.checkpoint);
    this.tell(view, foreign);
    if (foreign === undefined && view.hold === null) await this.write(view, kept, server);
  }

  private async readAll() {
    const kept: Kept[] = [];
    let damaged: string | undefined;
    for (const place of this.places) {
      try {
        const checkpoint = await place.read();
        if (checkpoint) kept.push({ place, checkpoint });
      } catch (error) {
        if (!(error instanceof CheckpointDamaged)) throw error;
        damaged = error.message;
      }
    }
    return { kept, damaged };
  }

  private async view(checkpoint: Checkpoint | undefined): Promise<LedgerView> {
    const [view] = await run<LedgerView>(this.db, LOOK, lookFor(checkpoint));
    return view!;
  }

  /** Null where the server does not tell who it is. */
  private async server(): Promise<ServerMark | null> {
    try {
      const [mark] = await run<ServerMark>(this.db, SERVER, []);
      return mark ?? null;
    } catch {
      return null;
    }
  }

  private async hold(kind: 'older' | 'failover', reason: string): Promise<void> {
    await this.db.transaction().execute((tx) => this.audit.hold(tx, kind, reason));
  }

  private tell({ hold, reason, epoch }: LedgerView, foreign: string | undefined): void {
    this.audit.epoch = epoch;
    this.audit.isHeld = hold !== null;
    this.audit.forgotten = undefined;
    this.audit.refuseIssuing(foreign === undefined ? undefined : ledgerUnknown(foreign));
    const trouble = foreign ?? (hold === null ? undefined : ledgerOlder(reason ?? hold).message);
    if (trouble !== undefined && trouble !== this.trouble) this.logger.error({ event: 'ledger.issues_nothing', reason: trouble, remedy: ACCEPT });
    this.trouble = trouble;
  }

  private async write(view: LedgerView, kept: readonly Kept[], server: ServerMark | null): Promise<void> {
    const { ledger, epoch, lastIndex: index, lastSeq: seq, lastHash: leafHash } = view;
    const holdsLast = ({ checkpoint }: Kept) => checkpoint.seq === seq && checkpoint.epoch === epoch && checkpoint.server?.timeline === server?.timeline;
    const current = seq === null ? this.places : kept.filter(holdsLast).map(({ place }) => place);
    for (const place of current) place.isCurrent();
    const behind = this.places.filter((place) => !current.includes(place));
    if (behind.length === 0 || seq === null || leafHash === null) return;
    const now = this.clock.now();
    const point = { index, seq, leafHash, at: now.toISOString() };
    const checkpoint = { ...point, ledger, epoch, earlier: this.pointBefore(+now - EARLIER_MS, kept[0]?.checkpoint), server };
    for (const place of behind) await place.write(checkpoint);
    this.recent.push(point);
  }

  /** The newest point that is as old as that. */
  private pointBefore(ms: number, kept: Checkpoint | undefined): LogPoint | null {
    if (this.recent.length === 0 && kept) this.recent = [...(kept.earlier ? [kept.earlier] : []), pointOf(kept)];
    while (this.recent.length > 1 && Date.parse(this.recent[1]!.at) <= ms) this.recent.shift();
    return this.recent[0] ?? null;
  }

  /** While the ledger is held, nothing is kept on purpose. */
  private assertKept(): void {
    const lags = this.places.map(({ lag }) => lag).filter((lag) => lag !== undefined);
    if (lags.length > 0 && this.trouble === undefined) throw new Error(`${lags.join(', and ')}: a ledger that is restored from a backup made after that would not be known as such`);
  }

  private measure(): void {
    // The registry is the process's, and a test builds several services in one.
    for (const name of Object.values(METRICS)) register.removeSingleMetric(name);
    const age = () => (this.places.length === 0 ? Number.NaN : Math.max(...this.places.map(({ ageMs }) => ageMs)) / 1_000);
    const held = () => Number(this.trouble !== undefined);
    new Gauge({ name: METRICS.age, help: 'Time since the log was last compared with what is kept outside the ledger, and kept in each folder', collect() { this.set(age()); } });
    new Gauge({ name: METRICS.held, help: '1 while nothing is issued because the ledger is older than what was issued, or another one', collect() { this.set(held()); } });
  }
}

const pointOf = ({ index, seq, leafHash, at }: Checkpoint): LogPoint => ({ index, seq, leafHash, at });
