import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AttachPolicyCommand, AttachThingPrincipalCommand, CreateKeysAndCertificateCommand, CreatePolicyCommand, CreateThingCommand, DescribeCACertificateCommand, DescribeCertificateCommand, ListCertificatesCommand, ListThingsCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import mqtt, { type MqttClient } from 'mqtt';
import { type BoardWatch, watchBoard } from '../../src/device-check/board-watch.js';
import { checkDevice, type DeviceCheck } from '../../src/device-check/device-check.js';
import { readSandbox } from '../../src/simulation/sandbox-place.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { until } from '../support/until.js';
import { Bench, EU, FRANKFURT } from '../sandbox/support/bench.js';
import { checkCommand } from './support/check-command.js';
import { type Issued, rsaKeys, TestAuthority } from '../sandbox/support/test-pki.js';

const CONNECT_EVERY_MS = 300;

let bench: Bench;
let authority: TestAuthority;
beforeAll(async () => {
  // AWS provisions within seconds and takes one CONNECT a second; here both are a third of it.
  bench = await Bench.start({ settings: { SANDBOX_PROVISIONING_DELAY_MS: '700-700', SANDBOX_CONNECT_INTERVAL_MS: String(CONNECT_EVERY_MS - 20) } });
  authority = await TestAuthority.make('CN=Device CA G1, O=Lineside');
});
afterAll(() => bench.stop());

let counter = 0;
const newUnit = async (more: object = {}) => {
  const serial = `EOL-${++counter}`;
  return { serial, issued: await authority.issue(`CN=${serial}`, more) };
};

async function checkOf(serial: string, issued: Pick<Issued, 'pem' | 'keyPem'>, changed: Partial<DeviceCheck['unit']> = {}, more: Partial<DeviceCheck> = {}): Promise<DeviceCheck> {
  const sandbox = await readSandbox(join(bench.folder, 'data'));
  const account = sandbox.accounts[FRANKFURT]!;
  return {
    unit: { certificate: issued.pem, privateKey: issued.keyPem, chain: authority.pem, authority: authority.pem, thingName: serial, ...changed },
    way: { host: account.endpoint, connectTo: '127.0.0.1', port: sandbox.mqttPort, roots: readFileSync(sandbox.caFile, 'utf8') },
    terms: { allowedTopic: 'devices/{thing}/check', forbiddenTopic: 'devices/{thing}-other/check', patienceMs: 20_000, connectEveryMs: CONNECT_EVERY_MS },
    prepare: { sandbox, account, policy: undefined },
    ...more,
  };
}

const run = async (check: DeviceCheck) => {
  const results = await checkDevice(check);
  expect(results.filter(({ state, remedy }) => (state === 'failed') !== (remedy !== null))).toEqual([]);
  return { results, states: Object.fromEntries(results.map(({ check: name, state }) => [name, state])), failed: results.filter(({ state }) => state === 'failed').map(({ check: name, finding }) => `${name}: ${finding}`) };
};

const ALL_OK = {
  certificate: 'ok', key: 'ok', chain: 'ok', 'server name': 'ok', 'TLS with the RSA chain': 'ok', 'TLS with the ECDSA chain': 'ok',
  'first connections': 'ok', 'client id': 'ok', 'allowed topic': 'ok', 'forbidden topic': 'ok',
};

