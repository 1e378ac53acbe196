import { Bench, EU } from './support/bench.js';
import { ANYTHING, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';
import { Wire } from './support/wire.js';

let bench: Bench;
let device: Issued;

beforeAll(async () => {
  bench = await Bench.start();
  const ca = await TestAuthority.make();
  await registerCa(bench.iot(EU), ca);
  device = await ca.issue('CN=device');
  await registerDevice(bench.iot(EU), device, ANYTHING);
});
afterAll(() => bench.stop());

let counter = 0;
const name = (): string => `client-${++counter}`;

const connect = async (fields: Parameters<typeof Wire.connected>[2] = { clientId: name() }) => (await Wire.connected(bench, device, fields)).wire;

/** Cuts the connection, and waits until the broker has noticed. */
async function cut(wire: Wire, clientId: string): Promise<void> {
  const noticed = new Promise<void>((resolve) => bench.sandbox.onPublish((_account, topic) => topic === `$aws/events/presence/disconnected/${clientId}` && resolve()));
  wire.cut();
  await noticed;
}

describe('a subscription', () => {
  it.each([
    ['0x9e: shared', '$share/group/a', 0x9e],
    ['0x83: a topic of AWS that the sandbox does not serve', '$aws/things/x/shadow/get/accepted', 0x83],
    ['0x83: the topics of other brokers', '$SYS/#', 0x83],
    ['0x8f: a filter with # in the middle', 'a/#/b', 0x8f],
    ['0x8f: eight slashes', 'a/b/c/d/e/f/g/h/+', 0x8f],
  ])('is refused with %s', async (_title, filter, code) => {
    const wire = await connect();
    expect(await wire.subscribe(filter)).toBe(code);
    const refused = bench.log.entries.filter(({ event, facts }) => event === 'sandbox.reserved-topic-refused' && facts['topic'] === filter);
    expect(refused).toHaveLength(filter.startsWith('$') ? 1 : 0);
  });

  it('is granted QoS 1 where it asks for 2, and fails in MQTT 3.1.1', async () => {
    const wire = await connect();
    wire.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 2 }] });
    expect((await wire.nextOf('suback')).granted).toEqual([1]);
    const older = await connect({ clientId: name(), protocolVersion: 4 });
    older.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 2 }] });
    expect((await older.nextOf('suback')).granted).toEqual([128]);
  });

  it('over 50 on a connection is refused with 0x97, and the connection ends', async () => {
    const wire = await connect();
    for (let at = 0; at < 50; at += 5) {
      wire.send({ cmd: 'subscribe', messageId: 1, subscriptions: [0, 1, 2, 3, 4].map((more) => ({ topic: `many/${at + more}`, qos: 1 as const })) });
      expect((await wire.nextOf('suback')).granted).toEqual([1, 1, 1, 1, 1]);
    }
    expect(await wire.subscribe('many/0')).toBe(1);
    expect(await wire.subscribe('many/50')).toBe(0x97);
    expect(await wire.end()).toBe(0x97);
  });

  it('to sensor/# gets sensor/ and what is below, and not sensor', async () => {
    const wire = await connect();
    await wire.subscribe('sensor/#');
    const sender = await connect();
    for (const topic of ['sensor', 'sensor/', 'sensor/1']) await sender.publish(topic);
    expect([(await wire.nextOf('publish')).topic, (await wire.nextOf('publish')).topic]).toEqual(['sensor/', 'sensor/1']);
  });

  it('says with each message which of the client\'s subscriptions it belongs to, and leaves out its own where it wants that', async () => {
    const wire = await connect();
    wire.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'id/+', qos: 1 }], properties: { subscriptionIdentifier: 5 } });
    await wire.nextOf('suback');
    wire.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'id/1', qos: 1 }], properties: { subscriptionIdentifier: 6 } });
    await wire.nextOf('suback');
    await wire.subscribe('own', 1, { nl: true });
    await wire.publish('own');
    await (await connect()).publish('id/1');
    const first = await wire.nextOf('publish');
    expect(first.topic).toBe('id/1');
    expect(new Set([first.properties?.subscriptionIdentifier].flat())).toEqual(new Set([5, 6]));
  });
});

