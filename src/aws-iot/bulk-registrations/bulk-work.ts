import { Inject, Injectable, Logger } from '@nestjs/common';
import { backoffMs, jittered } from '../../platform/backoff.js';
import { CONFIG, type Config } from '../../config/config.js';
import { AwsIotError, AwsIotRefused, AwsIotThrottled, UNEXPECTED } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { RegistrationTask, ReportType } from '../clients/registration-tasks.client.js';
import { RegistrationRepository } from '../registrations/registrations.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { type BulkRegistration, BulkRegistrationRepository } from './bulk-registrations.repository.js';
import type { BulkSigner, LineReport } from './bulk-signer.js';
import { BulkSigners } from './bulk-signers.js';

const logger = new Logger('BulkWork');
/** The longest pause between two looks at a task of ours, at one of somebody else's, and after a failure, in milliseconds. */
const MOST_MS = { watch: 15_000, foreign: 30_000, failed: 300_000 };
/** From a start whose answer was lost to the search for its task, in rounds. */
const SETTLE_ROUNDS = 5;
/** A start is asked for within this time of the look before it, so that another worker has not taken over meanwhile. */
const START_WITHIN_MS = 60_000;
/** Reports that can't be read so often, for half an hour, are done without: each unit is asked for in AWS. */
const MOST_READINGS = 12;
/** Lines of a report that are kept at once. */
const REPORTED_AT_ONCE = 500;
const FORGOTTEN = 'AWS does not know the task any more';
/** A line that makes nothing, since it names nothing: it shows whether AWS takes the template, the role and the file. */
const TRIAL = Buffer.from('{}\n');

/**
 * One registration from its units to what became of each: sealed, uploaded, started, watched, read. Each step is kept before the next, so that anybody goes on
 * where a worker has stopped; a start is on record before AWS is asked, so that no task is started twice for the same lines.
 */
@Injectable()
export class BulkWork {
  private readonly everyMs: number;

  constructor(
    private readonly registrations: BulkRegistrationRepository,
    private readonly signers: BulkSigners,
    private readonly caRegistrations: RegistrationRepository,
    private readonly clients: AwsIotClients,
    @Inject(CONFIG) config: Config,
  ) {
    this.everyMs = config.RECONCILE_MS;
  }

  /** Its next step; undefined when it rests or has ended. Rejects with an AwsIotError. */
  step(target: Target, bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    switch (bulk.state) {
      case 'collecting': return this.signers.of(bulk).rows.seal(bulk);
      case 'sealed': return this.upload(target, bulk);
      case 'uploaded': return this.start(target, bulk);
      case 'starting': return this.findStarted(target, bulk);
      case 'running': return this.watch(target, bulk);
      case 'reporting': return this.read(target, bulk);
      case 'ended': return Promise.resolve(undefined);
    }
  }

  /** What AWS refused or did not answer is tried again later. */
  async failed(bulk: BulkRegistration, message: string, code: string | null): Promise<void> {
    await this.registrations.rest(bulk, jittered(this.after(bulk, MOST_MS.failed)), { detail: message, aws_error: code });
    // Whoever waits for the trial says why.
    if (bulk.trial) await this.caRegistrations.lookAgain(bulk.target, 'bulk');
  }

  private async upload(target: Target, bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    const content = bulk.trial ? TRIAL : await this.fileOf(bulk);
    await this.clients.for(target).objects.put(bulk.bucket, bulk.key, content);
    return this.registrations.move(bulk, 'uploaded');
  }

