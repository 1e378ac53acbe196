import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { AttachPolicyCommand, AttachThingPrincipalCommand, CreateThingCommand, UpdateCertificateCommand, type IoTClient } from '@aws-sdk/client-iot';
import type { MqttClient } from 'mqtt';
import { Bench, EU, US } from './support/bench.js';
import { ANYTHING, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';

let bench: Bench;
let ca: TestAuthority;
const clients: IoTClient[] = [];

beforeAll(async () => {
  bench = await Bench.start();
  ca = await TestAuthority.make();
  for (const index of [EU, US]) {
    clients[index] = bench.iot(index);
    await registerCa(clients[index], ca);
  }
});
afterAll(() => bench.stop());

const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource: `arn:aws:iot:eu-west-1:111111111111:${Resource}` });

let counter = 0;
async function device(statements: object | object[] = ANYTHING, index: number = EU): Promise<Issued> {
  const issued = await ca.issue(`CN=device-${++counter}`);
  await registerDevice(clients[index]!, issued, statements);
  return issued;
}

async function connected(issued: Issued, clientId: string, index: number = EU): Promise<MqttClient> {
  const client = bench.device(issued, { servername: bench.account(index).endpoint, clientId });
  await new Promise<void>((resolve, reject) => client.once('connect', () => resolve()).once('close', () => reject(new Error('closed'))));
  return client;
}

const closed = (client: MqttClient) => new Promise<string>((resolve) => client.once('close', () => resolve('closed')));
const nextMessage = (client: MqttClient) => new Promise<string>((resolve) => client.once('message', (topic, payload) => resolve(`${topic} ${payload.toString()}`)));
const tryConnect = (issued: Issued, clientId: string) => bench.tryDevice(issued, { servername: bench.account(EU).endpoint, clientId });

/** A publish is over when it is acknowledged, or when the broker closes. */
const publish = (client: MqttClient, topic: string, payload: string | Buffer = 'x', options: { qos?: 0 | 1 | 2; retain?: boolean } = {}) =>
  Promise.race([closed(client), client.publishAsync(topic, payload, { qos: 1, ...options }).then(() => 'acknowledged', () => 'closed')]);

