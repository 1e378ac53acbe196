import { randomBytes } from 'node:crypto';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { FleetLine } from './support/fleet-line.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let fleet: FleetLine;
let sqs: SQSClient;
beforeAll(async () => {
  // What AWS signs is taken over by the event of its device's connection alone: no list is looked through meanwhile.
  fleet = await FleetLine.start({ AWS_SWEEP_MS: '600000', AWS_PRESENCE: 'on' });
  await fleet.order('FIRST', ['P-1', 'P-2']);
  await fleet.deployHook();
  await fleet.seenInSync();
  await fleet.activate();
  await fleet.released('FIRST');
  sqs = fleet.line.aws.own(new SQSClient(fleet.line.aws.access(EU)));
}, PATIENCE_MS);
afterAll(() => fleet.line.stop());

/** So many events of devices that have connected, as AWS puts them into the queue; resolves when the service has taken note of all. */
async function connected(events: { clientId: string; principalIdentifier: string }[]): Promise<void> {
  const { QueueUrl } = await until('the queue is there', () => sqs.send(new GetQueueUrlCommand({ QueueName: 'lineside-presence' })).catch(() => undefined));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: events.map((event, at) => ({ Id: String(at), MessageBody: JSON.stringify(event) })) }));
  await until('the queue is empty', async () => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes?.['ApproximateNumberOfMessages'] === '0' && Attributes['ApproximateNumberOfMessagesNotVisible'] === '0' ? true : undefined;
  });
}

it('asks AWS once about a device that connects again and again under a unit’s name with a certificate that is not the unit’s, and takes the unit’s own over all the same', async () => {
  const unit = await fleet.handed('FIRST', 'P-1');
  const { edge, aws } = fleet.line;
  const calls = () => edge.seen.map(({ call }) => call).filter((call) => /^\w+ \/(things|certificates|principals)/.test(call));
  const stranger = { clientId: 'P-1', principalIdentifier: randomBytes(32).toString('hex') };
  edge.seen.length = 0;
  for (let batch = 0; batch < 5; batch++) await connected(Array(10).fill(stranger));
  expect(calls()).toEqual(['GET /things/P-1/principals']);

  const { certificateId, pem } = await fleet.provision(unit);
  const connect = () => aws.tryDevice({ pem, keyPem: unit.keyPem }, { servername: aws.account(EU).endpoint, clientId: 'P-1' });
  expect(await connect()).toBe('accepted');
  expect(await fleet.inLedger('P-1')).toMatchObject({ fingerprint: certificateId });
  expect(calls().filter((call) => call.includes(stranger.principalIdentifier))).toEqual([]);
}, PATIENCE_MS);

it('asks AWS no more often where it refuses to show the Thing', async () => {
  await fleet.handed('FIRST', 'P-2');
  const { edge } = fleet.line;
  edge.denied = /^GET \/things\/P-2\/principals/;
  edge.seen.length = 0;
  const stranger = { clientId: 'P-2', principalIdentifier: randomBytes(32).toString('hex') };
  for (let batch = 0; batch < 5; batch++) await connected(Array(10).fill(stranger));
  edge.denied = undefined;
  expect(edge.seen.map(({ call }) => call).filter((call) => call.startsWith('GET /things/P-2'))).toHaveLength(1);
}, PATIENCE_MS);
