import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Bench, EU } from './support/bench.js';
import { boto3, runPython } from './support/boto3.js';
import { ANYTHING, registerDefaultCa, registerDevice } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';
import { Wire } from './support/wire.js';

const run = promisify(execFile);

let bench: Bench;
let device: Issued;
let poor: Issued;
/** Options of mosquitto's programs. They send what they connect to as SNI, an address, so they can't check the server's name. */
let mosquitto: string[];
let files: { ca: string; cert: string; key: string };

beforeAll(async () => {
  bench = await Bench.start();
  const ca = await TestAuthority.make();
  // In DEFAULT mode a device need not send SNI.
  await registerDefaultCa(bench.iot(EU), ca);
  [device, poor] = [await ca.issue('CN=any-client'), await ca.issue('CN=poor')];
  await registerDevice(bench.iot(EU), device, ANYTHING);
  await registerDevice(bench.iot(EU), poor, { Effect: 'Allow', Action: ['iot:Connect', 'iot:Publish'], Resource: ['arn:aws:iot:*:*:client/*', 'arn:aws:iot:*:*:topic/open'] });
  files = { ca: bench.sandbox.caFile, cert: join(bench.folder, 'device.pem'), key: join(bench.folder, 'device-key.pem') };
  writeFileSync(files.cert, device.pem);
  writeFileSync(files.key, device.keyPem, { mode: 0o600 });
  mosquitto = ['-h', '127.0.0.1', '-p', String(bench.sandbox.mqttPort), '--insecure', '--cafile', files.ca, '--cert', files.cert, '--key', files.key];
});
afterAll(() => bench.stop());

/** Resolves when somebody has subscribed under this client id. */
const subscribed = (clientId: string) =>
  new Promise<void>((resolve) => bench.sandbox.onPublish((_account, topic) => topic === `$aws/events/subscriptions/subscribed/${clientId}` && resolve()));

describe('mosquitto', () => {
  it.each([['311'], ['5']])('publishes and subscribes with -V %s', async (version) => {
    const clientId = `mosquitto-${version}`;
    const ready = subscribed(clientId);
    const subscriber = spawn('mosquitto_sub', [...mosquitto, '-V', version, '-i', clientId, '-t', `m/${version}/#`, '-q', '1', '-C', '1', '-W', '20', '-F', '%t %q %p'], { stdio: ['ignore', 'pipe', 'pipe'] });
    // It may end before the publisher does.
    const closed = once(subscriber, 'close');
    let output = '';
    subscriber.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await ready;
    await run('mosquitto_pub', [...mosquitto, '-V', version, '-i', `${clientId}-pub`, '-t', `m/${version}/a`, '-q', '1', '-m', 'hello']);
    expect([(await closed)[0], output]).toEqual([0, `m/${version}/a 1 hello\n`]);
  });

  it('is refused with MQTT 3.1, which AWS has not', async () => {
    await expect(run('mosquitto_pub', [...mosquitto, '-V', '31', '-i', 'old', '-t', 'a', '-m', 'x'])).rejects.toMatchObject({ stderr: expect.stringContaining('protocol version') });
  });
});

describe('paho', () => {
  it.each([
    [4, 'granted QoS 1, and its QoS 2 ends the connection', { connected: '0', granted: ['1'], message: 'hello', ended: '7', inTime: true }],
    [5, 'told why', { connected: 'Success', granted: ['Granted QoS 1'], message: 'hello', ended: 'QoS not supported', inTime: true }],
  ])('of version %s is %s', async (version, _title, expected) => {
    const seen = await runPython('paho_device.py', { ...files, version, clientId: `paho-${version}`, topic: `paho/${version}`, endpoint: bench.account(EU).endpoint, port: bench.sandbox.mqttPort }, bench.folder);
    expect(seen).toEqual(expected);
  });
});

describe('mqtt.js', () => {
  it('with MQTT 5 keeps its subscriptions where one of several is refused, and aliases its topics by itself', async () => {
    const options = { protocolVersion: 5, autoAssignTopicAlias: true, properties: { topicAliasMaximum: 5 } } as const;
    const client = bench.device(device, { servername: bench.account(EU).endpoint, clientId: 'mqttjs', ...options } );
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    await expect(client.subscribeAsync({ 'js/1': { qos: 1 }, '$share/g/js': { qos: 1 } })).rejects.toThrow('Shared Subscriptions not supported');
    const messages: string[] = [];
    const both = new Promise<void>((resolve) => client.on('message', (topic, payload) => messages.push(`${topic} ${payload.toString()}`) === 2 && resolve()));
    for (const payload of ['a', 'b']) await client.publishAsync('js/1', payload, { qos: 1 });
    await both;
    expect(messages).toEqual(['js/1 a', 'js/1 b']);
  });
});

/** `POST` to the data endpoint with a client certificate, as AWS's guide has it. */
async function post(path: string, body: string | Buffer, issued: Issued, ALPNProtocols?: string[]): Promise<[number | undefined, { message: string }]> {
  const endpoint = bench.account(EU).endpoint;
  const options = { host: '127.0.0.1', port: bench.sandbox.mqttPort, path, method: 'POST', servername: endpoint, cert: issued.pem, key: issued.keyPem, ca: readFileSync(files.ca), agent: false, ...(ALPNProtocols && { ALPNProtocols }) };
  const call = request(options);
  call.end(body);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  const text = (await answer.toArray()).join('');
  return [answer.statusCode, JSON.parse(text) as { message: string }];
}

