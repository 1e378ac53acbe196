import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeCertificateCommand, ListCertificatesCommand, ListThingsCommand } from '@aws-sdk/client-iot';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { trustOf } from '../../src/sandbox/iam/default-roles.js';
import { checkCanaries } from '../../src/local/canary-check.js';
import type { Examined } from '../../src/local/examination.js';
import { Line } from '../aws-iot/support/line.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';

/** Devices may publish, and not connect. */
const MUTE = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }] };
const NARROW = { accountId: '111111111111', name: 'too-narrow', trust: trustOf('iot.amazonaws.com') };

interface Result {
  target: string;
  passed: boolean;
  step: string | null;
  problem: string | null;
  remedy: string | null;
  checks: { check: string; state: string }[];
}

let line: Line;
let targets: string[];
let narrow: string;
beforeAll(async () => {
  line = await Line.start(SETTINGS);
  line.aws.sandbox.roles.add({ ...NARROW, policies: { narrow: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['iot:CreateThing', 'iot:DescribeCertificate'], Resource: '*' }] }) } });
  const deviceRoots = readFileSync(join(line.aws.folder, 'data', 'ca.pem'), 'utf8');
  targets = [await line.addTarget(EU, { deviceRoots }), await line.addTarget(US, { deviceRoots })];
  narrow = await line.addTarget(FRANKFURT, { deviceRoots, provisioningRoleArn: `arn:aws:iam::${NARROW.accountId}:role/${NARROW.name}` });
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  await makeOrders({
    JITP: { canary: 'required' }, JITR: { method: 'jitr' }, MULTI: { method: 'multi-account', parameters: { activate: 'at-pass' } },
    MUTE: { parameters: { policy: MUTE } }, ROLE: { targets: [narrow] }, SINGLE: { method: 'single-thing' },
  });
}, 180_000);
afterAll(() => line.stop());

/** By order. */
const authorities: Record<string, string> = {};

/** Orders of families of their own, which may issue in their targets and are not released. */
async function makeOrders(orders: Record<string, object>) {
  const familyOf = (id: string) => `${line.family}${id}`;
  for (const id of Object.keys(orders)) authorities[id] = (await line.addAuthority({ family: familyOf(id) })).id;
  for (const [id, more] of Object.entries(orders)) {
    const authority = authorities[id]!;
    await until(`${authority} is registered`, async () => ((await line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body.state === 'registered' ? true : undefined));
    await line.call('officer', 'POST', `/v1/authorities/${authority}/activate`);
    const { status } = await line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: familyOf(id), quantity: 1, targets, serials: [`${id}-1`], ...more });
    expect(status).toBe(201);
  }
  for (const id of Object.keys(orders)) await mayIssue(id);
}

/** Whatever else is found of it, its authority stands in every target as its method wants it. */
const mayIssue = (id: string) => until(`${id} may issue`, async () => {
  const rows = await line.db.selectFrom('issuing_verdict').select('may_issue').where('work_order_id', '=', id).where('may_issue', '=', true).execute();
  const pending = await line.db.selectFrom('registration').select('target_name').where('state', '<>', 'in-sync').where('target_name', 'in', targets).execute();
  return rows.length > 0 && pending.length === 0 ? true : undefined;
});

async function run(id: string, body: object = {}) {
  const { status, headers } = await line.call('manager', 'POST', `/v1/work-orders/${id}/canary`, body);
  expect([status, headers['location']]).toEqual([202, `/v1/work-orders/${id}/canary`]);
}

const canaryOf = async (id: string) => (await line.call('auditor', 'GET', `/v1/work-orders/${id}/canary`)).body;

/** Its answer once it has ended and nothing of it is left in any target. */
async function through(id: string) {
  await until(`the canary of ${id} has ended`, async () => ((await canaryOf(id)).endedAt === null ? undefined : true));
  return until(`the canary of ${id} is gone`, async () => {
    const canary = await canaryOf(id);
    return canary.removed ? canary : undefined;
  });
}

const SETTINGS = { CANARY_LOOK_AGAIN_MS: '300' };

/** The next service takes the place of the present one, which stops whatever it is at. */
async function restart(patienceMs: number) {
  await line.services.shift()!.close();
  await line.addService({ ...SETTINGS, CANARY_PATIENCE_MS: String(patienceMs) });
}

/** Names of Things and of certificates that stand in the account. */
async function standing(index: number) {
  const iot = line.aws.iot(index);
  const { things = [] } = await iot.send(new ListThingsCommand({}));
  const { certificates = [] } = await iot.send(new ListCertificatesCommand({}));
  return [...things.map(({ thingName }) => thingName), ...certificates.map(({ certificateId }) => certificateId)];
}