  private async fileOf(bulk: BulkRegistration): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const text of this.signers.of(bulk).content(bulk)) parts.push(Buffer.from(text));
    return Buffer.concat(parts);
  }

  private async start(target: Target, bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    const until = performance.now() + START_WITHIN_MS;
    const running = await this.runningIn(target);
    if (running) return this.waitFor(bulk, running);
    const starting = await this.registrations.moveToStart(bulk);
    if (!starting || performance.now() > until) return undefined;
    let taskId: string;
    try {
      taskId = await this.clients.for(target).registrationTasks.start(starting);
    } catch (error) {
      // Whatever else went wrong, the task may have been started.
      if (!(error instanceof AwsIotRefused || error instanceof AwsIotThrottled)) return this.settle(starting, error);
      const uploaded = await this.registrations.move(starting, 'uploaded', { attempts: bulk.attempts });
      const other = uploaded && (await this.runningIn(target));
      if (other) return this.waitFor(uploaded, other);
      throw error;
    }
    return this.registrations.move(starting, 'running', { task_id: taskId }, this.everyMs).then(() => undefined);
  }

  /** A task that runs in the account; AWS refuses another one meanwhile. */
  private async runningIn(target: Target): Promise<RegistrationTask | undefined> {
    const { registrationTasks } = this.clients.for(target);
    for (const status of ['InProgress', 'Cancelling'] as const) {
      for await (const id of registrationTasks.ids(status)) {
        const task = await registrationTasks.find(id);
        if (task?.status === status) return task;
      }
    }
    return undefined;
  }

  private async waitFor(bulk: BulkRegistration, task: RegistrationTask): Promise<undefined> {
    // One of ours whose start was not seen to succeed.
    if (task.bucket === bulk.bucket && task.key === bulk.key) {
      await this.registrations.move(bulk, 'running', { task_id: task.id }, this.everyMs);
      return;
    }
    const whose = (await this.registrations.isOurs(task.id)) ? 'an earlier task' : 'a task of somebody else’s';
    const detail = `Waits for ${whose} in the account, ${task.id} with s3://${task.bucket}/${task.key} (${task.percentage} %): AWS runs one at a time`;
    await this.registrations.rest(bulk, this.after(bulk, MOST_MS.foreign), { waits_for: task.id, detail });
  }

  /** AWS may show a task only some time after it has begun it. */
  private async settle(bulk: BulkRegistration, error: unknown): Promise<undefined> {
    const detail = `${error instanceof Error ? error.message : String(error)}; whether the task has started shows in a moment`;
    await this.registrations.rest(bulk, this.everyMs * SETTLE_ROUNDS, { detail });
  }

  /** AWS was asked to start the task, and nobody kept its answer: it is looked for by its file, among those that run and those that have ended. */
  private async findStarted(target: Target, bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    const { registrationTasks } = this.clients.for(target);
    for await (const id of registrationTasks.ids()) {
      if (await this.registrations.isOurs(id)) continue;
      const task = await registrationTasks.find(id);
      if (task?.bucket === bulk.bucket && task.key === bulk.key) return this.registrations.move(bulk, 'running', { task_id: id });
    }
    return this.registrations.move(bulk, 'uploaded', { detail: 'AWS had not started the task' });
  }

  private async watch(target: Target, bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    const task = await this.clients.for(target).registrationTasks.find(bulk.taskId ?? '');
    const change = task === undefined ? { task_status: null } : { task_status: task.status, succeeded: task.succeeded, failed: task.failed, percentage: task.percentage };
    if (task?.status === 'InProgress' || task?.status === 'Cancelling') {
      await this.registrations.rest(bulk, this.after(bulk, MOST_MS.watch), change);
      return undefined;
    }
    const why = task === undefined ? FORGOTTEN : `The task is ${task.status}${task.message === null || task.message === '' ? '' : `: ${task.message}`}`;
    if (task?.status !== 'Completed') logger.warn({ event: 'bulk.task-failed', target: target.name, bulkRegistration: bulk.id, taskId: bulk.taskId, detail: why });
    if (bulk.trial) return this.endTrial(target, bulk, task?.status === 'Completed', why, change);
    return this.registrations.move(bulk, 'reporting', { ...change, detail: task?.status === 'Completed' ? null : why });
  }

  /** A trial is tried again until AWS takes it; what waits for it is looked at then. */
  private async endTrial(target: Target, bulk: BulkRegistration, passed: boolean, why: string, change: object): Promise<undefined> {
    if (passed) await this.registrations.move(bulk, 'ended', { ...change, ended_at: new Date() });
    else await this.registrations.move(bulk, 'sealed', { object_key: this.registrations.anotherKey(bulk), task_id: null, detail: why, attempts: bulk.attempts }, jittered(this.after(bulk, MOST_MS.failed)));
    await this.caRegistrations.lookAgain(target.name, 'bulk');
  }

  /** Both reports, line by line; what they leave out, or all where they are gone, is asked of AWS for each unit. */
  private async read(target: Target, bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    const signer = this.signers.of(bulk);
    const lost = await this.readReports(target, bulk, signer);
    const detail = lost === undefined ? bulk.detail : `${lost}; each unit was asked for instead`;
    if (!(await signer.askForRest(target, bulk))) {
      await this.registrations.rest(bulk, 0, { detail });
      return undefined;
    }
    if (lost !== undefined) logger.warn({ event: 'bulk.reports-lost', target: target.name, bulkRegistration: bulk.id, taskId: bulk.taskId, detail: lost });
    await signer.rows.end(bulk, detail);
    return undefined;
  }

  /** Answers why they can't be read and are done without; rejects as long as they may be read later. */
  private async readReports(target: Target, bulk: BulkRegistration, signer: BulkSigner): Promise<string | undefined> {
    const { registrationTasks } = this.clients.for(target);
    const reports: readonly [ReportType, LineReport['outcome']][] = [['RESULTS', 'succeeded'], ['ERRORS', 'failed']];
    try {
      for (const [type, outcome] of reports) {
        let texts: string[] = [];
        for await (const text of registrationTasks.report(bulk.taskId ?? '', type)) {
          texts.push(text);
          if (texts.length < REPORTED_AT_ONCE) continue;
          await signer.keep(target, bulk, outcome, texts);
          texts = [];
        }
        await signer.keep(target, bulk, outcome, texts);
      }
    } catch (error) {
      if (this.clients.signal.aborted) throw error;
      if (error instanceof AwsIotError && (await registrationTasks.find(bulk.taskId ?? '')) === undefined) return FORGOTTEN;
      if (bulk.attempts < MOST_READINGS) throw error;
      return `The reports could not be read: ${error instanceof AwsIotError ? error.message : UNEXPECTED}`;
    }
    return undefined;
  }

  /** Longer with each round in the same state. */
  private after({ attempts }: BulkRegistration, mostMs: number): number {
    return Math.max(this.everyMs, backoffMs(Math.max(1, attempts), { firstMs: this.everyMs, mostMs }));
  }
}
