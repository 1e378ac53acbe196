import { parsePolicyDocument } from '../iam/policy-document.js';
import type { Queue, QueueRepository } from '../store/queue.repository.js';
import { SqsError } from './sqs-error.js';

/** Settable attributes with a whole number: the least, the most, and the default (SQS API reference, CreateQueue). */
const NUMBERS: Readonly<Record<string, readonly [least: number, most: number, byDefault: number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1_024, 262_144, 262_144],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
};

export const DEFAULTS: Readonly<Record<string, string>> = { ...Object.fromEntries(Object.entries(NUMBERS).map(([name, [, , value]]) => [name, String(value)])), SqsManagedSseEnabled: 'true' };

/** Attributes that the sandbox keeps without doing anything for them. */
const KEPT = new Set(['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds']);

/** @throws SqsError, MalformedPolicy */
export function requireGoodAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const [least, most] = NUMBERS[name] ?? [];
    if (least !== undefined && most !== undefined) {
      const good = /^[0-9]{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most;
      if (!good) throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    } else if (name === 'Policy') {
      if (value !== '') parsePolicyDocument(value, 'resource');
    } else if (!KEPT.has(name)) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}. (The sandbox has no FIFO and no dead-letter queues.)`);
    }
  }
}

/** What GetQueueAttributes answers: all of them, or those asked for. */
export function describe(queues: QueueRepository, queue: Queue, asked: readonly string[]): Record<string, string> {
  const { visible, inFlight, delayed } = queues.counts(queue);
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ...queue.attributes,
  };
  for (const name of asked) {
    if (name !== 'All' && all[name] === undefined && !KEPT.has(name) && name !== 'Policy') throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  return asked.includes('All') ? all : Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
}

const seconds = (time: Date): string => String(Math.floor(+time / 1_000));
