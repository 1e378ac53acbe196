import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreatePolicyCommand, DeletePolicyCommand, ListCACertificatesCommand, ListCertificatesCommand, ListPoliciesCommand, RegisterCACertificateCommand } from '@aws-sdk/client-iot';
import { watchBoard } from '../../src/device-check/board-watch.js';
import { checkDevice } from '../../src/device-check/device-check.js';
import { readSandbox } from '../../src/simulation/sandbox-place.js';
import { Bench, US } from '../sandbox/support/bench.js';
import { TestAuthority } from '../sandbox/support/test-pki.js';
import { checkCommand } from './support/check-command.js';

let bench: Bench;
let authority: TestAuthority;
beforeAll(async () => {
  bench = await Bench.start();
  authority = await TestAuthority.make('CN=Device CA G1, O=Lineside');
});
afterAll(() => bench.stop());

it('makes and hears nothing in an account in which a target works, whether the account or the service tells of it', async () => {
  const [serial, issued] = ['EOL-1', await authority.issue('CN=EOL-1')];
  const sandbox = await readSandbox(join(bench.folder, 'data'));
  const account = sandbox.accounts[US]!;
  const unit = { certificate: issued.pem, chain: authority.pem, authority: authority.pem, thingName: serial };
  const way = { host: account.endpoint, connectTo: '127.0.0.1', port: sandbox.mqttPort, roots: readFileSync(sandbox.caFile, 'utf8') };
  const terms = { allowedTopic: 'devices/{thing}/check', forbiddenTopic: 'devices/{thing}-other/check', patienceMs: 1_000, connectEveryMs: 1_000 };
  const prepare = { sandbox, account, policy: undefined };
  const iot = bench.iot(US);
  const standing = async () => [(await iot.send(new ListPoliciesCommand({}))).policies?.map(({ policyName }) => policyName), (await iot.send(new ListCACertificatesCommand({}))).certificates?.length, (await iot.send(new ListCertificatesCommand({}))).certificates];
  const both = (expected: RegExp) => Promise.all([
    expect(checkDevice({ unit: { ...unit, privateKey: issued.keyPem }, way, terms, prepare })).rejects.toThrow(expected),
    expect(watchBoard({ unit, way, terms, ...prepare, prepares: true }, () => expect('watching').toBe('refused'))).rejects.toThrow(expected),
  ]);
  await iot.send(new CreatePolicyCommand({ policyName: 'lineside-device', policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] }) }));
  const before = await standing();
  await both(new RegExp(`account ${account.accountId}:${account.region}: the policy lineside-device stands there`));
  expect(await standing()).toEqual(before);
  await iot.send(new DeletePolicyCommand({ policyName: 'lineside-device' }));
  const others = await TestAuthority.make('CN=Others CA, O=Others');
  await iot.send(new RegisterCACertificateCommand({ caCertificate: others.pem, certificateMode: 'SNI_ONLY', setAsActive: true }));
  await both(new RegExp(`: the CA certificate ${others.id} stands there`));
  expect((await standing()).slice(1)).toEqual([1, []]);

  const last = sandbox.accounts.at(-1)!;
  const identity = { certificate: issued.pem, chain: authority.pem, fingerprint: 'f', thingName: serial, authority: 'a', endpoints: [{ target: 't', accountId: '1', region: 'r', host: 'h.iot.amazonaws.com', port: 8883 }], roots: way.roots };
  const targets = { items: [{ name: 'frankfurt', accountId: last.accountId, region: last.region, mqttHost: last.endpoint, state: 'verified' }] };
  const service = createServer(({ url = '' }, response) => {
    const answer = url.startsWith('/v1/aws/targets') ? targets : url.startsWith('/v1/units/') ? identity : authority.pem;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  try {
    const apiKeyFile = join(bench.folder, 'manager.key');
    const key = join(bench.folder, 'unit.key');
    for (const [path, text] of [[apiKeyFile, 'k'], [key, issued.keyPem]] as const) writeFileSync(path, text);
    const common = { serial, service: `http://127.0.0.1:${(service.address() as AddressInfo).port}`, apiKeyFile, port: '8883', sandbox: join(bench.folder, 'data'), allowedTopic: 'a', forbiddenTopic: 'b', patience: '1' };
    const refused = { ok: false, message: expect.stringContaining(`account ${last.accountId}:${last.region}: the target frankfurt works there`) };
    for (const options of [{ ...common, key }, { ...common, observe: true }]) expect(await checkCommand(options)).toMatchObject(refused);
    targets.items[0]!.state = 'retired';
    expect((await checkCommand({ ...common, key })).checks).toContainEqual(expect.objectContaining({ check: 'first connections' }));
  } finally {
    service.close();
  }
});