describe('a retained message', () => {
  it('goes to a new subscription of exactly its topic and to none with wildcards, as retain handling says', async () => {
    await (await connect()).publish('state/1', 'kept', { retain: true });
    const wire = await connect();
    for (const [filter, more] of [['state/+', {}], ['state/#', {}], ['state/1', { rh: 2 }]] as const) expect(await wire.subscribe(filter, 1, more)).toBe(1);
    expect(await wire.subscribe('state/1', 1, { rh: 1 })).toBe(1);
    expect(await wire.subscribe('state/1', 1, { rh: 0 })).toBe(1);
    // The first message that comes is the answer to the last subscription.
    expect(await wire.nextOf('publish')).toMatchObject({ topic: 'state/1', payload: Buffer.from('kept'), retain: true });
    await (await connect()).publish('state/2', 'live', { retain: true });
    expect(await wire.nextOf('publish')).toMatchObject({ topic: 'state/2', retain: false });
  });
});

describe('a session', () => {
  const kept = (clientId: string, more: object = {}) => Wire.connected(bench, device, { clientId, clean: false, properties: { sessionExpiryInterval: 60, ...more } });

  it('outlives its connection: what was not acknowledged comes again with its identifier and DUP, then what came meanwhile', async () => {
    const clientId = name();
    const sender = await connect();
    const { wire } = await kept(clientId);
    await wire.subscribe(`to/${clientId}`);
    await sender.publish(`to/${clientId}`, 'one');
    const one = await wire.nextOf('publish');
    await cut(wire, clientId);
    await sender.publish(`to/${clientId}`, 'two');
    const again = await kept(clientId);
    expect(again.connack.sessionPresent).toBe(true);
    expect(await again.wire.nextOf('publish')).toMatchObject({ payload: Buffer.from('one'), dup: true, messageId: one.messageId });
    again.wire.send({ cmd: 'puback', messageId: one.messageId!, reasonCode: 0 });
    const two = await again.wire.nextOf('publish');
    expect(two).toMatchObject({ payload: Buffer.from('two'), dup: false });
    expect(two.messageId).not.toBe(one.messageId);
  });

  it('of MQTT 3.1.1 without clean session is the same, and clean start ends it', async () => {
    const clientId = name();
    const { wire, connack } = await Wire.connected(bench, device, { clientId, clean: false, protocolVersion: 4 });
    expect(connack.sessionPresent).toBe(false);
    await wire.subscribe(`to/${clientId}`);
    wire.cut();
    const again = await Wire.connected(bench, device, { clientId, clean: false, protocolVersion: 4 });
    expect(again.connack.sessionPresent).toBe(true);
    again.wire.cut();
    const afresh = await Wire.connected(bench, device, { clientId, clean: true, protocolVersion: 4 });
    expect(afresh.connack.sessionPresent).toBe(false);
    afresh.wire.send({ cmd: 'disconnect' });
    await afresh.wire.end();
    expect((await Wire.connected(bench, device, { clientId, clean: false, protocolVersion: 4 })).connack.sessionPresent).toBe(false);
  });

  it('that a DISCONNECT gives up ends with it', async () => {
    const clientId = name();
    const { wire } = await kept(clientId);
    wire.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
    await wire.end();
    expect((await kept(clientId)).connack.sessionPresent).toBe(false);
  });

  it('sends no more at a time than the client takes', async () => {
    const clientId = name();
    const sender = await connect();
    const { wire } = await kept(clientId, { receiveMaximum: 2 });
    await wire.subscribe(`to/${clientId}`);
    for (const payload of ['1', '2', '3', '4']) await sender.publish(`to/${clientId}`, payload);
    const [one, two] = [await wire.nextOf('publish'), await wire.nextOf('publish')];
    // Whatever else was sent would come before this answer.
    wire.send({ cmd: 'pingreq' });
    expect(await wire.next()).toMatchObject({ cmd: 'pingresp' });
    wire.send({ cmd: 'puback', messageId: two.messageId!, reasonCode: 0 });
    expect(await wire.nextOf('publish')).toMatchObject({ payload: Buffer.from('3') });
    wire.send({ cmd: 'puback', messageId: one.messageId!, reasonCode: 0 });
    expect(await wire.nextOf('publish')).toMatchObject({ payload: Buffer.from('4') });
  });

  it('drops a message that has expired while the client was away', async () => {
    const clientId = name();
    const sender = await connect();
    const { wire } = await kept(clientId);
    await wire.subscribe(`to/${clientId}`);
    await cut(wire, clientId);
    await sender.publish(`to/${clientId}`, 'stale', { properties: { messageExpiryInterval: 0 } });
    await sender.publish(`to/${clientId}`, 'fresh', { properties: { messageExpiryInterval: 600 } });
    const fresh = await (await kept(clientId)).wire.nextOf('publish');
    expect(fresh.payload.toString()).toBe('fresh');
    expect(fresh.properties?.messageExpiryInterval).toBeGreaterThan(0);
  });
});

