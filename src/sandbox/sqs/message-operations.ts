import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Queue, QueuedMessage } from '../store/queue.repository.js';
import { bytesOf, chosen, digestOf, md5, MessageAttribute, requireGoodAttributes, type MessageAttributes } from './message-attributes.js';
import { Names, operation, QueueUrl, type Output, type SqsCall, type SqsOperation } from './operation.js';
import { invalidParameter, queueDoesNotExist, SqsError } from './sqs-error.js';

/** Numbers come as numbers with JSON and as texts with the query protocol. */
const Seconds = (most: number) => z.coerce.number().int().min(0).max(most);
const Message = { MessageBody: z.string(), DelaySeconds: Seconds(900).optional(), MessageAttributes: z.record(z.string(), MessageAttribute).default({}) };

type NewMessage = z.infer<z.ZodObject<typeof Message>>;

function put({ caller, store, waiters }: SqsCall, queue: Queue, { MessageBody, DelaySeconds, MessageAttributes }: NewMessage): Output {
  const most = Number(queue.attributes['MaximumMessageSize']);
  if (MessageBody === '') throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (!/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(MessageBody)) throw new SqsError('InvalidMessageContents', 'Invalid characters in the message body.');
  requireGoodAttributes(MessageAttributes);
  if (Buffer.byteLength(MessageBody) + bytesOf(MessageAttributes) > most) throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  const id = randomUUID();
  const delaySeconds = DelaySeconds ?? Number(queue.attributes['DelaySeconds']);
  store.queues.put(queue, { id, body: MessageBody, attributes: JSON.stringify(MessageAttributes), senderId: caller.userId, delaySeconds });
  // Waiters look again, and see when a delayed message is due.
  waiters.wake(queue.id);
  return { MessageId: id, MD5OfMessageBody: md5(MessageBody), ...withDigest(MessageAttributes) };
}

const withDigest = (attributes: MessageAttributes): Output => {
  const digest = digestOf(attributes);
  return digest === undefined ? {} : { MD5OfMessageAttributes: digest };
};

const sendMessage = operation({ QueueUrl, ...Message }, (call, input) => put(call, call.access.require(call.caller, input.QueueUrl, 'SendMessage'), input));

const receiveMessage = operation(
  {
    QueueUrl,
    AttributeNames: Names,
    MessageSystemAttributeNames: Names,
    MessageAttributeNames: Names,
    MaxNumberOfMessages: z.coerce.number().int().min(1).max(10).default(1),
    VisibilityTimeout: Seconds(43_200).optional(),
    WaitTimeSeconds: Seconds(20).optional(),
  },
  async ({ caller, store, access, waiters, closed }, input) => {
    const first = access.require(caller, input.QueueUrl, 'ReceiveMessage');
    const end = performance.now() + (input.WaitTimeSeconds ?? Number(first.attributes['ReceiveMessageWaitTimeSeconds'])) * 1_000;
    for (;;) {
      // Anew each time: it may have been deleted, and its settings changed, since this call began to wait.
      const queue = store.queues.find(first.accountId, first.region, first.name);
      if (queue?.id !== first.id) throw queueDoesNotExist();
      const messages = store.queues.take(queue, input.MaxNumberOfMessages, input.VisibilityTimeout ?? Number(queue.attributes['VisibilityTimeout']));
      if (messages.length > 0) return { Messages: messages.map((message) => shown(message, [...input.AttributeNames, ...input.MessageSystemAttributeNames], input.MessageAttributeNames)) };
      const left = end - performance.now();
      if (left <= 0) return {};
      const due = store.queues.nextVisibleAt(queue);
      await waiters.wait(queue.id, Math.min(left, due === undefined ? left : +due - Date.now()), closed);
      if (closed.aborted) return {};
    }
  },
);

function shown(message: QueuedMessage, asked: readonly string[], askedOfSender: readonly string[]): Output {
  const system: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(+message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(+message.firstReceivedAt),
  };
  const attributes = Object.fromEntries(Object.entries(system).filter(([name]) => asked.includes('All') || asked.includes(name)));
  const ofSender = chosen(JSON.parse(message.attributes) as MessageAttributes, askedOfSender);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
    ...(Object.keys(ofSender).length === 0 ? {} : { MessageAttributes: ofSender }),
    ...withDigest(ofSender),
  };
}

const invalidReceipt = (): SqsError => new SqsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);

function remove({ store }: SqsCall, queue: Queue, receiptHandle: string): Output {
  if (!store.queues.deleteMessage(queue, receiptHandle)) throw invalidReceipt();
  return {};
}

function setVisibility({ store, waiters }: SqsCall, queue: Queue, input: { ReceiptHandle: string; VisibilityTimeout: number }): Output {
  if (!store.queues.setVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout)) throw invalidReceipt();
  waiters.wake(queue.id);
  return {};
}

const Receipt = { ReceiptHandle: z.string() };
const Visibility = { ...Receipt, VisibilityTimeout: Seconds(43_200) };

const deleteMessage = operation({ QueueUrl, ...Receipt }, (call, input) => remove(call, call.access.require(call.caller, input.QueueUrl, 'DeleteMessage'), input.ReceiptHandle));

const changeMessageVisibility = operation({ QueueUrl, ...Visibility }, (call, input) => setVisibility(call, call.access.require(call.caller, input.QueueUrl, 'ChangeMessageVisibility'), input));

/** Up to ten entries, each of which succeeds or fails by itself. */
function batch<T extends z.ZodRawShape>(action: string, shape: T, run: (call: SqsCall, queue: Queue, entry: z.infer<z.ZodObject<T>>) => Output): SqsOperation {
  const Entry = z.object({ Id: z.string().regex(/^[\w-]{1,80}$/), ...shape });
  return operation({ QueueUrl, Entries: z.array(z.unknown()).default([]) }, (call, input) => {
    const queue = call.access.require(call.caller, input.QueueUrl, action);
    if (input.Entries.length === 0) throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
    if (input.Entries.length > 10) throw new SqsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${input.Entries.length}.`);
    const entries = input.Entries.map((entry) => {
      const parsed = Entry.safeParse(entry);
      if (!parsed.success) throw invalidParameter(`An entry of the batch is invalid: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}.`);
      return parsed.data as { Id: string } & z.infer<z.ZodObject<T>>;
    });
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw new SqsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    const [successful, failed]: [Output[], Output[]] = [[], []];
    for (const entry of entries) {
      try {
        successful.push({ Id: entry.Id, ...run(call, queue, entry) });
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
      }
    }
    return { Successful: successful, Failed: failed };
  });
}

export const MESSAGE_OPERATIONS: Readonly<Record<string, SqsOperation>> = {
  SendMessage: sendMessage,
  SendMessageBatch: batch('SendMessage', Message, put),
  ReceiveMessage: receiveMessage,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: batch('DeleteMessage', Receipt, (call, queue, { ReceiptHandle }) => remove(call, queue, ReceiptHandle)),
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: batch('ChangeMessageVisibility', Visibility, setVisibility),
};
