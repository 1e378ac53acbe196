import { Injectable } from '@nestjs/common';
import type { KeepAnswer, Replay } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { slotUnknown } from '../stations/station.errors.js';
import { StationRepository } from '../stations/station.repository.js';
import { JobId, jobName } from './job.schema.js';
import { type Unmovable, workNotMovable } from './programming.errors.js';
import { placeOf, queueName } from './queue-place.js';
import { SlotPlaces } from './slot-places.js';
import { type OfPool, type WaitingJob, WaitingWorkRepository } from './waiting-work.repository.js';
import { MOST_UNITS, type MoveWork, type PutFirst } from './work-changes.schema.js';

/** To whom work may go: a station or a slot of it, or (`assignedTo` is empty) whoever on the line asks. `steps`: those that are done there; none: any. */
interface Target {
  line: string;
  assignedTo: string;
  steps: readonly string[];
}

/** Where work is taken from: what is assigned to these, or a pool. */
type Source = { assignees: string[] } | { pool: OfPool };

/** What is kept of a change, and of its answer: of which jobs it was. */
interface Changed {
  units: { job: string }[];
}

/** Changes of where work waits and in which order, each in one transaction, on record for each unit. The log tells the queues. Work at a station is not touched. */
@Injectable()
export class WorkChanges {
  constructor(
    private readonly work: WaitingWorkRepository,
    private readonly stations: StationRepository,
    private readonly places: SlotPlaces,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** All of the named units, or none: throws `work-not-movable` with each that can't be. */
  async move(actor: string, { serials, from, count = MOST_UNITS, to, reason }: MoveWork, keepAnswer: KeepAnswer) {
    const target = await this.targetOf(to);
    const source = from === undefined ? null : await this.sourceOf(from, target);
    const changed = await this.db.transaction().execute(async (tx) => {
      const jobs = source === null ? await this.named(tx, serials ?? [], target) : await this.taken(tx, source, target, count);
      const moving = jobs.filter(({ assignedTo }) => assignedTo !== target.assignedTo);
      await this.work.assign(tx, moving.map(({ id }) => id), target.assignedTo);
      for (const { id, serial, ...where } of moving) {
        await this.audit.record(tx, actor, 'job.moved', `unit:${serial}`, { job: id, serial, from: queueOf(where), to: queueOf({ ...where, assignedTo: target.assignedTo }), reason });
      }
      const kept = changeOf(jobs);
      await keepAnswer(tx, kept);
      return kept;
    });
    this.places.forget();
    return this.describe(changed);
  }

  /** Before all others of their queue and step, also in the steps that follow; or as their order says again. Throws `work-not-movable`. */
  async putFirst(actor: string, { serials, first, reason }: PutFirst, keepAnswer: KeepAnswer) {
    const changed = await this.db.transaction().execute(async (tx) => {
      const jobs = await this.named(tx, serials, undefined);
      await this.work.putFirst(tx, jobs.map(({ id }) => id), first);
      for (const { id, serial } of jobs) await this.audit.record(tx, actor, 'job.put-first', `unit:${serial}`, { job: id, serial, first, reason });
      const kept = changeOf(jobs);
      await keepAnswer(tx, kept);
      return kept;
    });
    return this.describe(changed);
  }

  /** As it all stands by now. */
  async describe({ units: changed }: Changed) {
    const units = (await this.work.now(changed.map(({ job }) => JobId.parse(job)))).map(({ id, serial, state, precedence, ...where }) => ({
      serial, job: jobName(id), queue: state === 'queued' ? queueOf(where) : null, first: precedence === 0,
    }));
    return { units };
  }

  private async targetOf(to: MoveWork['to']): Promise<Target> {
    if ('line' in to) return { line: (await this.stations.getLine(to.line)).id, assignedTo: '', steps: [] };
    const { id, line, steps, slots } = await this.stations.get(to.station);
    if (to.slot !== undefined && !slots.includes(to.slot)) throw slotUnknown(id, to.slot);
    return { line, assignedTo: to.slot === undefined ? id : `${id}/${to.slot}`, steps };
  }

  /** Throws `work-not-movable` where nothing of it could go there. */
  private async sourceOf(from: NonNullable<MoveWork['from']>, { line, steps, assignedTo }: Target): Promise<Source> {
    const where = 'station' in from ? await this.stations.get(from.station) : await this.stations.getLine(from.line).then(({ id }) => ({ line: id }));
    if (where.line !== line) throw workNotMovable([{ serial: null, why: 'other-line', is: where.line }]);
    if ('station' in from) {
      const { id, slots } = await this.stations.get(from.station);
      if (from.slot !== undefined && !slots.includes(from.slot)) throw slotUnknown(id, from.slot);
      const assignees = from.slot === undefined ? [id, ...slots.map((slot) => `${id}/${slot}`)] : [`${id}/${from.slot}`];
      return { assignees: assignees.filter((assignee) => assignee !== assignedTo) };
    }
    if (from.step !== undefined && steps.length > 0 && !steps.includes(from.step)) throw workNotMovable([{ serial: null, why: 'step-not-done', is: from.step }]);
    return { pool: { line, steps: from.step === undefined ? steps : [from.step], workOrder: from.workOrder ?? '' } };
  }

  private taken(tx: Ledger, source: Source, { steps }: Target, count: number): Promise<WaitingJob[]> {
    return 'pool' in source ? this.work.lockNext(tx, source.pool, count) : this.work.lockAssigned(tx, source.assignees, steps, count);
  }

  private async named(tx: Ledger, serials: readonly string[], target: Target | undefined): Promise<WaitingJob[]> {
    const jobs = await this.work.lockOf(tx, serials);
    const waiting = new Set(jobs.map(({ serial }) => serial));
    const others = serials.filter((serial) => !waiting.has(serial));
    const standing = others.length > 0 ? await this.work.standing(tx, others) : new Map<string, Unmovable['why']>();
    const faults: Unmovable[] = [
      ...[...standing].map(([serial, why]) => ({ serial, why, is: null })),
      ...jobs.filter(({ line }) => target !== undefined && line !== target.line).map(({ serial, line }) => ({ serial, why: 'other-line' as const, is: line })),
      ...jobs.filter(({ step }) => target !== undefined && target.steps.length > 0 && !target.steps.includes(step)).map(({ serial, step }) => ({ serial, why: 'step-not-done' as const, is: step })),
    ];
    if (faults.length > 0) throw workNotMovable(faults);
    return jobs;
  }
}

const changeOf = (jobs: readonly WaitingJob[]): Changed => ({ units: jobs.map(({ id }) => ({ job: jobName(id) })) });
const queueOf = ({ line, step, assignedTo }: Pick<WaitingJob, 'line' | 'step' | 'assignedTo'>) => queueName(placeOf({ line, step, assignedTo }));

/** A repeat is told how the same jobs stand by then. */
@Injectable()
export class WorkChangeReplay implements Replay {
  constructor(private readonly changes: WorkChanges) {}

  answer(kept: unknown) {
    return this.changes.describe(kept as Changed);
  }
}