describe('messages', () => {
  it('go to the subscribers of the account and never cross to another one', async () => {
    const [sender, receiver] = [await connected(await device(), 'sender'), await connected(await device(), 'receiver')];
    const foreigner = await connected(await device(ANYTHING, US), 'foreigner', US);
    await receiver.subscribeAsync('units/#', { qos: 1 });
    await foreigner.subscribeAsync('#', { qos: 1 });
    const crossed: string[] = [];
    foreigner.on('message', (topic) => crossed.push(topic));
    const received = nextMessage(receiver);
    expect(await publish(sender, 'units/1', 'hello')).toBe('acknowledged');
    expect(await received).toBe('units/1 hello');
    // Whatever crossed would have come before this answer of the other broker.
    const own = nextMessage(foreigner);
    await publish(foreigner, 'own', 'mine');
    expect(await own).toBe('own mine');
    expect(crossed).toEqual(['own']);
  });

  it('are told to listeners with their account and publisher, whatever another listener throws', async () => {
    const issued = await device();
    const sender = await connected(issued, 'told');
    const heard: unknown[] = [];
    bench.sandbox.onPublish(() => {
      throw new Error('a listener at fault');
    });
    bench.sandbox.onPublish((account, topic, payload, publisher) => heard.push([account.key, topic, payload.toString(), publisher]));
    const failed = bench.log.next('sandbox.publish-listener-failed');
    expect(await publish(sender, 'units/told', 'hello')).toBe('acknowledged');
    expect(heard).toEqual([['111111111111:eu-west-1', 'units/told', 'hello', { clientId: 'told', certificateId: issued.id }]]);
    expect(await failed).toMatchObject({ topic: 'units/told', reason: 'a listener at fault' });
  });

  it('that are retained outlive a restart', async () => {
    const issued = await device();
    const sender = await connected(issued, 'retainer');
    await publish(sender, 'config/a', 'kept', { retain: true });
    await publish(sender, 'config/b', 'cleared', { retain: true });
    await publish(sender, 'config/b', '', { retain: true });
    const { folder } = bench;
    await sender.endAsync(true);
    await bench.sandbox.stop();
    bench = await Bench.start({ folder });
    clients[EU] = bench.iot(EU);
    clients[US] = bench.iot(US);
    const receiver = await connected(issued, 'late');
    const seen: string[] = [];
    receiver.on('message', (topic, payload) => seen.push(`${topic} ${payload.toString()}`));
    const last = new Promise<void>((resolve) => receiver.on('message', (topic) => topic === 'end' && resolve()));
    await receiver.subscribeAsync(['config/a', 'config/b', 'end'], { qos: 1 });
    await publish(receiver, 'end', 'now');
    await last;
    expect(seen).toEqual(['config/a kept', 'end now']);
  });

  it.each<[string, string, Buffer | string, { qos?: 0 | 1 | 2 }]>([
    ['QoS 2', 'a', 'x', { qos: 2 }],
    ['more than 128 KB', 'a', Buffer.alloc(128 * 1024 + 1), {}],
    ['a topic with eight slashes', 'a/b/c/d/e/f/g/h/i', 'x', {}],
    ['a topic of 257 bytes', 'x'.repeat(257), 'x', {}],
    ['a topic with U+0000', 'a\u0000b', 'x', {}],
    ['a topic that belongs to AWS', '$aws/events/certificates/registered/x', 'x', {}],
  ])('end the connection when they have %s', async (_title, topic, payload, options) => {
    const sender = await connected(await device(), `limit-${counter}`);
    expect(await publish(sender, topic, payload, options)).toBe('closed');
  });

  it('end it at the first bytes of a packet of 256 MB, which are all that is sent', async () => {
    const issued = await device();
    const socket = tls.connect({ host: '127.0.0.1', port: bench.sandbox.mqttPort, servername: bench.account(EU).endpoint, cert: issued.pem, key: issued.keyPem, ca: readFileSync(bench.sandbox.caFile) });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
  });

  it('may have 128 KB and seven slashes', async () => {
    const sender = await connected(await device(), 'limits');
    expect(await publish(sender, 'a/b/c/d/e/f/g/h', Buffer.alloc(128 * 1024))).toBe('acknowledged');
  });
});

describe('a client id', () => {
  it('belongs to the newest connection', async () => {
    const issued = await device();
    const first = await connected(issued, 'same');
    const kicked = closed(first);
    const second = await connected(issued, 'same');
    expect(await kicked).toBe('closed');
    expect(await publish(second, 'a')).toBe('acknowledged');
  });

  it.each([['129 bytes', 'x'.repeat(129)], ['a leading dollar', '$client']])('of %s is refused', async (_title, clientId) => {
    expect(await tryConnect(await device(), clientId)).toBe('closed');
  });
});

