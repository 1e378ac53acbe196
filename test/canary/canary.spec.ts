import type { Kysely } from 'kysely';
import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { CanaryRepository } from '../../src/canary/canary.repository.js';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { checkCanaries } from '../../src/local/canary-check.js';
import type { Examined } from '../../src/local/examination.js';
import { canariesGone } from '../../src/platform/database/migrations/0038_canaries_gone.js';
import { UnitRepository } from '../../src/work-orders/unit.repository.js';
import type { Line } from '../aws-iot/support/line.js';
import { EU, FRANKFURT } from '../sandbox/support/bench.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { type CanaryResult, CanaryLine, NARROW } from './canary-line.js';

let bench: CanaryLine;
let line: Line;
let targets: string[];
let narrow: string;
beforeAll(async () => {
  bench = await CanaryLine.start();
  ({ line, targets, narrow } = bench);
}, 180_000);
afterAll(() => line?.stop());

describe('a canary', () => {
  it('of jitp is taken in two accounts as a device, counts nowhere, and leaves nothing but its record', async () => {
    const authority = bench.authorities['JITP']!;
    const refused = await line.call('manager', 'POST', '/v1/work-orders/JITP/release');
    expect(refused).toMatchObject({ status: 409, body: { code: 'order-not-ready', findings: targets.map((target) => ({ target, problem: `${target}: The order wants a canary, and has had none` })) } });
    expect((await line.call('manager', 'GET', '/v1/work-orders/JITP/canary')).body.code).toBe('canary-unknown');
    await bench.run('JITP');
    await bench.run('JITP');
    const canary = await bench.through('JITP');
    expect(canary).toMatchObject({ state: 'passed', authority, left: [] });
    const ALL = { 'first connections': 'ok', 'client id': 'ok', 'allowed topic': 'ok', 'forbidden topic': 'ok' };
    expect(canary.results.map(({ target, passed, checks }: CanaryResult) => [target, passed, Object.fromEntries(checks.map(({ check, state }) => [check, state]))])).toEqual(targets.map((target) => [target, true, ALL]));
    await bench.expectGone('JITP', canary);
    await expect(line.aws.iot(EU).send(new DescribeCertificateCommand({ certificateId: canary.certificate }))).rejects.toThrow(/not exist|not found/i);

    // Its revocation stands on the list; no list or target is told of it in vain.
    await line.app.get(CrlPublisher, { strict: false }).publish(authority);
    expect(await line.db.selectFrom('crl').select('entries').where('authority_id', '=', authority).orderBy('number', 'desc').limit(1).executeTakeFirstOrThrow()).toEqual({ entries: 1 });
    expect((await line.leaves('canary.requested')).filter(({ data }) => data['order'] === 'JITP')).toHaveLength(1);
    expect((await line.leaves('canary.passed')).map(({ data }) => data)).toContainEqual({ serial: canary.serial, order: 'JITP', certificate: canary.certificate });
    expect((await line.leaves('canary.removed')).map(({ data }) => data['target']).toSorted()).toEqual(targets.toSorted());

    // For stations, managers and backends there is no such unit.
    expect((await line.call('operator', 'POST', `/v1/units/${canary.serial}/rework`, {})).body.code).toBe('serial-unknown');
    expect((await line.call('issuer', 'GET', `/v1/units/${canary.serial}/identity`)).body.code).toBe('serial-unknown');
    expect((await line.call('manager', 'POST', '/v1/work-orders/JITP/raise', { serials: [`${canary.serial.slice(0, -1)}x`] })).body.detail).toContain('kept for canaries');
    expect((await line.call('manager', 'POST', '/v1/work-orders/JITP/release')).body).toMatchObject({ state: 'released', findings: [], warnings: [], units: { total: 1 } });
    expect(await line.db.selectFrom('job').select('id').where('work_order_id', '=', 'JITP').execute()).toHaveLength(1);
  });

  it('of jitr and of multi-account passes too, by ALPN also where MQTT shares its port, and is gone', async () => {
    const hellos = await bench.watchHellos();
    await Promise.all([bench.run('JITR'), bench.run('MULTI', { over443: true })]);
    const canaries = { JITR: await bench.through('JITR'), MULTI: await bench.through('MULTI') };
    await bench.setPort(line.aws.sandbox.mqttPort);
    expect(new Set(hellos.map((hello) => hello.includes('x-amzn-mqtt-ca')))).toEqual(new Set([true, false]));
    for (const [id, canary] of Object.entries(canaries)) {
      expect(canary).toMatchObject({ state: 'passed', over443: id === 'MULTI', results: targets.map((target) => ({ target, passed: true })) });
      await bench.expectGone(id, canary);
      const first = canary.results.map(({ checks }: CanaryResult) => checks.find(({ check }) => check === 'first connections'));
      expect(first).toEqual(targets.map(() => ({ check: 'first connections', state: 'ok', finding: expect.stringMatching(id === 'JITR' ? /^Dropped \d+ times? while it was provisioned/ : /^Let in .*the service had registered it/) })));
    }
  });

  it('says what keeps its kind out: a policy that does not let it connect, a role that may not provision, an endpoint that nobody reaches', async () => {
    await bench.restart(3_000);
    await Promise.all([bench.run('MUTE'), bench.run('ROLE')]);
    const [mute, role] = [await bench.through('MUTE'), await bench.through('ROLE')];
    await bench.setPort(1);
    await bench.run('MULTI', { over443: true });
    const far = await bench.through('MULTI');
    await bench.setPort(line.aws.sandbox.mqttPort);
    expect([mute.state, role.state, far.state]).toEqual(['failed', 'failed', 'failed']);
    for (const { step, problem, remedy } of mute.results as CanaryResult[]) {
      expect([step, problem, remedy]).toEqual(['policy', expect.stringContaining('the policy does not permit it to connect'), expect.stringContaining('iot:Connect')]);
    }
    expect((role.results as CanaryResult[]).map(({ step, problem, remedy }) => [step, problem, remedy])).toEqual([
      ['provision', expect.stringContaining('the certificate is PENDING_ACTIVATION'), expect.stringContaining(`role/${NARROW.name} what AWS needs to provision (AWSIoTThingsRegistration)`)],
    ]);
    for (const { step, problem, remedy } of far.results as CanaryResult[]) {
      expect([step, problem, remedy]).toEqual(['connect', expect.stringContaining('ECONNREFUSED'), expect.stringContaining('Open the way from this machine to port 1 of')]);
    }
    for (const [id, canary] of [['MUTE', mute], ['ROLE', role], ['MULTI', far]] as const) await bench.expectGone(id, canary);

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

  it('gets no certificate where its order ended before a worker came to it', async () => {
    const serial = 'lineside-canary-too-late';
    await line.db.transaction().execute(async (tx) => {
      const unitId = await line.app.get(UnitRepository, { strict: false }).insertCanary(tx, serial, 'MULTI');
      await line.app.get(CanaryRepository, { strict: false }).insert(tx, { serial, order: 'MULTI', unitId, over443: false, actor: 'key:test' });
    });
    const { state, certificate, results } = await bench.through('MULTI');
    expect([state, certificate]).toEqual(['failed', null]);
    expect((results as CanaryResult[]).map(({ step, problem }) => [step, problem])).toEqual(targets.map(() => ['certificate', expect.stringMatching(/^Work order MULTI is cancelled; .* proved by a canary$/)]));
    expect(await line.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select('serial_number').where('serial', '=', serial).execute()).toEqual([]);
    expect(await line.db.selectFrom('unit').select('state').where('serial', '=', serial).executeTakeFirstOrThrow()).toEqual({ state: 'scrapped' });
  });

  it('whose process goes away is ended by the next one, which removes what it left behind, and says what keeps it from that', async () => {
    await bench.restart(60_000);
    await bench.run('MUTE');
    const begun = await until('it has connected', async () => {
      const canary = await bench.canaryOf('MUTE');
      return canary.certificate !== null && (await bench.standing(EU)).includes(canary.serial) ? canary : undefined;
    });
    line.edge.denied = /^DELETE \/things\/[^/]+$/;
    await bench.restart(60_000);
    await until('it says that it may not be removed', async () => {
      const { left } = await bench.canaryOf('MUTE');
      return left.some(({ target, detail }: { target: string; detail: string | null }) => target === targets[EU] && detail?.includes('refused DeleteThing (AccessDeniedException)')) ? true : undefined;
    });
    expect((await bench.canaryOf('MUTE')).removed).toBe(false);
    line.edge.denied = undefined;
    const ended = await bench.through('MUTE');
    expect(ended).toMatchObject({ serial: begun.serial, certificate: begun.certificate, state: 'failed', results: targets.map((target) => ({ target, passed: false, problem: expect.stringContaining('The process that ran the canary ended') })) });
    await bench.expectGone('MUTE', ended);
  }, 120_000);

  it('is decided on by nobody else, and one that can’t be ended holds up no other', async () => {
    await Promise.all([bench.run('MUTE'), bench.run('ROLE')]);
    const [mute, role] = [await bench.begun('MUTE'), await bench.begun('ROLE')];
    for (const act of ['ship', 'rework', 'scrap', 'quarantine', 'release']) {
      expect([act, (await line.call('operator', 'POST', `/v1/units/${mute.serial}/${act}`, { reason: 'test' })).body.code]).toEqual([act, 'serial-unknown']);
    }
    expect((await line.call('issuer', 'POST', `/v1/units/${mute.serial}/renewal`, { csr: csrFor(deviceKey()) })).body.code).toBe('serial-unknown');
    const setUnit = (serial: string, change: object) => line.db.updateTable('unit').set(change).where('serial', '=', serial).execute();
    // As an operator could, in earlier versions.
    await setUnit(role.serial, { state: 'scrapped' });
    await setUnit(mute.serial, { lease_holder: 'S1/1', lease_ends_at: new Date(Date.now() + 3_600_000) });
    await bench.restart(60_000);
    await bench.run('JITR');
    expect(await bench.through('JITR')).toMatchObject({ state: 'passed' });
    const ended = await bench.through('ROLE');
    expect(ended).toMatchObject({ serial: role.serial, state: 'failed', certificate: role.certificate });
    expect(await bench.canaryOf('MUTE')).toMatchObject({ serial: mute.serial, state: 'running', endedAt: null });
    await setUnit(mute.serial, { lease_holder: null, lease_ends_at: null });
    const freed = await bench.through('MUTE');
    expect(freed).toMatchObject({ serial: mute.serial, state: 'failed' });
    await bench.expectGone('ROLE', ended);
    await bench.expectGone('MUTE', freed);
  }, 120_000);

  it('that was given up with its target is told as left there, until another target of the account has removed it', async () => {
    line.edge.denied = /^DELETE \/(things|certificates)\//;
    await bench.restart(3_000);
    await bench.run('ROLE');
    const { serial, certificate } = await until('it may not be removed', async () => {
      const canary = await bench.canaryOf('ROLE');
      return canary.endedAt !== null && canary.left.some(({ detail }: { detail: string | null }) => detail?.includes('AccessDeniedException')) ? canary : undefined;
    });
    await line.call('manager', 'POST', '/v1/work-orders/ROLE/cancel', {});
    expect((await line.call('officer', 'DELETE', `/v1/aws/targets/${narrow}?giveUpKeepOuts=true&reason=test`)).status).toBe(200);
    line.edge.denied = undefined;
    expect(await bench.canaryOf('ROLE')).toMatchObject({ serial, removed: false, left: [{ target: narrow, detail: 'The target was retired before AWS was told there' }] });
    expect(await bench.standing(FRANKFURT)).toContain(certificate);
    await line.db.updateTable('canary').set({ ended_at: new Date(Date.now() - 3_600_000) }).where('serial', '=', serial).execute();
    const found = async () => (await checkCanaries({ databaseUrl: line.ledgerUrl } as Examined)).filter(({ name }) => name === `canary ${serial}`);
    expect(await found()).toEqual([{ name: `canary ${serial}`, state: 'warn', finding: `something of it may stand in ${narrow} still: The target was retired before AWS was told there`, remedy: expect.stringContaining(`Make another target for account ${NARROW.accountId} in`) }]);

    await line.addTarget(FRANKFURT, { name: 'frankfurt-anew' });
    expect(await bench.through('ROLE')).toMatchObject({ serial, left: [] });
    expect(await bench.standing(FRANKFURT)).toEqual([]);
    expect(await found()).toEqual([]);

    // As it stood before migration 0038.
    await line.db.updateTable('unit_target').set({ step: 'removed-once' }).where('certificate_id', '=', certificate).execute();
    expect((await bench.canaryOf('ROLE')).removed).toBe(false);
    await canariesGone.up(line.db as unknown as Kysely<unknown>);
    expect((await bench.canaryOf('ROLE')).removed).toBe(true);
  }, 120_000);

  it('shows its key nowhere', async () => {
    expect(line.log.lines.filter((text) => text.includes('PRIVATE KEY'))).toEqual([]);
    const { rows } = await line.db.selectFrom('log_leaf').select('body').execute().then((leaves) => ({ rows: leaves.map(({ body }) => body.toString()) }));
    const canaries = await line.db.selectFrom('canary').selectAll().execute();
    expect(canaries.length).toBeGreaterThan(4);
    expect([...rows, ...canaries.map((each) => JSON.stringify(each))].filter((text) => /PRIVATE KEY|MIG[HT]AgEA/.test(text))).toEqual([]);
  });
});