describe('a will', () => {
  const will = (topic: string, more: object = {}) => ({ topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false, ...more });

  it('is published when the connection is lost or its client asks for it (0x04), and not when it says goodbye', async () => {
    const heir = await connect();
    await heir.subscribe('will/#');
    const polite = await connect({ clientId: name(), will: will('will/polite') });
    polite.send({ cmd: 'disconnect', reasonCode: 0 });
    await polite.end();
    const asking = await connect({ clientId: name(), will: will('will/asking') });
    asking.send({ cmd: 'disconnect', reasonCode: 4 });
    expect((await heir.nextOf('publish')).topic).toBe('will/asking');
    const lost = await connect({ clientId: name(), will: will('will/lost') });
    lost.cut();
    expect((await heir.nextOf('publish')).topic).toBe('will/lost');
  });

  it('that waits is dropped when its client comes back, and published at the end of the session', async () => {
    const heir = await connect();
    await heir.subscribe('late/#');
    const clientId = name();
    const properties = { sessionExpiryInterval: 60 };
    const delayed = { will: will('late/1', { properties: { willDelayInterval: 60 } }), clean: false, properties };
    (await connect({ clientId, ...delayed })).cut();
    const back = await connect({ clientId, clean: false, properties });
    back.cut();
    (await connect({ clientId, ...delayed, will: will('late/2', { properties: { willDelayInterval: 60 } }) })).cut();
    await connect({ clientId, clean: true });
    expect((await heir.nextOf('publish')).topic).toBe('late/2');
  });
});

describe('events', () => {
  it('tell the account who connects, subscribes and leaves, and why', async () => {
    const listener = await connect();
    const clientId = name();
    for (const kind of ['presence/connected', 'presence/disconnected', 'subscriptions/subscribed', 'subscriptions/unsubscribed']) expect(await listener.subscribe(`$aws/events/${kind}/${clientId}`)).toBe(1);
    const event = async () => {
      const { topic, payload, messageId } = await listener.nextOf('publish');
      listener.send({ cmd: 'puback', messageId: messageId!, reasonCode: 0 });
      const facts = JSON.parse(payload.toString()) as Record<string, unknown>;
      return { ...facts, topic: topic.replace('$aws/events/', '') } as Record<string, unknown>;
    };
    const wire = await connect({ clientId });
    const connected = await event();
    expect(connected).toEqual({
      topic: `presence/connected/${clientId}`, clientId, eventType: 'connected', timestamp: expect.any(Number), versionNumber: 0,
      sessionIdentifier: expect.any(String), principalIdentifier: device.id, ipAddress: '127.0.0.1',
    });
    await wire.subscribe('a/b');
    expect(await event()).toMatchObject({ topic: `subscriptions/subscribed/${clientId}`, eventType: 'subscribed', topics: ['a/b'] });
    wire.send({ cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a/b', 'never'] });
    expect((await wire.nextOf('unsuback')).granted).toEqual([0, 0x11]);
    expect(await event()).toMatchObject({ topic: `subscriptions/unsubscribed/${clientId}`, eventType: 'unsubscribed', topics: ['a/b'] });
    wire.send({ cmd: 'disconnect', reasonCode: 0 });
    expect(await event()).toEqual({
      topic: `presence/disconnected/${clientId}`, clientId, eventType: 'disconnected', timestamp: expect.any(Number), versionNumber: 0, sessionIdentifier: connected['sessionIdentifier'],
      principalIdentifier: device.id, clientInitiatedDisconnect: true, disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
    });
    (await connect({ clientId })).cut();
    expect(await event()).toMatchObject({ topic: `presence/connected/${clientId}`, versionNumber: 1 });
    expect(await event()).toMatchObject({ topic: `presence/disconnected/${clientId}`, clientInitiatedDisconnect: false, disconnectReason: 'CONNECTION_LOST' });
  });
});