describe('a policy', () => {
  it('is needed at all', async () => {
    expect(await tryConnect(await device({ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }), 'any')).toBe('closed');
  });

  it('lets a device connect under the client id that it names', async () => {
    const issued = await device(allow('iot:Connect', 'client/allowed-?'));
    expect(await tryConnect(issued, 'allowed-1')).toBe('accepted');
    expect(await tryConnect(issued, 'allowed-12')).toBe('closed');
  });

  it('counts for the account and region that its ARN names', async () => {
    const issued = await device({ Effect: 'Allow', Action: 'iot:*', Resource: 'arn:aws:iot:us-east-1:111111111111:*' });
    expect(await tryConnect(issued, 'any')).toBe('closed');
  });

  it('denies with more weight than it allows', async () => {
    const client = await connected(await device([ANYTHING, { Effect: 'Deny', Action: 'iot:Publish', Resource: 'arn:aws:iot:*:*:topic/secret/*' }]), 'denied');
    expect(await publish(client, 'open/1')).toBe('acknowledged');
    expect(await publish(client, 'secret/1')).toBe('closed');
  });

  it('answers a subscription that it does not allow with a failure code', async () => {
    const client = await connected(await device([allow('iot:Connect', 'client/*'), allow('iot:Subscribe', 'topicfilter/mine/#')]), 'subscriber');
    expect(await client.subscribeAsync('mine/#', { qos: 1 })).toMatchObject([{ qos: 1 }]);
    await expect(client.subscribeAsync('mine/1', { qos: 1 })).rejects.toThrow('Unspecified error');
    await expect(client.subscribeAsync('mine/#', { qos: 2 })).rejects.toThrow('Unspecified error');
  });

  it('keeps messages from a device that may subscribe and not receive', async () => {
    const statements = [allow(['iot:Connect', 'iot:Subscribe', 'iot:Publish'], '*'), allow('iot:Receive', 'topic/open')];
    const client = await connected(await device(statements), 'half-deaf');
    await client.subscribeAsync(['closed', 'open'], { qos: 1 });
    const first = nextMessage(client);
    await publish(client, 'closed');
    await publish(client, 'open');
    expect(await first).toBe('open x');
  });

  it('knows the thing of a connection only when client id, thing and attachment fit', async () => {
    const iot = clients[EU]!;
    const issued = await device([allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/${iot:Connection.Thing.ThingName}/${iot:Certificate.Subject.CommonName}')]);
    const principal = `arn:aws:iot:eu-west-1:111111111111:cert/${issued.id}`;
    const topic = `thing-1/device-${counter}`;
    for (const thingName of ['thing-1', 'thing-2']) await iot.send(new CreateThingCommand({ thingName }));
    expect(await publish(await connected(issued, 'thing-1'), topic)).toBe('closed');
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'thing-1', principal }));
    expect(await publish(await connected(issued, 'thing-1'), topic)).toBe('acknowledged');
    expect(await publish(await connected(issued, 'thing-2'), topic)).toBe('closed');
  });

  it('judges a will when the device is lost', async () => {
    const receiver = await connected(await device(), 'heir');
    await receiver.subscribeAsync('will/#', { qos: 1 });
    const poor = await device([allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/other')]);
    const rich = await device();
    const wills: string[] = [];
    receiver.on('message', (topic) => wills.push(topic));
    const last = nextMessage(receiver);
    for (const [issued, clientId] of [[poor, 'poor-will'], [rich, 'rich-will']] as const) {
      const will = { topic: `will/${clientId}`, payload: Buffer.from('x'), qos: 1, retain: false } as const;
      const client = bench.device(issued, { servername: bench.account(EU).endpoint, clientId, will });
      await new Promise<void>((resolve) => client.once('connect', () => resolve()));
      client.stream.destroy();
      await closed(client);
    }
    expect(await last).toBe('will/rich-will x');
    expect(wills).toEqual(['will/rich-will']);
  });

  it('attached later counts at once', async () => {
    const iot = clients[EU]!;
    const poor = await device(allow('iot:Connect', 'client/*'));
    const rich = await device(ANYTHING);
    await iot.send(new AttachPolicyCommand({ policyName: `policy-${rich.id.slice(0, 16)}`, target: `arn:aws:iot:eu-west-1:111111111111:cert/${poor.id}` }));
    expect(await publish(await connected(poor, 'poor'), 'a')).toBe('acknowledged');
  });
});

describe('taking a certificate out of ACTIVE', () => {
  it.each(['INACTIVE', 'REVOKED'] as const)('by %s ends its live connections and nobody else\'s', async (newStatus) => {
    const [target, bystander] = [await device(), await device()];
    const victims = [await connected(target, `v1-${newStatus}`), await connected(target, `v2-${newStatus}`)];
    const other = await connected(bystander, `other-${newStatus}`);
    const ends = Promise.all(victims.map(closed));
    await clients[EU]!.send(new UpdateCertificateCommand({ certificateId: target.id, newStatus }));
    expect(await ends).toEqual(['closed', 'closed']);
    expect(await publish(other, 'a')).toBe('acknowledged');
  });
});