/** Nothing of it is left: in AWS, in the ledger's counts, and of its certificate. */
async function expectGone(id: string, { serial, certificate }: { serial: string; certificate: string }) {
  for (const index of [EU, US, FRANKFURT]) expect([index, await standing(index)]).toEqual([index, []]);
  expect(await line.db.selectFrom('unit').select(['state', 'canary']).where('serial', '=', serial).executeTakeFirstOrThrow()).toEqual({ state: 'scrapped', canary: true });
  expect(await line.db.selectFrom('certificate').select(['state', 'revocation_reason', 'key_origin']).where('fingerprint', '=', certificate).executeTakeFirstOrThrow()).toEqual({ state: 'revoked', revocation_reason: 'cessationOfOperation', key_origin: 'service' });
  const { body } = await line.call('manager', 'GET', `/v1/work-orders/${id}`);
  expect([body.certificates.used, body.units.total, body.units.scrapped]).toEqual([0, 1, 0]);
  expect((await line.call('manager', 'GET', `/v1/work-orders/${id}/reconciliation`)).body.targets.map(({ issued }: { issued: number }) => issued)).toEqual(body.targets.map(() => 0));
}

describe('a canary', () => {
  it('of jitp is taken in two accounts as a device, counts nowhere, and leaves nothing but its record', async () => {
    const authority = authorities['JITP']!;
    const refused = await line.call('manager', 'POST', '/v1/work-orders/JITP/release');
    expect(refused).toMatchObject({ status: 409, body: { code: 'order-not-ready', findings: targets.map((target) => ({ target, problem: `${target}: The order wants a canary, and has had none` })) } });
    expect((await line.call('manager', 'GET', '/v1/work-orders/JITP/canary')).body.code).toBe('canary-unknown');
    await run('JITP');
    await run('JITP');
    const canary = await through('JITP');
    expect(canary).toMatchObject({ state: 'passed', authority, left: [] });
    const ALL = { 'first connections': 'ok', 'client id': 'ok', 'allowed topic': 'ok', 'forbidden topic': 'ok' };
    expect(canary.results.map(({ target, passed, checks }: Result) => [target, passed, Object.fromEntries(checks.map(({ check, state }) => [check, state]))])).toEqual(targets.map((target) => [target, true, ALL]));
    await expectGone('JITP', canary);
    await expect(line.aws.iot(EU).send(new DescribeCertificateCommand({ certificateId: canary.certificate }))).rejects.toThrow(/not exist|not found/i);

    // Its revocation stands on the list; no list or target is told of it in vain.
    await line.app.get(CrlPublisher, { strict: false }).publish(authority);
    expect(await line.db.selectFrom('crl').select('entries').where('authority_id', '=', authority).orderBy('number', 'desc').limit(1).executeTakeFirstOrThrow()).toEqual({ entries: 1 });
    expect((await line.leaves('canary.requested')).filter(({ data }) => data['order'] === 'JITP')).toHaveLength(1);
    expect((await line.leaves('canary.passed')).map(({ data }) => data)).toContainEqual({ serial: canary.serial, order: 'JITP', certificate: canary.certificate });
    expect((await line.leaves('canary.removed')).map(({ data }) => data['target']).toSorted()).toEqual(targets.toSorted());

    // For stations, managers and backends there is no such unit.
    expect((await line.call('operator', 'POST', `/v1/units/${canary.serial}/rework`, {})).body.code).toBe('unit-state');
    expect((await line.call('issuer', 'GET', `/v1/units/${canary.serial}/identity`)).body.code).toBe('serial-unknown');
    expect((await line.call('manager', 'POST', '/v1/work-orders/JITP/raise', { serials: [`${canary.serial.slice(0, -1)}x`] })).body.detail).toContain('kept for canaries');
    expect((await line.call('manager', 'POST', '/v1/work-orders/JITP/release')).body).toMatchObject({ state: 'released', findings: [], warnings: [], units: { total: 1 } });
    expect(await line.db.selectFrom('job').select('id').where('work_order_id', '=', 'JITP').execute()).toHaveLength(1);
  }, 90_000);

  it('of jitr and of multi-account passes too, and is gone', async () => {
    await Promise.all([run('JITR'), run('MULTI')]);
    const canaries = { JITR: await through('JITR'), MULTI: await through('MULTI') };
    for (const [id, canary] of Object.entries(canaries)) {
      expect(canary).toMatchObject({ state: 'passed', results: targets.map((target) => ({ target, passed: true })) });
      await expectGone(id, canary);
    }
  }, 90_000);

  it('says what keeps its kind out: a policy that does not let it connect, a role that may not provision, an endpoint that nobody reaches', async () => {
    await restart(3_000);
    await Promise.all([run('MUTE'), run('ROLE'), run('MULTI', { over443: true })]);
    const [mute, role, far] = [await through('MUTE'), await through('ROLE'), await through('MULTI')];
    expect([mute.state, role.state, far.state]).toEqual(['failed', 'failed', 'failed']);
    for (const { step, problem, remedy } of mute.results as Result[]) {
      expect([step, problem, remedy]).toEqual(['policy', expect.stringContaining('the policy does not permit it to connect'), expect.stringContaining('iot:Connect')]);
    }
    expect((role.results as Result[]).map(({ step, problem, remedy }) => [step, problem, remedy])).toEqual([
      ['provision', expect.stringContaining('the certificate is PENDING_ACTIVATION'), expect.stringContaining(`role/${NARROW.name} what AWS needs to provision (AWSIoTThingsRegistration)`)],
    ]);
    for (const { step, problem, remedy } of far.results as Result[]) {
      expect([step, problem, remedy]).toEqual(['connect', expect.stringContaining('ECONNREFUSED'), expect.stringContaining('Open the way from this machine to port 443')]);
    }
    for (const [id, canary] of [['MUTE', mute], ['ROLE', role], ['MULTI', far]] as const) await expectGone(id, canary);

    // The order need not wait for it; what it found is shown.
    const shown = (await line.call('manager', 'GET', '/v1/work-orders/MUTE')).body;
    expect(shown.findings).toEqual([]);
    expect(shown.warnings).toEqual(targets.map((target) => ({ problem: expect.stringContaining(`${target}: The canary ${mute.serial} failed`), remedy: expect.any(String) })));
    const doctor = await checkCanaries({ databaseUrl: line.ledgerUrl } as Examined);
    expect(doctor).toContainEqual({ name: 'canary of ROLE', state: 'warn', finding: expect.stringContaining(`${role.serial} failed in ${narrow}`), remedy: role.results[0].remedy });
    expect((await line.leaves('canary.failed')).map(({ data }) => data['order']).toSorted()).toEqual(['MULTI', 'MUTE', 'ROLE']);
  }, 120_000);

  it('is refused of orders that have ended, and of methods whose way it can’t prove', async () => {
    expect((await line.call('manager', 'POST', '/v1/work-orders/SINGLE/canary', {})).body.code).toBe('canary-not-of-method');
    await line.call('manager', 'POST', '/v1/work-orders/MULTI/cancel', {});
    expect((await line.call('manager', 'POST', '/v1/work-orders/MULTI/canary', {})).body.code).toBe('work-order-state');
    expect((await line.call('manager', 'POST', '/v1/work-orders/NONE/canary', {})).body.code).toBe('work-order-unknown');
  });

  it('whose process goes away is ended by the next one, which removes what it left behind, and says what keeps it from that', async () => {
    await restart(60_000);
    await run('MUTE');
    const begun = await until('it has connected', async () => {
      const canary = await canaryOf('MUTE');
      return canary.certificate !== null && (await standing(EU)).includes(canary.serial) ? canary : undefined;
    });
    line.edge.denied = /^DELETE \/things\/[^/]+$/;
    await restart(60_000);
    await until('it says that it may not be removed', async () => {
      const { left } = await canaryOf('MUTE');
      return left.some(({ target, detail }: { target: string; detail: string | null }) => target === targets[EU] && detail?.includes('refused DeleteThing (AccessDeniedException)')) ? true : undefined;
    });
    expect((await canaryOf('MUTE')).removed).toBe(false);
    line.edge.denied = undefined;
    const ended = await through('MUTE');
    expect(ended).toMatchObject({ serial: begun.serial, certificate: begun.certificate, state: 'failed', results: targets.map((target) => ({ target, passed: false, problem: expect.stringContaining('The process that ran the canary ended') })) });
    await expectGone('MUTE', ended);
  }, 120_000);

  it('shows its key nowhere', async () => {
    expect(line.log.lines.filter((text) => text.includes('PRIVATE KEY'))).toEqual([]);
    const { rows } = await line.db.selectFrom('log_leaf').select('body').execute().then((leaves) => ({ rows: leaves.map(({ body }) => body.toString()) }));
    const canaries = await line.db.selectFrom('canary').selectAll().execute();
    expect(canaries.length).toBeGreaterThan(4);
    expect([...rows, ...canaries.map((each) => JSON.stringify(each))].filter((text) => /PRIVATE KEY|MIG[HT]AgEA/.test(text))).toEqual([]);
  });
});
