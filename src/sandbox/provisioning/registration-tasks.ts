import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { reasonOf, type EventLog } from '../event-log.js';
import { RateExceeded } from '../faults/fault.js';
import type { Throttle } from '../faults/throttle.js';
import type { Caller } from '../iam/caller.js';
import type { Permissions } from '../iam/permissions.js';
import type { Registry } from '../registry/registry.js';
import { invalidRequest, ServiceError } from '../service-error.js';
import type { RegistrationTask } from '../store/registration-task.repository.js';
import { evaluate } from './evaluation.js';
import { permitOf } from './permit.js';
import { provision } from './provision.js';
import { parseTemplate } from './template.js';

export type ReportType = 'RESULTS' | 'ERRORS';

/** Where tasks read their input and leave their reports: S3. */
export interface TaskFiles {
  read(caller: Caller, bucket: string, key: string): Readable;
  /** Into a bucket of AWS's own, which the account may read. */
  keepReport(registry: Registry, name: string, content: Readable): Promise<void>;
}

export interface TaskContext {
  readonly permissions: Permissions;
  readonly throttle: Throttle;
  readonly files: TaskFiles;
  readonly log: EventLog;
}

/** A line is no longer than this (developer guide, "Bulk registration"). */
const LINE_BYTES = 256 * 1_024;

const Line = z.record(z.string(), z.string());

/** Of a task whose sandbox has ended. */
export const STOPPED = 'The sandbox was stopped.';

export const reportName = (taskId: string, type: ReportType): string => `${taskId}/${type.toLowerCase()}.json`;

/** Bulk registration: a template run for each line of a file, one task at a time in an account. */
export class RegistrationTasks {
  private readonly stopping = new Set<string>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly context: TaskContext) {}

  /** Answers the task's id. The work goes on behind. @throws ServiceError InvalidRequestException while another task works (AWS's error is not known) */
  start(registry: Registry, given: Pick<RegistrationTask, 'template' | 'bucket' | 'key' | 'roleArn'>): string {
    const { account, store } = registry;
    parseTemplate(given.template, 'REGISTER_THING');
    const other = store.registrationTasks.running(account);
    if (other !== undefined) throw invalidRequest(`Task ${other.id} is in progress: an account has one task at a time.`);
    const id = store.registrationTasks.add(account, given);
    const work = this.run(registry, id, given).finally(() => this.running.delete(work));
    this.running.add(work);
    return id;
  }

  stop(registry: Registry, id: string): void {
    registry.store.registrationTasks.update(id, { status: 'Cancelling' });
    this.stopping.add(id);
  }

  /** Ends all work: what is left of a task is not done. */
  async end(): Promise<void> {
    this.stopping.add('all');
    await Promise.all(this.running);
  }

  private async run(registry: Registry, id: string, given: Pick<RegistrationTask, 'template' | 'bucket' | 'key' | 'roleArn'>): Promise<void> {
    const tasks = registry.store.registrationTasks;
    const reports = { RESULTS: new PassThrough(), ERRORS: new PassThrough() };
    const kept = Promise.all((['RESULTS', 'ERRORS'] as const).map((type) => this.context.files.keepReport(registry, reportName(id, type), reports[type])));
    // Looked at below; without this a report that fails early would end the process.
    kept.catch(() => undefined);
    try {
      const ended = await this.work(registry, id, given, reports);
      reports.RESULTS.end();
      reports.ERRORS.end();
      await kept;
      // A task that somebody stopped is Cancelled; one that the end of the sandbox has stopped is Failed.
      tasks.update(id, ended === 'Cancelled' && !this.stopping.has(id) ? { status: 'Failed', message: STOPPED } : { status: ended });
      this.stopping.delete(id);
    } catch (error) {
      reports.RESULTS.destroy();
      reports.ERRORS.destroy();
      this.context.log('sandbox.registration-task-failed', { account: registry.account.key, taskId: id, reason: reasonOf(error) });
      tasks.update(id, { status: 'Failed', message: reasonOf(error) });
    }
  }

  private async work(
    registry: Registry,
    id: string,
    { template, bucket, key, roleArn }: Pick<RegistrationTask, 'template' | 'bucket' | 'key' | 'roleArn'>,
    reports: Record<ReportType, PassThrough>,
  ): Promise<'Completed' | 'Cancelled'> {
    const { permissions, files } = this.context;
    const tasks = registry.store.registrationTasks;
    const caller = permissions.assumedByService(roleArn, 'iot.amazonaws.com', registry.account.region);
    let total = 0;
    for await (const line of linesOf(files.read(caller, bucket, key))) if (line.trim() !== '') total++;
    tasks.update(id, { total });
    const permit = permitOf(permissions, roleArn, registry.account);
    let [lineNumber, offset, successes, failures] = [0, 0, 0, 0];
    for await (const line of linesOf(files.read(caller, bucket, key))) {
      lineNumber++;
      const place = { lineNumber, offset };
      offset += Buffer.byteLength(line) + 1;
      if (line.trim() === '') continue;
      if (!(await this.mayGoOn(registry, id))) return 'Cancelled';
      try {
        const { certificatePem, resourceArns } = provision(registry, evaluate(template, 'REGISTER_THING', parametersOf(line)), permit);
        tasks.update(id, { successes: ++successes });
        await write(reports.RESULTS, { ...place, response: { CertificatePem: certificatePem, ResourceArns: resourceArns } });
      } catch (error) {
        tasks.update(id, { failures: ++failures });
        const code = error instanceof ServiceError ? error.type : 'ResourceRegistrationFailureException';
        await write(reports.ERRORS, { ...place, response: { ErrorCode: code, ErrorMessage: reasonOf(error) } });
      }
    }
    return 'Completed';
  }

  /** Waits for the account's quota. False once the task was stopped. */
  private async mayGoOn({ account }: Registry, id: string): Promise<boolean> {
    for (;;) {
      if (this.stopping.has(id) || this.stopping.has('all')) return false;
      try {
        this.context.throttle.take(account, 'RegisterThing');
        // Others have their turn between two lines.
        await delay(0);
        return true;
      } catch (error) {
        if (!(error instanceof RateExceeded)) throw error;
        await delay(20);
      }
    }
  }
}

const linesOf = (stream: Readable): AsyncIterable<string> => createInterface({ input: stream, crlfDelay: Infinity });

function parametersOf(line: string): Record<string, string> {
  if (Buffer.byteLength(line) > LINE_BYTES) throw invalidRequest(`The line has more than ${LINE_BYTES} bytes.`);
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw invalidRequest('The line is not JSON.');
  }
  const parsed = Line.safeParse(json);
  if (!parsed.success) throw invalidRequest('The line is not a JSON object of texts.');
  return parsed.data;
}

async function write(report: PassThrough, line: object): Promise<void> {
  if (report.write(`${JSON.stringify(line)}\n`)) return;
  await new Promise<void>((resolve) => report.once('drain', resolve));
}
