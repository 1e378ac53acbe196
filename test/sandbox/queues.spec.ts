import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  type ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { Bench, EU, FRANKFURT, US } from './support/bench.js';
import { boto3 } from './support/boto3.js';
import { failure } from './support/failure.js';

let bench: Bench;
let sqs: SQSClient;
let counter = 0;

beforeAll(async () => {
  bench = await Bench.start();
  sqs = client(EU);
});
afterAll(() => bench.stop());

const client = (index: number, keys?: Parameters<Bench['access']>[1]) => bench.own(new SQSClient(bench.access(index, keys)));

async function newQueue(Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${counter++}`, Attributes }));
  return QueueUrl!;
}

async function receive(QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}, by = sqs) {
  return (await by.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [];
}

const send = (QueueUrl: string, MessageBody: string, more: object = {}) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));

describe('a queue', () => {
  it('hands a message out once until its time is over, and never again once it is deleted', async () => {
    const url = await newQueue({ VisibilityTimeout: '1' });
    const { MessageId } = await send(url, 'héllo <&> "\r\n');
    const [first] = await receive(url, { AttributeNames: ['All'] });
    expect(first).toMatchObject({ MessageId, Body: 'héllo <&> "\r\n', Attributes: { ApproximateReceiveCount: '1' } });
    expect(await receive(url)).toEqual([]);
    // The long poll ends when the message is visible again.
    const [second] = await receive(url, { WaitTimeSeconds: 20, MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(second).toMatchObject({ MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    // The receipt of the first time counts no more.
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first!.ReceiptHandle }));
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: second!.ReceiptHandle, VisibilityTimeout: 0 }));
    const [third] = await receive(url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: third!.ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0', VisibilityTimeout: '1' });
  });

  it('wakes a long poll when a message comes, and gives none to a caller who has gone away', async () => {
    const url = await newQueue();
    const gone = new AbortController();
    const abandoned = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), { abortSignal: gone.signal }).catch((error: Error) => error.name);
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    // Both wait by the time that a later request of the same client is answered.
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }));
    gone.abort();
    expect(await abandoned).toBe('AbortError');
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }));
    await send(url, 'for the living');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['for the living']);
    expect(await receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
  });

  it('keeps attributes with a message, and answers those asked for with their digest', async () => {
    const url = await newQueue();
    const MessageAttributes = {
      'unit.serial': { DataType: 'String', StringValue: 'L1-7' },
      'unit.count': { DataType: 'Number', StringValue: '3' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
    };
    await send(url, 'with attributes', { MessageAttributes });
    // The client compares both digests with its own.
    const [some] = await receive(url, { VisibilityTimeout: 0, MessageAttributeNames: ['unit.*'] });
    expect(Object.keys(some!.MessageAttributes!).toSorted()).toEqual(['unit.count', 'unit.serial']);
    const [all] = await receive(url, { MessageAttributeNames: ['All'] });
    expect(all!.MessageAttributes).toMatchObject({ raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) } });
    expect(all!.MD5OfMessageAttributes).not.toBe(some!.MD5OfMessageAttributes);
    expect(await failure(send(url, 'x', { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }))).toMatchObject({ status: 400 });
  });

  it('takes batches in which each entry succeeds or fails by itself', async () => {
    const url = await newQueue();
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `e${index}`, MessageBody: index === 4 ? '\u0000' : `body ${index}` }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful).toHaveLength(9);
    expect(sent.Failed).toMatchObject([{ Id: 'e4', Code: 'InvalidMessageContents', SenderFault: true }]);
    const messages = await receive(url, { MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(Entries.filter(({ Id }) => Id !== 'e4').map(({ MessageBody }) => MessageBody));
    const deletions = messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle }));
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...deletions, { Id: 'none', ReceiptHandle: 'x' }] }));
    expect([deleted.Successful?.length, deleted.Failed?.map(({ Id }) => Id)]).toEqual([9, ['none']]);
    expect(await failure(sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] })))).toMatchObject({ status: 400 });
    const twice = [{ Id: 'a', MessageBody: '1' }, { Id: 'a', MessageBody: '2' }];
    expect(await failure(sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: twice })))).toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  });

  it('is found by its name in its own region, listed, purged once a minute, and deleted with what is in it', async () => {
    const url = await newQueue();
    const QueueName = url.split('/').at(-1)!;
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(url);
    expect(await failure(client(FRANKFURT).send(new GetQueueUrlCommand({ QueueName })))).toMatchObject({ name: 'QueueDoesNotExist', status: 400 });
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: QueueName }))).QueueUrls).toContain(url);
    expect((await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl).toBe(url);
    expect(await failure(sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '7' } })))).toMatchObject({ name: 'QueueNameExists' });
    await send(url, 'purged');
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
    expect(await failure(sqs.send(new PurgeQueueCommand({ QueueUrl: url })))).toMatchObject({ name: 'PurgeQueueInProgress' });
    await send(url, 'lost');
    const waiting = failure(receive(`${url}-none`));
    expect(await waiting).toMatchObject({ name: 'QueueDoesNotExist' });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    expect(await failure(send(url, 'x'))).toMatchObject({ name: 'QueueDoesNotExist' });
    await sqs.send(new CreateQueueCommand({ QueueName }));
    expect(await receive(url)).toEqual([]);
  });

  it.each([
    ['a setting beyond its bounds', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['a setting that nobody knows', { Colour: 'blue' }, 'InvalidAttributeName'],
    ['a policy that is none', { Policy: '{}' }, 'InvalidAttributeValue'],
  ])('refuses %s', async (_what, Attributes, name) => {
    expect(await failure(newQueue(Attributes as Record<string, string>))).toMatchObject({ name, status: 400 });
  });

  it('refuses a body that is too long, also with its attributes, and one that SQS can not carry', async () => {
    const url = await newQueue({ MaximumMessageSize: '1024' });
    await send(url, 'x'.repeat(1_024));
    expect(await failure(send(url, 'x'.repeat(1_025)))).toMatchObject({ status: 400 });
    expect(await failure(send(url, 'x'.repeat(1_020), { MessageAttributes: { a: { DataType: 'String', StringValue: 'bc' } } }))).toMatchObject({ status: 400 });
    expect(await failure(send(url, 'a\u0000b'))).toMatchObject({ name: 'InvalidMessageContents' });
  });
});

describe('who may use a queue', () => {
  const policy = (principal: object, action: string, resource: string, effect = 'Allow') =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: effect, Principal: principal, Action: action, Resource: resource }] });

  it('is said by its policy for other accounts', async () => {
    const url = await newQueue();
    const arn = `arn:aws:sqs:eu-west-1:111111111111:${url.split('/').at(-1)}`;
    const theirs = client(US);
    const theirUrl = `https://sqs.eu-west-1.amazonaws.com/111111111111/${url.split('/').at(-1)}`;
    const attempt = () => theirs.send(new SendMessageCommand({ QueueUrl: theirUrl, MessageBody: 'from next door' }));
    expect(await failure(attempt())).toMatchObject({ name: 'AccessDenied', status: 403 });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policy({ AWS: '222222222222' }, 'sqs:SendMessage', arn) } }));
    await attempt();
    expect((await receive(url))[0]!.Body).toBe('from next door');
    expect(await failure(receive(theirUrl, {}, theirs))).toMatchObject({ name: 'AccessDenied' });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policy({ AWS: '*' }, 'sqs:ReceiveMessage', arn, 'Deny') } }));
    expect(await failure(receive(url))).toMatchObject({ name: 'AccessDenied' });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: '' } }));
    expect(await receive(url)).toEqual([]);
  });
});