describe('HTTPS', () => {
  it.each([['by AWS\'s ALPN', ['x-amzn-http-ca']], ['by that of HTTP', ['http/1.1']], ['by its first bytes', undefined]])('is told %s, and publishes what the policies allow', async (_title, protocols) => {
    const { wire } = await Wire.connected(bench, device, { clientId: 'https-listener' });
    await wire.subscribe('over/https');
    const [status, answer] = await post('/topics/over%2Fhttps?qos=1', 'hello', device, protocols);
    expect([status, answer]).toEqual([200, { message: 'OK', traceId: expect.any(String) }]);
    expect(await wire.nextOf('publish')).toMatchObject({ topic: 'over/https', payload: Buffer.from('hello'), qos: 1 });
    expect((await post('/topics/open', 'x', poor, protocols))[0]).toBe(200);
    expect((await post('/topics/closed', 'x', poor, protocols))[0]).toBe(403);
    expect((await post('/topics/open?retain=true', 'x', poor, protocols))[0]).toBe(403);
    expect((await post('/topics/open?qos=2', 'x', device, protocols))[0]).toBe(400);
    expect((await post('/topics/%24aws/things/x', 'x', device, protocols))[0]).toBe(403);
    expect((await post('/topics/open', Buffer.alloc(128 * 1024 + 1), device, protocols))[0]).toBe(413);
    expect((await post('/things/x/shadow', '{}', device, protocols))[0]).toBe(404);
    wire.cut();
  });
});

describe('an application with boto3', () => {
  it('publishes, reads retained messages page by page, and is told of topics that are not there', async () => {
    const { wire } = await Wire.connected(bench, device, { clientId: 'boto-listener' });
    await wire.subscribe('from/#');
    const payload = Buffer.from('{"a":1}').toString('base64');
    const answers = await boto3(bench, EU, [
      { service: 'iot-data', operation: 'publish', arguments: { topic: 'from/app', qos: 1, retain: true, payload }, bytes: 'payload' },
      { service: 'iot-data', operation: 'publish', arguments: { topic: 'from/other', qos: 1, retain: true, payload }, bytes: 'payload' },
      { service: 'iot-data', operation: 'get_retained_message', arguments: { topic: 'from/app' } },
      { service: 'iot-data', operation: 'list_retained_messages', arguments: { maxResults: 1 } },
      { service: 'iot-data', operation: 'get_retained_message', arguments: { topic: 'nowhere' } },
      { service: 'iot-data', operation: 'publish', arguments: { topic: '$aws/things/x', payload }, bytes: 'payload' },
    ]);
    expect(answers).toEqual([
      {}, {},
      { topic: 'from/app', payload, qos: 1, lastModifiedTime: expect.any(Number) },
      { retainedTopics: [{ topic: 'from/app', payloadSize: 7, qos: 1, lastModifiedTime: expect.any(Number) }], nextToken: expect.any(String) },
      { code: 'ResourceNotFoundException', status: 404 },
      { code: 'InvalidRequestException', status: 400 },
    ]);
    expect((await wire.nextOf('publish')).payload.toString()).toBe('{"a":1}');
  });

  it('ends a connection with DeleteConnection, with or without its will and its session', async () => {
    const { wire: heir } = await Wire.connected(bench, device, { clientId: 'heir' });
    await heir.subscribe('gone/#');
    await heir.subscribe('$aws/events/presence/disconnected/+');
    const keep = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const will = (topic: string) => ({ will: { topic, payload: Buffer.from('x'), qos: 1 as const, retain: false } });
    const { wire: first } = await Wire.connected(bench, device, { clientId: 'doomed', ...keep, ...will('gone/1') });
    expect(await bench.signed('DELETE', '/connections/doomed?preventWillMessage=true', 'iotdata')).toBe(200);
    expect(await first.end()).toBe(0x98);
    const event = await heir.nextOf('publish');
    expect(event.topic).toBe('$aws/events/presence/disconnected/doomed');
    expect(JSON.parse(event.payload.toString())).toMatchObject({ disconnectReason: 'API_INITIATED_DISCONNECT', clientInitiatedDisconnect: false });
    const { wire: second, connack } = await Wire.connected(bench, device, { clientId: 'doomed', ...keep, ...will('gone/2') });
    expect(connack.sessionPresent).toBe(true);
    expect(await bench.signed('DELETE', '/connections/doomed?cleanSession=true', 'iotdata')).toBe(200);
    expect(await second.end()).toBe(0x98);
    expect((await heir.nextOf('publish')).topic).toBe('gone/2');
    expect((await Wire.connected(bench, device, { clientId: 'doomed', ...keep })).connack.sessionPresent).toBe(false);
    expect(await bench.signed('DELETE', '/connections/nobody', 'iotdata')).toBe(404);
  });
});
