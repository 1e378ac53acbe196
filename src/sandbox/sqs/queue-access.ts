import type { Caller } from '../iam/caller.js';
import type { Permissions } from '../iam/permissions.js';
import type { Queue, QueueRepository } from '../store/queue.repository.js';
import { invalidParameter, queueDoesNotExist } from './sqs-error.js';

/** Finds queues by their URL and asks whether the caller may do what he wants with them. */
export class QueueAccess {
  constructor(
    private readonly queues: QueueRepository,
    private readonly permissions: Permissions,
  ) {}

  /**
   * The queue of a URL, whatever host the caller wrote: `…/<account>/<name>`. A host of AWS's own form names the region; without one it is the caller's.
   * @throws SqsError, AccessDenied
   */
  require(caller: Caller, queueUrl: string, action: string): Queue {
    const [, host = '', accountId, name] = /^https?:\/\/([^/]+)\/([0-9]{12})\/([A-Za-z0-9_.-]{1,80})$/.exec(queueUrl) ?? [];
    if (accountId === undefined || name === undefined) throw invalidParameter(`The address ${queueUrl.slice(0, 256)} is not valid for this endpoint.`);
    const region = /^sqs\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1] ?? caller.region;
    return this.requireNamed(caller, { accountId, region, name }, action);
  }

  requireNamed(caller: Caller, { accountId, region, name }: Pick<Queue, 'accountId' | 'region' | 'name'>, action: string): Queue {
    const queue = this.queues.find(accountId, region, name);
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    this.permissions.requireOnResource(caller, `sqs:${action}`, { arn, accountId, policy: queue?.attributes['Policy'] });
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  /** For a queue that isn't there yet, or for all of them (`*`). @throws AccessDenied */
  requirePermission(caller: Caller, action: string, name: string): void {
    this.permissions.require(caller, `sqs:${action}`, `arn:aws:sqs:${caller.region}:${caller.accountId}:${name}`);
  }
}