it('serves boto3 of Debian 12, which speaks the query protocol', async () => {
  const base = `${bench.sandbox.endpointUrl}/111111111111/boto`;
  const answers = await boto3(bench, EU, [
    { service: 'sqs', operation: 'create_queue', arguments: { QueueName: 'boto', Attributes: { VisibilityTimeout: '5', DelaySeconds: '0' } } },
    { service: 'sqs', operation: 'get_queue_url', arguments: { QueueName: 'boto' } },
    { service: 'sqs', operation: 'send_message', arguments: { QueueUrl: base, MessageBody: 'ä <1>\r\n', MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } } } },
    { service: 'sqs', operation: 'send_message_batch', arguments: { QueueUrl: base, Entries: [{ Id: 'a', MessageBody: '2' }, { Id: 'b', MessageBody: '3', DelaySeconds: 900 }] } },
    { service: 'sqs', operation: 'receive_message', arguments: { QueueUrl: base, MaxNumberOfMessages: 10, AttributeNames: ['All'], MessageAttributeNames: ['All'], WaitTimeSeconds: 1 } },
    { service: 'sqs', operation: 'get_queue_attributes', arguments: { QueueUrl: base, AttributeNames: ['All'] } },
    { service: 'sqs', operation: 'receive_message', arguments: { QueueUrl: base } },
    { service: 'sqs', operation: 'list_queues', arguments: { QueueNamePrefix: 'bo' } },
    { service: 'sqs', operation: 'send_message', arguments: { QueueUrl: `${base}-none`, MessageBody: 'x' } },
    { service: 'sqs', operation: 'delete_queue', arguments: { QueueUrl: base } },
    { service: 'sqs', operation: 'get_queue_url', arguments: { QueueName: 'boto' } },
  ]);
  const [created, found, , batch, received, attributes, empty, listed, missing, deleted, gone] = answers;
  expect([created, found]).toEqual([{ QueueUrl: base }, { QueueUrl: base }]);
  expect((batch!['Successful'] as object[]).length).toBe(2);
  expect(received!['Messages']).toMatchObject([{ Body: 'ä <1>\r\n', Attributes: { ApproximateReceiveCount: '1' }, MessageAttributes: { k: { StringValue: 'v' } } }, { Body: '2' }]);
  expect(attributes!['Attributes']).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '2', ApproximateNumberOfMessagesDelayed: '1', VisibilityTimeout: '5' });
  expect([empty, listed, deleted]).toEqual([{}, { QueueUrls: [base] }, {}]);
  expect([missing, gone]).toEqual(Array(2).fill({ code: 'AWS.SimpleQueueService.NonExistentQueue', status: 400 }));
});
