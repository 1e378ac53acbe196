import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toAwsIotError } from '../../src/aws-iot/clients/aws-failure.js';
import { AwsIotClients } from '../../src/aws-iot/clients/aws-iot-clients.js';
import { CallBudget } from '../../src/aws-iot/clients/call-budget.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import { CONFIG, type Config } from '../../src/config/config.js';
import { SigningClock } from '../../src/platform/signing-clock.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import type { Line } from './support/line.js';

const NOBODY = 'sandbox-333333333333';

let units: CertifiedUnits;
let line: Line;
let eu: string;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
  eu = units.targets[0]!;
});
afterEach(() => {
  line.edge.denied = undefined;
});
afterAll(() => line.stop());

const targetUrl = (name: string) => `/v1/aws/targets/${name}`;
const order = (id: string, targets: string[]) => line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: line.family, quantity: 1, targets, serials: [`${id}-1`] });
const findings = async (id = 'WO') => (await line.call('manager', 'GET', `/v1/work-orders/${id}`)).body.findings;
const issue = (serial: string, workOrder = 'WO') => line.call('issuer', 'POST', '/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

async function failsItsCheck(name: string, finding: RegExp) {
  return until(`the check of ${name} fails`, async () => {
    const { body } = await line.call('auditor', 'GET', targetUrl(name));
    return body.check?.items.find((item: { state: string; finding: string }) => item.state === 'failed' && finding.test(item.finding));
  });
}

describe('a target that AWS refuses', () => {
  const body = () => ({ ...line.target(FRANKFURT), name: 'mistyped', profile: NOBODY });

  it('stays unverified, says why, and no order can name it', async () => {
    expect(await line.call('officer', 'POST', '/v1/aws/targets', body())).toMatchObject({ status: 201, body: { state: 'unverified' } });
    expect(await failsItsCheck('mistyped', /credentials/)).toMatchObject({ remedy: expect.stringMatching(/\w/) });
    expect(await line.call('officer', 'POST', `${targetUrl('mistyped')}/check`)).toMatchObject({ status: 200, body: { state: 'unverified', check: { passed: false } } });
    expect(await order('NAMES-IT', ['mistyped'])).toMatchObject({ status: 409, body: { code: 'target-unverified', retryable: true, detail: expect.stringContaining('credentials') } });
    expect((await line.leaves('target.check-failed')).filter(({ data }) => data['name'] === 'mistyped')).toHaveLength(1);
  });

  it('holds up no rotation', async () => {
    const { id } = await line.addAuthority();
    await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
    expect(await line.call('officer', 'POST', `/v1/authorities/${id}/activate`)).toMatchObject({ status: 200, body: { state: 'issuing' } });
    expect(await line.registration(id, 'mistyped')).toBeUndefined();
    expect((await issue('U-FIRST')).status).toBe(201);
  });

  it('joins everything once it is put right', async () => {
    const profile = line.target(FRANKFURT).profile;
    expect(await line.call('officer', 'PATCH', targetUrl('mistyped'), { profile })).toMatchObject({ status: 200, body: { profile, state: 'unverified', check: null } });
    await line.targetIn('verified', 'mistyped');
    const authorities = await line.db.selectFrom('authority').select('id').execute();
    for (const { id } of authorities) await line.registrationIn('in-sync', id, 'mistyped');
    expect((await order('NAMES-IT', ['mistyped'])).status).toBe(201);
    expect((await line.leaves('target.changed')).map(({ data }) => data)).toEqual([{ name: 'mistyped', changes: [`profile: "${NOBODY}" → "${profile}"`] }]);
  });

  it('names the permission that is missing', async () => {
    line.edge.denied = /^PUT \/cacertificate\//;
    const { body: checked } = await line.call('operator', 'POST', `${targetUrl('mistyped')}/check`);
    expect(checked.check.items).toContainEqual({
      name: 'UpdateCACertificate', state: 'failed', finding: expect.stringContaining('AccessDenied'), remedy: 'Allow iot:UpdateCACertificate to the target’s role or user.',
    });
    expect(checked.check.items.filter(({ state }: { state: string }) => state === 'failed')).toHaveLength(1);
  });
});

describe('a target that is changed', () => {
  it('stops its orders when AWS refuses it as it is now, and nothing else', async () => {
    await line.call('officer', 'PATCH', targetUrl(eu), { profile: NOBODY });
    await failsItsCheck(eu, /credentials/);
    expect(await findings()).toEqual([{ target: eu, problem: expect.stringContaining('The check of the target failed'), remedy: expect.stringMatching(/\w/) }]);
    expect(await findings('NAMES-IT')).toEqual([]);
    await line.call('officer', 'PATCH', targetUrl(eu), { profile: line.target(EU).profile });
    await line.targetIn('verified', eu);
    expect(await findings()).toEqual([]);
  });

  it('tells stations where devices connect now, without another check', async () => {
    const { body } = await line.call('officer', 'PATCH', targetUrl(eu), { deviceEndpoint: 'devices.example.com', mqttPort: 443 });
    expect(body).toMatchObject({ state: 'verified', deviceEndpoint: 'devices.example.com', mqttPort: 443 });
    await line.call('officer', 'PATCH', targetUrl(eu), { deviceEndpoint: null, mqttPort: line.target(EU).mqttPort });
  });

  it('keeps its account and region, and its mode once an authority was registered there', async () => {
    for (const change of [{ accountId: '333333333333' }, { region: 'eu-west-2' }, { name: 'x' }, {}]) expect((await line.call('officer', 'PATCH', targetUrl(eu), change)).status).toBe(400);
    expect(await line.call('officer', 'PATCH', targetUrl(eu), { mode: 'DEFAULT' })).toMatchObject({ status: 409, body: { code: 'target-mode-fixed' } });
    expect((await line.call('officer', 'PATCH', targetUrl(eu), { roleArn: 'arn:aws:iam::333333333333:role/r' })).status).toBe(400);
    expect(await line.call('officer', 'PATCH', targetUrl(eu), { controlEndpoint: 'https://iot.example.com' })).toMatchObject({ status: 422, body: { code: 'control-endpoint-refused' } });
  });
});

describe('a target that is paused', () => {
  it('is left alone, with its orders stopped, until it is resumed', async () => {
    expect(await line.call('officer', 'POST', `${targetUrl(eu)}/pause`, { reason: 'audit' })).toMatchObject({ status: 200, body: { state: 'paused', stateReason: 'audit' } });
    expect(await findings()).toEqual([{ target: eu, problem: `${eu}: The target is paused: audit`, remedy: expect.stringContaining('/resume') }]);
    const { id } = await line.db.selectFrom('authority').select('id').where('state', '=', 'issuing').executeTakeFirstOrThrow();
    await line.db.updateTable('registration').set({ next_attempt_at: new Date(0) }).where('target_name', '=', eu).execute();
    await line.registrationLookedAt(id, units.targets[1]!);
    expect((await line.registration(id, eu)).problem).toBe('The target is paused: audit');
    expect(await line.db.selectFrom('registration').select('attempts').where('target_name', '=', eu).where('next_attempt_at', '=', new Date(0)).execute()).not.toEqual([]);

    expect((await line.call('officer', 'POST', `${targetUrl(eu)}/resume`, {})).status).toBe(200);
    await line.targetIn('verified', eu);
    expect(await findings()).toEqual([]);
    expect((await line.leaves('target.paused')).map(({ data }) => data)).toEqual([{ name: eu, reason: 'audit' }]);
  });
});

describe('a target that is retired', () => {
  it('is refused while an open order names it', async () => {
    expect(await line.call('officer', 'DELETE', targetUrl('mistyped'))).toMatchObject({ status: 409, body: { code: 'target-in-use', detail: expect.stringContaining('NAMES-IT') } });
    await line.call('manager', 'POST', '/v1/work-orders/NAMES-IT/cancel', {});
    expect(await line.call('officer', 'DELETE', targetUrl('mistyped'))).toMatchObject({ status: 200, body: { state: 'retired' } });
    expect((await line.call('officer', 'DELETE', targetUrl('mistyped'))).status).toBe(200);
  });

  it('keeps its name and its history, and frees its account and region', async () => {
    expect((await line.call('auditor', 'GET', '/v1/aws/registrations?target=mistyped')).body.items).not.toEqual([]);
    expect(await line.call('officer', 'POST', '/v1/aws/targets', { ...line.target(FRANKFURT), name: 'mistyped' })).toMatchObject({ status: 409, body: { code: 'target-exists', detail: expect.stringContaining('retired') } });
    const next = await line.addTarget(FRANKFURT, { name: 'next' });
    const { id } = await line.db.selectFrom('authority').select('id').where('state', '=', 'issuing').executeTakeFirstOrThrow();
    await line.registrationIn('in-sync', id, next);
    for (const step of ['pause', 'resume', 'check']) expect(await line.call('officer', 'POST', `${targetUrl('mistyped')}/${step}`, {})).toMatchObject({ status: 409, body: { code: 'target-state' } });
    expect(await line.call('officer', 'PATCH', targetUrl('mistyped'), { mqttPort: 443 })).toMatchObject({ status: 409, body: { code: 'target-state' } });
    expect(await order('NAMES-RETIRED', ['mistyped'])).toMatchObject({ status: 422, body: { code: 'order-reference-unknown' } });
  });
});

describe('a target of another account, in which a role is assumed', () => {
  const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const trusts = (Action: string, Condition: object) => ({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action, Condition });

  it('wants the external id and the tags of the role’s trust, and keeps a session as long as it is good', async () => {
    await line.call('manager', 'POST', '/v1/work-orders/WO/cancel', {});
    await line.call('officer', 'DELETE', targetUrl(units.targets[1]!));
    const condition = { StringEquals: { 'sts:ExternalId': 'line-7' } };
    line.aws.sandbox.roles.add({
      accountId: '222222222222', name: 'lineside', longestSessionSeconds: 3_600,
      trust: policy(trusts('sts:AssumeRole', condition), trusts('sts:TagSession', { StringEquals: { 'aws:RequestTag/line': 'L1' } })),
      // What docs/aws says is enough.
      policies: { all: readFileSync('docs/aws/jitp.json', 'utf8').replaceAll('REGION', 'us-east-1').replaceAll('ACCOUNT', '222222222222') },
    });
    const roleArn = 'arn:aws:iam::222222222222:role/lineside';
    const name = await line.addUncheckedTarget(US, { name: 'assumed', profile: 'sandbox-111111111111', roleArn });
    expect(await line.checkFinds('failed', name)).toMatchObject({ name: 'role', finding: expect.stringContaining('STS refused AssumeRole (AccessDenied)'), remedy: expect.stringContaining('externalId') });
    await line.call('officer', 'PATCH', targetUrl(name), { externalId: 'line-7', sessionTags: { line: 'L2' } });
    await line.checkFinds('failed', name);
    await line.call('officer', 'PATCH', targetUrl(name), { sessionTags: { line: 'L1' } });
    expect((await line.targetIn('verified', name)).check.items[0]).toMatchObject({ name: 'account', state: 'ok', finding: 'The credentials belong to account 222222222222' });
    const { id } = await line.db.selectFrom('authority').select('id').where('state', '=', 'issuing').executeTakeFirstOrThrow();
    await line.registrationIn('in-sync', id, name);
    const sessions = () => line.edge.mutations.filter((call) => call === 'POST /').length;
    const before = sessions();
    for (let looks = 0; looks < 3; looks++) await line.registrationLookedAt(id, name);
    expect(sessions()).toBe(before);
  });
});

describe('the way to AWS', () => {
  it('leads through the proxy of the settings', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(String(request.url));
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const config = line.app.get<Config>(CONFIG, { strict: false });
    const clients = new AwsIotClients(line.app.get(CallBudget, { strict: false }), line.app.get(SigningClock, { strict: false }), { ...config, AWS_HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    const target = await line.app.get(TargetRepository, { strict: false }).get(eu);
    await expect(clients.for({ ...target, controlEndpoint: null }).endpoint()).rejects.toThrow('AWS IoT did not answer DescribeEndpoint');
    expect(new Set(asked)).toEqual(new Set(['iot.eu-west-1.amazonaws.com:443']));
    clients.close();
    proxy.close();
  });

  it('that ends at a name nobody knows is called so', () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND sts.eu-west-1.amazonaws.com'), { code: 'ENOTFOUND', hostname: 'sts.eu-west-1.amazonaws.com' });
    expect(toAwsIotError('AssumeRole', error, 'STS').message).toBe('The host name sts.eu-west-1.amazonaws.com could not be looked up for AssumeRole of STS (ENOTFOUND); see to the DNS of the machine that runs this service');
  });
});
