import {
  DescribeThingRegistrationTaskCommand, ListThingRegistrationTaskReportsCommand, ListThingRegistrationTasksCommand, StartThingRegistrationTaskCommand, type Status,
} from '@aws-sdk/client-iot';
import { linesOf, TOO_LONG } from '../../platform/http/ndjson.js';
import { toAwsIotError } from './aws-failure.js';
import { type AwsIotCaller, given } from './aws-iot-caller.js';
import { openLink } from './signed-link.js';

/** A bulk registration task as AWS describes it, whoever started it. */
export interface RegistrationTask {
  id: string;
  /** InProgress, Completed, Failed, Cancelled or Cancelling. */
  status: string;
  message: string | null;
  bucket: string;
  key: string;
  succeeded: number;
  failed: number;
  /** 0 to 100. */
  percentage: number;
}

export type ReportType = 'RESULTS' | 'ERRORS';

/** A line of a report holds what its input line held, 256 KB at most, and a little more; the time for the next one is in milliseconds. */
const REPORT_LINES = { mostBytes: 1_048_576, mostMs: 60_000 };

/** Bulk registration in one target (developer guide, "Bulk registration"). */
export class RegistrationTasksClient {
  constructor(private readonly caller: AwsIotCaller) {}

  /** Answers the task's id. Asked once only: AWS might have started the task although its answer was lost. */
  async start({ template, bucket, key, roleArn }: { template: string; bucket: string; key: string; roleArn: string }): Promise<string> {
    const command = new StartThingRegistrationTaskCommand({ templateBody: template, inputFileBucket: bucket, inputFileKey: key, roleArn });
    const { taskId } = await this.caller.callOnce('StartThingRegistrationTask', (iot, options) => iot.send(command, options));
    return given(taskId, 'StartThingRegistrationTask');
  }

  /** Undefined for one that AWS has forgotten, after 30 days. */
  async find(taskId: string): Promise<RegistrationTask | undefined> {
    const found = await this.caller.find('DescribeThingRegistrationTask', (iot, options) => iot.send(new DescribeThingRegistrationTaskCommand({ taskId }), options));
    return found && {
      id: taskId, status: found.status ?? '', message: found.message ?? null, bucket: found.inputFileBucket ?? '', key: found.inputFileKey ?? '',
      succeeded: found.successCount ?? 0, failed: found.failureCount ?? 0, percentage: found.percentageProgress ?? 0,
    };
  }

  /** Ids of the account's tasks in this status; of all of them without one. */
  async *ids(status?: Status): AsyncGenerator<string> {
    let nextToken: string | undefined;
    do {
      const command = new ListThingRegistrationTasksCommand({ maxResults: 250, ...(status === undefined ? {} : { status }), ...(nextToken === undefined ? {} : { nextToken }) });
      const page = await this.caller.call('ListThingRegistrationTasks', (iot, options) => iot.send(command, options));
      yield* page.taskIds ?? [];
      nextToken = page.nextToken;
    } while (nextToken !== undefined && nextToken !== '');
  }

  /** The lines of a task's report, one at a time. Rejects with an AwsIotError. */
  async *report(taskId: string, reportType: ReportType): AsyncGenerator<string> {
    for await (const link of this.links(taskId, reportType)) {
      try {
        const stream = await openLink(link, this.caller.settings.requestHandler.httpsAgent);
        for await (const { text } of linesOf(stream, REPORT_LINES)) if (text !== TOO_LONG) yield text;
      } catch (error) {
        throw toAwsIotError('GetObject (report)', error, 'S3');
      }
    }
  }

  private async *links(taskId: string, reportType: ReportType): AsyncGenerator<string> {
    let nextToken: string | undefined;
    do {
      const command = new ListThingRegistrationTaskReportsCommand({ taskId, reportType, ...(nextToken === undefined ? {} : { nextToken }) });
      const page = await this.caller.call('ListThingRegistrationTaskReports', (iot, options) => iot.send(command, options));
      yield* page.resourceLinks ?? [];
      nextToken = page.nextToken;
    } while (nextToken !== undefined && nextToken !== '');
  }
}
