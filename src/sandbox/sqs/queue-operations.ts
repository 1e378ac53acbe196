import { z } from 'zod';
import type { Queue } from '../store/queue.repository.js';
import { Names, operation, QueueUrl, type SqsOperation } from './operation.js';
import { DEFAULTS, describe, requireGoodAttributes } from './queue-attributes.js';
import { invalidParameter, SqsError } from './sqs-error.js';

const Texts = z.record(z.string(), z.coerce.string());
const QueueName = z.string().regex(/^[A-Za-z0-9_-]{1,80}(\.fifo)?$/, 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');

const urlOf = (host: string, { accountId, name }: Queue): string => `http://${host}/${accountId}/${name}`;

const createQueue = operation({ QueueName, Attributes: Texts.default({}) }, ({ caller, store, access, host }, input) => {
  if (input.QueueName.endsWith('.fifo') || input.Attributes['FifoQueue'] !== undefined) throw invalidParameter('The sandbox has no FIFO queues; rules of AWS IoT can not use them either.');
  const place = [caller.accountId, caller.region, input.QueueName] as const;
  const known = store.queues.find(...place);
  // Whoever has no permission hears that, and not what is wrong with his request.
  if (known === undefined) access.requirePermission(caller, 'CreateQueue', input.QueueName);
  requireGoodAttributes(input.Attributes);
  if (known !== undefined) {
    const other = Object.entries(input.Attributes).find(([name, value]) => known.attributes[name] !== value);
    if (other !== undefined) throw new SqsError('QueueNameExists', `A queue already exists with the same name and a different value for attribute ${other[0]}`);
    return { QueueUrl: urlOf(host, access.requireNamed(caller, known, 'CreateQueue')) };
  }
  store.queues.add(...place, { ...DEFAULTS, ...input.Attributes });
  return { QueueUrl: `http://${host}/${caller.accountId}/${input.QueueName}` };
});

const getQueueUrl = operation({ QueueName, QueueOwnerAWSAccountId: z.string().optional() }, ({ caller, access, host }, input) => {
  const accountId = input.QueueOwnerAWSAccountId ?? caller.accountId;
  return { QueueUrl: urlOf(host, access.requireNamed(caller, { accountId, region: caller.region, name: input.QueueName }, 'GetQueueUrl')) };
});

const listQueues = operation(
  { QueueNamePrefix: z.string().default(''), MaxResults: z.coerce.number().int().min(1).max(1_000).default(1_000), NextToken: z.string().optional() },
  ({ caller, store, access, host }, input) => {
    access.requirePermission(caller, 'ListQueues', '*');
    const page = store.queues.page(caller.accountId, caller.region, input.QueueNamePrefix, { size: input.MaxResults, after: input.NextToken, ascending: true });
    return { ...(page.items.length === 0 ? {} : { QueueUrls: page.items.map((queue) => urlOf(host, queue)) }), ...(page.next === undefined ? {} : { NextToken: page.next }) };
  },
);

const getQueueAttributes = operation({ QueueUrl, AttributeNames: Names }, ({ caller, store, access }, input) => ({
  Attributes: describe(store.queues, access.require(caller, input.QueueUrl, 'GetQueueAttributes'), input.AttributeNames),
}));

const setQueueAttributes = operation({ QueueUrl, Attributes: Texts }, ({ caller, store, access }, input) => {
  const queue = access.require(caller, input.QueueUrl, 'SetQueueAttributes');
  requireGoodAttributes(input.Attributes);
  const { Policy, ...attributes } = { ...queue.attributes, ...input.Attributes };
  // An empty policy takes it away.
  store.queues.setAttributes(queue, Policy === undefined || Policy === '' ? attributes : { ...attributes, Policy });
  return {};
});

const deleteQueue = operation({ QueueUrl }, ({ caller, store, access, waiters }, input) => {
  const queue = access.require(caller, input.QueueUrl, 'DeleteQueue');
  store.queues.remove(queue);
  waiters.wake(queue.id);
  return {};
});

/** AWS purges a queue once a minute at most. */
const PURGE_MS = 60_000;

const purgeQueue = operation({ QueueUrl }, ({ caller, store, access }, input) => {
  const queue = access.require(caller, input.QueueUrl, 'PurgeQueue');
  if (queue.purgedAt !== undefined && +queue.purgedAt > Date.now() - PURGE_MS) {
    throw new SqsError('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`, 403);
  }
  store.queues.purge(queue);
  return {};
});

export const QUEUE_OPERATIONS: Readonly<Record<string, SqsOperation>> = {
  CreateQueue: createQueue,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  GetQueueAttributes: getQueueAttributes,
  SetQueueAttributes: setQueueAttributes,
  DeleteQueue: deleteQueue,
  PurgeQueue: purgeQueue,
};
