import { generate, type Packet } from 'mqtt-packet';
import { readConnect } from '../../src/sandbox/mqtt/connect-check.js';
import { MQTT_TIMES } from '../../src/sandbox/mqtt/mqtt-times.js';
import { Bench, EU } from './support/bench.js';
import { ANYTHING, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';
import { Wire } from './support/wire.js';

let bench: Bench;
let ca: TestAuthority;
let device: Issued;

beforeAll(async () => {
  bench = await Bench.start({ times: { leastKeepAlive: 1 } });
  ca = await TestAuthority.make();
  await registerCa(bench.iot(EU), ca);
  device = await allowed(ANYTHING);
});
afterAll(() => bench.stop());

let counter = 0;
const name = (): string => `client-${++counter}`;

async function allowed(statements: object | object[]): Promise<Issued> {
  const issued = await ca.issue(`CN=mqtt5-${++counter}`);
  await registerDevice(bench.iot(EU), issued, statements);
  return issued;
}

const connect = async (fields: Parameters<typeof Wire.connected>[2] = { clientId: name() }, issued = device) => (await Wire.connected(bench, issued, fields)).wire;

const publication = (topic: string, more: object = {}): Packet => ({ cmd: 'publish', topic, payload: 'x', qos: 1, dup: false, retain: false, messageId: 7, ...more }) as Packet;

describe('a CONNACK of MQTT 5', () => {
  it('says byte for byte what the broker has: 100 at a time, QoS 1, packets of 149504 bytes, 8 aliases, no shared subscriptions', async () => {
    const wire = await connect();
    // Fixed header, no session, success, and 21 bytes of properties.
    expect(wire.hex.slice(0, 10)).toBe('2018000015');
    for (const property of ['210064', '2401', '2501', '2700024800', '220008', '2801', '2901', '2a00']) expect(wire.hex).toContain(property);
    expect(wire.hex).toHaveLength(2 * (5 + 21));
  });

  it('moves keep-alive and session expiry into AWS\'s bounds and names the client id that it made', async () => {
    const { connack } = await Wire.connected(bench, device, { clientId: '', keepalive: 0, properties: { sessionExpiryInterval: 99_999_999 } }).catch((error: unknown) => ({ connack: error }));
    expect(connack).toMatchObject({ properties: { serverKeepAlive: 1_200, sessionExpiryInterval: 3_600, assignedClientIdentifier: expect.stringMatching(/^\$GEN\//) } });
    const settings = (keepalive: number) => readConnect({ cmd: 'connect', clientId: 'a', protocolVersion: 5, keepalive }, MQTT_TIMES).keepAliveSeconds;
    expect([0, 1, 30, 600, 1_200, 65_535].map(settings)).toEqual([1_200, 30, 30, 600, 1_200, 1_200]);
  });
});

describe('a CONNECT is refused', () => {
  const first = async (packet: Packet | Buffer, version: 4 | 5 = 5, issued = device) => {
    const wire = await Wire.open(bench, issued, version);
    wire.send(packet);
    await wire.end();
    return wire.hex;
  };
  const connectPacket = (more: object): Packet => ({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clean: true, keepalive: 60, clientId: 'refused', ...more }) as Packet;

  it('with the answer of MQTT 3.1.1 that every client understands, when it is of another version', async () => {
    const of = (level: number) => Buffer.from(`100e00044d515454${level.toString(16).padStart(2, '0')}02003c000161`.replace('100e', '100d'), 'hex');
    expect(await first(of(6))).toBe('20020001');
    expect(await first(of(3))).toBe('20020001');
    expect(await first(Buffer.from('100f00064d51497364700302003c000161', 'hex'))).toBe('20020001');
  });

  it.each([
    ['0x85: a client id of AWS\'s own', { clientId: '$mine' }, '85'],
    ['0x85: a client id of 129 bytes', { clientId: 'x'.repeat(129) }, '85'],
    ['0x81: a client id with U+0000', { clientId: 'a\0b' }, '81'],
    ['0x82: a receive maximum of 0', { properties: { receiveMaximum: 0 } }, '82'],
    ['0x8c: authentication by AUTH packets', { properties: { authenticationMethod: 'x' } }, '8c'],
    ['0x9b: a will of QoS 2', { will: { topic: 'w', payload: 'x', qos: 2 } }, '9b'],
    ['0x90: a will to a reserved topic', { will: { topic: '$aws/w', payload: 'x', qos: 1 } }, '90'],
  ])('with reason code %s', async (_title, more, code) => {
    expect((await first(connectPacket(more))).slice(4, 8)).toBe(`00${code}`);
  });

  it('with 0x87, and without a CONNACK in MQTT 3.1.1, when the policies do not allow the client id', async () => {
    const poor = await allowed({ Effect: 'Allow', Action: 'iot:Connect', Resource: 'arn:aws:iot:*:*:client/other' });
    expect((await first(connectPacket({}), 5, poor)).slice(4, 8)).toBe('0087');
    expect(await first(connectPacket({ protocolVersion: 4 }), 4, poor)).toBe('');
  });

  it('with 0x87 when it keeps a session or has a will that the conditions of iot:Connect do not name', async () => {
    const connectIf = (Condition: object, Effect = 'Allow') => ({ Effect, Action: 'iot:Connect', Resource: '*', Condition });
    const heir = await allowed(connectIf({ ArnEquals: { 'iot:LastWillTopic': 'arn:aws:iot:eu-west-1:111111111111:topic/will/ok' } }));
    const transient = await allowed([{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }, connectIf({ 'ForAnyValue:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } }, 'Deny')]);
    const bare = await allowed(connectIf({ 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': [] } }));
    const will = (topic: string) => ({ will: { topic, payload: 'x', qos: 0 } });
    const kept = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const code = async (issued: Issued, more: object) => (await Wire.connected(bench, issued, { clientId: name(), ...more }).then(() => '00', (error: Error) => /"reasonCode":(\d+)/.exec(error.message)?.[1]));
    expect([await code(heir, will('will/ok')), await code(heir, will('will/other')), await code(heir, {})]).toEqual(['00', '135', '135']);
    expect([await code(transient, {}), await code(transient, will('w')), await code(transient, kept)]).toEqual(['00', '00', '135']);
    expect([await code(bare, {}), await code(bare, will('w')), await code(bare, kept)]).toEqual(['00', '135', '135']);
  });

  it('without a CONNACK when something else comes first, or bytes stand behind its end', async () => {
    expect(await first({ cmd: 'pingreq' })).toBe('');
    expect(await first(Buffer.from('100e00044d5154540402003c000161ff', 'hex'), 4)).toBe('');
    expect(await first(Buffer.from('100d00044d5154540442003c000161', 'hex'), 4)).toBe('');
  });
});

describe('a connection ends with', () => {
  const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  it.each<[string, Packet | Buffer, number]>([
    ['QoS 2', publication('a', { qos: 2 }), 0x9b],
    ['topic alias 0', publication('a', { properties: { topicAlias: 0 } }), 0x94],
    ['topic alias 9', publication('a', { properties: { topicAlias: 9 } }), 0x94],
    ['a topic alias that was never set', publication('', { properties: { topicAlias: 1 } }), 0x82],
    ['an empty topic', publication(''), 0x90],
    ['a wildcard in a topic', publication('a/+'), 0x90],
    ['eight slashes', publication('a/b/c/d/e/f/g/h/i'), 0x90],
    ['U+0000 in a topic', publication('a\0b'), 0x81],
    ['a topic that is no UTF-8', bytes('30 05 0002 61c3 00'), 0x81],
    ['a reserved topic', publication('$aws/things/x/shadow/get'), 0x90],
    ["the broker's own topics of other brokers", publication('$SYS/x'), 0x90],
    ['a payload over 128 KB', publication('a', { payload: Buffer.alloc(128 * 1024 + 1) }), 0x95],
    ['a header that says 256 MB', bytes('30 ffffff7f'), 0x95],
    ['a length with a byte too many', bytes('c0 8000'), 0x81],
    ['the same property twice', bytes('30 0b 0001 61 06 23 0001 23 0002 78'), 0x82],
    ['a property of another packet', bytes('30 08 0001 61 03 21 0001 78'), 0x82],
    ['a user property that is cut', bytes('30 0a 0001 61 05 26 0001 61 0005'), 0x81],
    ['packet identifier 0', publication('a', { messageId: 0 }), 0x81],
    ['a second CONNECT', { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clean: true, keepalive: 60, clientId: 'again' }, 0x82],
    ['a packet that only a server sends', { cmd: 'pingresp' }, 0x82],
    ['a packet of QoS 2', { cmd: 'pubrel', messageId: 1 }, 0x82],
    ['nine topic filters', { cmd: 'subscribe', messageId: 1, subscriptions: 'abcdefghi'.split('').map((topic) => ({ topic, qos: 1 as const })) }, 0x97],
    ['no topic filter', bytes('82 03 0001 00'), 0x82],
  ])('%s, and its reason code', async (_title, packet, code) => {
    const wire = await connect();
    wire.send(packet);
    expect(await wire.end()).toBe(code);
  });

  it('0x8d when the client says nothing for one and a half times its keep-alive', async () => {
    const wire = await connect({ clientId: name(), keepalive: 1 });
    expect(await wire.end()).toBe(0x8d);
  });

  it('0x8e for the older of two with one client id', async () => {
    const clientId = name();
    const older = await connect({ clientId });
    await connect({ clientId });
    expect(await older.end()).toBe(0x8e);
  });
});

describe('a publication', () => {
  it('that the policies deny gets PUBACK 0x87, and the connection ends with 0x87', async () => {
    const wire = await connect(undefined, await allowed([ANYTHING, { Effect: 'Deny', Action: 'iot:Publish', Resource: 'arn:aws:iot:*:*:topic/no' }]));
    expect(await wire.publish('yes')).toBe(0);
    expect(await wire.publish('no')).toBe(0x87);
    expect(await wire.end()).toBe(0x87);
  });

  it('is retained only with iot:RetainPublish', async () => {
    const wire = await connect(undefined, await allowed({ Effect: 'Allow', Action: ['iot:Connect', 'iot:Publish', 'iot:Subscribe', 'iot:Receive'], Resource: '*' }));
    expect(await wire.publish('kept/denied')).toBe(0);
    expect(await wire.publish('kept/denied', 'x', { retain: true })).toBe(0x87);
  });

  it('of a will that is to be retained needs both rights when it is published', async () => {
    const poor = await allowed({ Effect: 'Allow', Action: ['iot:Connect', 'iot:Publish'], Resource: '*' });
    const refused = bench.log.next('sandbox.not-authorized');
    const wire = await connect({ clientId: name(), will: { topic: 'kept/will', payload: Buffer.from('x'), qos: 1, retain: true } }, poor);
    wire.send({ cmd: 'disconnect', reasonCode: 4 });
    expect(await refused).toMatchObject({ resource: 'kept/will', certificateId: poor.id });
  });

  it('or subscription that is refused is explained, unless the client wants no reasons', async () => {
    const wanted = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '$SYS/#', qos: 1 }] } as const;
    const curious = await connect();
    curious.send({ ...wanted, subscriptions: [...wanted.subscriptions] });
    expect((await curious.nextOf('suback')).properties?.reasonString).toBe('$SYS/#: the sandbox does not serve this reserved topic.');
    const terse = await connect({ clientId: name(), properties: { requestProblemInformation: false } });
    terse.send({ ...wanted, subscriptions: [...wanted.subscriptions] });
    expect((await terse.nextOf('suback')).properties).toBeUndefined();
  });

  it('carries topic aliases for one connection, and what MQTT 5 passes on to the subscribers', async () => {
    const receiver = await connect();
    await receiver.subscribe('alias/#', 1, {});
    const sender = await connect();
    const properties = { topicAlias: 1, contentType: 'text/plain', correlationData: Buffer.from('7'), responseTopic: 'answer', userProperties: { line: '4' } };
    await sender.publish('alias/1', 'first', { properties });
    await sender.publish('', 'second', { properties: { topicAlias: 1 } });
    const [first, second] = [await receiver.nextOf('publish'), await receiver.nextOf('publish')];
    expect([first, second].map(({ topic, payload }) => `${topic} ${payload.toString()}`)).toEqual(['alias/1 first', 'alias/1 second']);
    expect(first.properties).toMatchObject({ contentType: 'text/plain', responseTopic: 'answer', userProperties: { line: '4' } });
    expect(first.properties).not.toHaveProperty('topicAlias');
  });
});

describe('whatever bytes a client sends', () => {
  /** Numbers that look random and are the same each time (Numerical Recipes' generator). */
  const numbers = (seed: number) => (below: number) => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) % below;

  it('hurt nobody else, and nothing is logged as a fault of the sandbox', async () => {
    const random = numbers(5);
    const bystander = await connect();
    await bystander.subscribe('fuzz/#');
    const packets: Packet[] = [
      publication('fuzz/1', { properties: { userProperties: { a: '1', '': '' }, contentType: '', correlationData: Buffer.alloc(0), payloadFormatIndicator: true, messageExpiryInterval: 5 } }),
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'fuzz/+', qos: 1, nl: true, rap: true, rh: 1 }], properties: { subscriptionIdentifier: 268_435_455 } },
      { cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['fuzz/+'], properties: { userProperties: { x: ['1', '2'] } } },
      { cmd: 'puback', messageId: 3, reasonCode: 0, properties: { reasonString: 'x' } },
      { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 1 } },
      { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clean: true, keepalive: 60, clientId: 'f', will: { topic: 'fuzz/w', payload: Buffer.from('x'), qos: 1, retain: false, properties: { willDelayInterval: 1 } } },
    ];
    const mutated = () => {
      const bytes = generate(packets[random(packets.length)]!, { protocolVersion: 5 });
      for (let left = random(4); left > 0; left--) bytes[random(bytes.length)] = random(256);
      return random(5) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
    };
    for (let round = 0; round < 40; round++) {
      const wire = round % 4 === 0 ? await Wire.open(bench, device) : await connect({ clientId: name(), will: { topic: 'fuzz/will', payload: Buffer.from('x'), qos: 0, retain: false } });
      for (let at = 0; at < 10; at++) wire.send(mutated());
      wire.socket.end();
      await wire.end();
    }
    await (await connect()).publish('fuzz/last', 'still there');
    for (let payload = ''; payload !== 'still there'; ) {
      const { payload: bytes, messageId } = await bystander.nextOf('publish');
      if (messageId !== undefined) bystander.send({ cmd: 'puback', messageId, reasonCode: 0 });
      payload = bytes.toString();
    }
    const faults = bench.log.entries.filter(({ event }) => event === 'sandbox.mqtt-fault').map(({ facts }) => String(facts['reason']));
    // Each is a sentence of the broker's, and no error that nobody expected.
    expect(faults.filter((reason) => !reason.endsWith('.') || /undefined|not a function|out of range|written/.test(reason))).toEqual([]);
    expect(faults.length).toBeGreaterThan(20);
  });
});