describe('the end-of-line check', () => {
  it.each(['P-256', 'RSA'])('passes a good unit with a %s key, which comes back until it is provisioned and never twice a second, and leaves only the authority behind', async (kind) => {
    const { serial, issued } = await newUnit(kind === 'RSA' ? { keys: await rsaKeys(2_048) } : {});
    const before = bench.log.entries.length;
    const { states, results } = await run(await checkOf(serial, issued));
    expect(states).toEqual(ALL_OK);
    expect(results.find(({ check }) => check === 'first connections')!.finding).toMatch(/^Dropped [1-9]\d* times? while it was provisioned, then let in after [\d.]+ s$/);
    expect(bench.log.entries.slice(before).filter(({ event }) => event === 'sandbox.throttled')).toEqual([]);
    const frankfurt = bench.iot(FRANKFURT);
    await expect(frankfurt.send(new DescribeCertificateCommand({ certificateId: issued.id }))).rejects.toThrow(/not exist|not found/i);
    expect((await frankfurt.send(new ListThingsCommand({}))).things).toEqual([]);
    expect((await frankfurt.send(new DescribeCACertificateCommand({ certificateId: authority.id }))).certificateDescription).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE', certificateMode: 'SNI_ONLY' });
    // Other accounts of the sandbox, where units are made known for real, are left alone.
    await expect(bench.iot(EU).send(new DescribeCACertificateCommand({ certificateId: authority.id }))).rejects.toThrow(/not exist|not found/i);
  });

  it('tells what is wrong with what the unit was loaded with, and does not connect', async () => {
    const { serial, issued } = await newUnit();
    const other = await newUnit();
    const stranger = await TestAuthority.make();
    const expired = await newUnit({ notAfter: new Date(Date.now() - 60_000) });
    const wrong: [string, Partial<DeviceCheck['unit']>, RegExp][] = [
      ['another key', { privateKey: other.issued.keyPem }, /^key: The private key is not the one/],
      ['no key', { privateKey: 'nothing' }, /^key: The private key can’t be read$/],
      ['another unit’s name', { thingName: other.serial }, /^certificate: The certificate is for EOL-\d+ and not for EOL-\d+$/],
      ['an expired certificate', { certificate: expired.issued.pem, privateKey: expired.issued.keyPem, thingName: expired.serial }, /^certificate: .* only$/],
      ['an empty chain', { chain: '' }, /^chain: The chain can’t be read/],
      ['another authority’s chain', { chain: stranger.pem }, /^chain: Certificate 1 .* did not sign the one before it$/],
      ['its own certificate in the chain', { chain: issued.pem + authority.pem }, /^chain: The chain holds the unit’s own certificate$/],
      ['one certificate too many', { chain: authority.pem + stranger.pem }, /^chain: The chain goes on after the authority: certificate 2/],
      ['text in the chain', { chain: `${authority.pem}# made by line 7\n` }, /^chain: The chain can’t be read/],
      ['a chain to another authority than the ledger’s', { authority: stranger.pem }, /^chain: The chain ends with .* and not with the authority$/],
    ];
    const before = bench.log.entries.length;
    for (const [what, changed, finding] of wrong) {
      const { failed, states } = await run(await checkOf(serial, issued, changed));
      expect([what, failed]).toEqual([what, [expect.stringMatching(finding)]]);
      expect(states['connections']).toBe('not-seen');
    }
    const good = await checkOf(serial, issued);
    for (const host of ['127.0.0.1', good.way.host.split('.')[0]!, good.way.host.toUpperCase()]) {
      expect((await run({ ...good, way: { ...good.way, host } })).failed).toEqual([expect.stringMatching(/^server name: /)]);
    }
    expect(bench.log.entries.slice(before)).toEqual([]);
  });

  it.each(['RSA', 'ECDSA'] as const)('tells when the unit does not trust the root of the %s chain', async (missing) => {
    const { serial, issued } = await newUnit();
    const good = await checkOf(serial, issued);
    const [ecdsa, rsa] = good.way.roots.split(/(?<=-----END CERTIFICATE-----\n)/);
    const { states } = await run({ ...good, way: { ...good.way, roots: missing === 'RSA' ? ecdsa! : rsa! } });
    expect(states).toMatchObject({ [`TLS with the ${missing} chain`]: 'failed', [`TLS with the ${missing === 'RSA' ? 'ECDSA' : 'RSA'} chain`]: 'ok' });
  });

  it('fails where the policy lets the unit do what it must not, or not what it must', async () => {
    const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource: `arn:aws:iot:*:*:${Resource}` });
    const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    const failures = async (document: string) => {
      const { serial, issued } = await newUnit();
      const good = await checkOf(serial, issued);
      return (await run({ ...good, prepare: { ...good.prepare!, policy: document } })).failed;
    };
    expect(await failures(policy(allow('iot:*', '*')))).toEqual([expect.stringMatching(/^client id: /), expect.stringMatching(/^forbidden topic: /)]);
    expect(await failures(policy(allow('iot:Connect', 'client/${iot:Connection.Thing.ThingName}')))).toEqual([expect.stringMatching(/^allowed topic: .* ended the connection$/)]);
  });

  it('fails where the unit is never let in, and says what to look at', async () => {
    const { serial, issued } = await newUnit();
    await bench.iot(FRANKFURT).send(new UpdateCACertificateCommand({ certificateId: authority.id, newAutoRegistrationStatus: 'DISABLE' }));
    const good = await checkOf(serial, issued);
    const { failed, states } = await run({ ...good, terms: { ...good.terms, patienceMs: 1_000 } });
    expect(failed).toEqual([expect.stringMatching(/^first connections: Not let in at .* within 1 s and \d+ connections: the connection was dropped$/)]);
    expect(states).toMatchObject({ 'client id': 'not-seen', 'allowed topic': 'not-seen', 'forbidden topic': 'not-seen' });
    await bench.iot(FRANKFURT).send(new UpdateCACertificateCommand({ certificateId: authority.id, newAutoRegistrationStatus: 'ENABLE' }));
  });

  it('watches a board that keeps its key to itself, and connects and publishes as it likes', async () => {
    const watch = async (does: (board: { serial: string; connect: (clientId: string) => Promise<MqttClient | undefined> }) => Promise<void>, more: Partial<BoardWatch> = {}) => {
      const { serial, issued } = await newUnit();
      const { unit: { privateKey, ...unit }, way, terms, prepare } = await checkOf(serial, issued);
      const connect = async (clientId: string) => {
        const client = mqtt.connect({ protocol: 'mqtts', host: way.connectTo, port: way.port, servername: way.host, ca: way.roots, cert: unit.certificate, key: privateKey, clientId, protocolVersion: 4, reconnectPeriod: 0 });
        client.on('error', () => undefined);
        const isIn = await new Promise<boolean>((resolve) => {
          client.once('connect', () => resolve(true));
          client.once('close', () => resolve(false));
        });
        return isIn ? client : undefined;
      };
      let board: Promise<void> = Promise.resolve();
      const results = await watchBoard({ unit, way, terms, ...prepare!, prepares: true, ...more }, () => {
        board = does({ serial, connect });
      });
      await board;
      return { serial, issued, results, states: Object.fromEntries(results.map(({ check, state }) => [check, state])) };
    };
    const letIn = (connect: () => Promise<MqttClient | undefined>) => until('the board is let in', async () => {
      const client = await connect();
      if (client === undefined) await setTimeout(CONNECT_EVERY_MS);
      return client;
    });
    const IDENTITY = { certificate: 'ok', key: 'not-seen', chain: 'ok', 'server name': 'ok' };

    const good = await watch(async ({ serial, connect }) => {
      const client = await letIn(() => connect(serial));
      await client.publishAsync(`devices/${serial}/check`, 'x', { qos: 1 });
      client.publish(`devices/${serial}-other/check`, 'x');
    });
    expect(good.states).toEqual({ ...IDENTITY, 'first connections': 'ok', 'client id': 'ok', 'allowed topic': 'ok', 'forbidden topic': 'ok' });
    const frankfurt = bench.iot(FRANKFURT);
    await expect(frankfurt.send(new DescribeCertificateCommand({ certificateId: good.issued.id }))).rejects.toThrow(/not exist|not found/i);
    expect((await frankfurt.send(new ListCertificatesCommand({}))).certificates).toEqual([]);

    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
    const wide = await watch(async ({ serial, connect }) => {
      const client = await letIn(() => connect(`${serial}-x`));
      await client.publishAsync(`devices/${serial}/check`, 'x', { qos: 1 });
      await client.publishAsync(`devices/${serial}-other/check`, 'x', { qos: 1 });
      client.end(true);
    }, { policy });
    expect(wide.states).toEqual({ ...IDENTITY, 'first connections': 'ok', 'client id': 'failed', 'allowed topic': 'ok', 'forbidden topic': 'failed' });

    const { terms } = await checkOf(good.serial, good.issued);
    const silent = await watch(() => Promise.resolve(), { terms: { ...terms, patienceMs: 300 } });
    expect(silent.states).toEqual({ ...IDENTITY, 'first connections': 'failed', 'client id': 'not-seen', 'allowed topic': 'not-seen', 'forbidden topic': 'not-seen' });
    expect(silent.results.find(({ check }) => check === 'first connections')?.finding).toContain('its certificate was never seen');
  });

  it('checks a unit whose certificate AWS has signed where it is known, by the ledger or by files', async () => {
    const iot = bench.iot(FRANKFURT);
    const { certificateArn: principal, certificatePem, keyPair } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource: `arn:aws:iot:*:*:${Resource}` });
    const own = '${iot:Connection.Thing.ThingName}';
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow('iot:Connect', `client/${own}`), allow('iot:Publish', `topic/devices/${own}/*`)] });
    await iot.send(new CreateThingCommand({ thingName: 'EOL-AWS' }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'EOL-AWS', principal }));
    await iot.send(new CreatePolicyCommand({ policyName: 'eol-aws', policyDocument }));
    await iot.send(new AttachPolicyCommand({ policyName: 'eol-aws', target: principal }));
    const good = await checkOf('EOL-AWS', { pem: certificatePem!, keyPem: keyPair!.PrivateKey! }, { chain: '', authority: undefined }, { prepare: undefined });
    // A connection too soon after the one before is dropped, so that it may come twice.
    const states = { ...ALL_OK, chain: 'not-seen', 'first connections': expect.stringMatching(/^(ok|not-seen)$/) };
    expect((await run(good)).states).toEqual(states);

    const file = (name: string, text: string) => {
      const path = join(bench.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const { host, roots } = good.way;
    const identity = { certificate: certificatePem, chain: '', fingerprint: 'f', thingName: 'EOL-AWS', authority: 'aws', endpoints: [{ target: 't', accountId: '1', region: 'r', host, port: good.way.port }], roots };
    const ledger = createServer((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(identity))).listen(0, '127.0.0.1');
    await once(ledger, 'listening');
    try {
      const common = { key: file('aws.key', keyPair!.PrivateKey!), port: '8883', sandbox: join(bench.folder, 'data'), allowedTopic: good.terms.allowedTopic, forbiddenTopic: good.terms.forbiddenTopic, patience: '10' };
      const byLedger = { ...common, serial: 'EOL-AWS', service: `http://127.0.0.1:${(ledger.address() as AddressInfo).port}`, apiKeyFile: file('api.key', 'k') };
      const byFiles = { ...common, certificate: file('aws.pem', certificatePem!) };
      for (const options of [byLedger, { ...byFiles, thing: 'EOL-AWS', endpoint: host }]) {
        const { ok, endpoint, checks } = await checkCommand(options);
        expect([ok, endpoint, Object.fromEntries(checks!.map(({ check, state }) => [check, state]))]).toEqual([true, host, states]);
      }
      const { key: _, ...observed } = { ...byLedger, observe: true, patience: '1' };
      const { endpoint, checks } = await checkCommand(observed);
      expect([endpoint, checks?.find(({ check }) => check === 'first connections')]).toEqual([host, expect.objectContaining({ state: 'failed', finding: expect.stringContaining('though its certificate is ACTIVE') })]);
      expect(await checkCommand(byFiles)).toMatchObject({ ok: false, message: expect.stringContaining('--thing') });
      expect(await checkCommand({ ...byFiles, thing: 'EOL-AWS' })).toMatchObject({ ok: false, message: expect.stringContaining('--endpoint') });
    } finally {
      ledger.close();
    }
  });
});
