import { CreatePolicyVersionCommand, DeletePolicyVersionCommand, SetDefaultPolicyVersionCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import pg from 'pg';
import { AwsIotClients } from '../../src/aws-iot/clients/aws-iot-clients.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import { CONFIG, type Config } from '../../src/config/config.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { EU } from '../sandbox/support/bench.js';
import { CertifiedUnits } from './support/certified-units.js';
import { until } from '../support/until.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
});
afterAll(() => line.stop());

const order = async () => (await line.call('manager', 'GET', '/v1/work-orders/WO')).body;
const issue = () => line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO', serial: 'U-FIRST', csr: csrFor(deviceKey()) });
const check = async (serial: string) => (await line.call('operator', 'POST', `/v1/units/${serial}/check`, {})).body.targets as { target: string; expected: string; problem: string | null; inTheWay: object | null }[];
const open = async (id: string) => {
  await line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: line.family, quantity: 1, targets: units.targets, serials: [`${id}-1`] });
  return line.call('manager', 'POST', `/v1/work-orders/${id}/release`);
};

async function refusesEverything(cause: RegExp, id: string) {
  const { findings } = await order();
  expect(findings).toEqual([{ target: units.targets[0], problem: expect.stringMatching(cause), remedy: expect.stringMatching(/\w/) }]);
  const { id: authority } = await line.db.selectFrom('authority').select('id').executeTakeFirstOrThrow();
  const [{ problem, remedy }] = findings;
  expect(await check('U-FIRST')).toMatchObject([
    { target: units.targets[0], expected: 'NONE', inTheWay: { authority, problem: problem.replace(`${units.targets[0]}: `, ''), remedy } }, { target: units.targets[1], expected: 'NONE', inTheWay: null },
  ]);
  expect(await issue()).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringMatching(cause) } });
  expect(await open(id)).toMatchObject({ status: 409, body: { code: 'order-not-ready', detail: expect.stringMatching(cause), findings: [{ target: units.targets[0] }] } });
  expect(await line.db.selectFrom('certificate').select('serial_number').execute()).toEqual([]);
}

it('issues nothing for a target whose credentials AWS denies', async () => {
  const name = units.targets[0]!;
  const setProfile = async (profile: string) => {
    line.app.get(AwsIotClients, { strict: false }).forget(await line.app.get(TargetRepository, { strict: false }).get(name));
    await line.db.updateTable('target').set({ profile }).where('name', '=', name).execute();
  };
  await setProfile('sandbox-222222222222');
  await line.lookAgain();
  await refusesEverything(new RegExp(`${name}: AWS IoT refused`), 'DENIED');

  await setProfile('sandbox-111111111111');
  await line.lookAgain();
  expect((await order()).findings).toEqual([]);
});

it('issues nothing for a target in which somebody set the CA INACTIVE', async () => {
  const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
  const set = (newStatus: 'ACTIVE' | 'INACTIVE') => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint!, newStatus }));
  await set('INACTIVE');
  await line.lookAgain();
  await refusesEverything(new RegExp(`${units.targets[0]}: The CA certificate ${fingerprint} is INACTIVE there`), 'STOPPED');

  await set('ACTIVE');
  await line.lookAgain();
  expect((await issue()).status).toBe(201);
  expect((await open('LIFTED')).status).toBe(200);
});

it('names to whoever checks a unit what keeps its authority’s devices out of a target, as it is there by now', async () => {
  await units.certify('U-IN-THE-WAY');
  const ways = async () => (await check('U-IN-THE-WAY')).map(({ expected, inTheWay }) => [expected, inTheWay]);
  expect(await ways()).toEqual([['ACTIVE', null], ['ACTIVE', null]]);
  const iot = line.aws.iot(EU);
  const { policyVersionId } = await iot.send(new CreatePolicyVersionCommand({ policyName: 'lineside-device', policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'iot:Connect', Resource: '*' }] }), setAsDefault: true }));
  await line.lookAgain();
  const [finding] = (await order()).findings;
  expect(finding.problem).toContain('the policy lineside-device has another document');
  expect(await ways()).toEqual([['ACTIVE', { authority: expect.any(String), problem: finding.problem.replace(`${units.targets[0]}: `, ''), remedy: finding.remedy }], ['ACTIVE', null]]);
  await iot.send(new SetDefaultPolicyVersionCommand({ policyName: 'lineside-device', policyVersionId: '1' }));
  await iot.send(new DeletePolicyVersionCommand({ policyName: 'lineside-device', policyVersionId }));
  await until('asked anew', async () => ((await ways()).every(([, way]) => way === null) ? true : undefined));
});

it('goes on where AWS only can’t be reached', async () => {
  line.edge.behaviour = 'refuse';
  await line.lookAgain();
  expect((await line.db.selectFrom('registration').select(['state', 'detail']).execute()).every(({ state, detail }) => state === 'in-sync' && detail !== null)).toBe(true);
  expect((await open('UNREACHABLE')).status).toBe(200);
  line.edge.behaviour = 'pass';
});

it('feels a stop that was made in AWS by looking at the CA alone, and names the units that passed meanwhile', async () => {
  const [target] = units.targets;
  const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
  const set = (newStatus: 'ACTIVE' | 'INACTIVE') => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint!, newStatus }));
  const row = () => line.db.selectFrom('registration').select(['seen_open_at', 'updated_at']).where('target_name', '=', target!).executeTakeFirstOrThrow();
  const pass = (serial: string) => line.db.updateTable('unit').set({ state: 'passed', updated_at: new Date() }).where('serial', '=', serial).execute();
  await line.lookAgain();
  await units.certify('PASSED-BEFORE');
  await units.certify('PASSED-MEANWHILE');
  await pass('PASSED-BEFORE');
  // Rounds come only when a look at the CA alone wants one.
  await line.db.updateTable('registration').set({ next_attempt_at: new Date('2100-01-01') }).execute();
  const round = (await row()).updated_at;
  const passedAt = new Date();
  await line.db.updateTable('registration').set({ next_stop_look_at: new Date(0) }).execute();
  await until('seen open', async () => ((await row()).seen_open_at! > passedAt ? true : undefined));
  expect((await row()).updated_at).toEqual(round);

  await set('INACTIVE');
  await pass('PASSED-MEANWHILE');
  await line.db.updateTable('registration').set({ next_stop_look_at: new Date(0) }).execute();
  await until('felt', async () => ((await order()).findings.length > 0 ? true : undefined));
  await expect(units.certify('TOO-LATE')).rejects.toThrow('may-not-issue');
  await until('named', async () => ((await line.leaves('registration.passed-unseen')).length > 0 ? true : undefined));
  expect((await line.leaves('registration.passed-unseen')).map(({ data }) => data)).toEqual([{ authority: id, target, units: 1, serials: ['PASSED-MEANWHILE'], since: expect.any(String) }]);
  const { body } = await line.call('manager', 'GET', '/v1/work-orders/WO/reconciliation');
  expect(body.targets.find((each: { target: string }) => each.target === target).mismatches).toMatchObject([{ serial: 'PASSED-MEANWHILE', detail: expect.stringContaining('Passed before a stop') }]);
  await set('ACTIVE');
  await line.lookAgain();
});

it('writes such a stop at once, however many units have passed meanwhile, and names these in pieces afterwards', async () => {
  const [target] = units.targets;
  const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
  const set = (newStatus: 'ACTIVE' | 'INACTIVE') => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint!, newStatus }));
  await line.lookAgain();
  const { unitId, certificateId } = await units.certify('MANY');
  const before = (await line.leaves('registration.passed-unseen')).length;
  await sql`with made as (insert into unit (serial, work_order_id, state, updated_at) select 'MANY-' || n, 'WO', 'passed', now() + interval '1 minute' from generate_series(1, 2500) n returning id, serial),
      certified as (insert into certificate select filled.* from made, (select certificate as model from certificate where fingerprint = ${certificateId}) as model,
        jsonb_populate_record(model.model, jsonb_build_object('serial_number', md5(serial), 'fingerprint', md5(serial) || md5(serial), 'unit_id', id)) as filled returning unit_id, fingerprint)
    insert into unit_target (unit_id, target_name, certificate_id, method, step, state, next_attempt_at) select unit_id, ${target}, fingerprint, 'jitp', 'look', 'pending', '2100-01-01' from certified`.execute(line.db);
  const held = new pg.Client(line.app.get<Config>(CONFIG, { strict: false }).DATABASE_URL);
  await held.connect();
  await held.query('begin');
  await held.query('select from unit_target where target_name = $1 and unit_id > $2 for update', [target, unitId]);
  await set('INACTIVE');
  await line.db.updateTable('registration').set({ next_stop_look_at: new Date(0) }).execute();
  await until('felt', async () => ((await order()).findings.length > 0 ? true : undefined));
  expect(await line.leaves('registration.passed-unseen')).toHaveLength(before);
  await held.end();
  const named = async () => (await line.leaves('registration.passed-unseen')).slice(before).map(({ data }) => ({ authority: data['authority'], units: Number(data['units']) }));
  await until('all are named', async () => ((await named()).reduce((sum, { units: count }) => sum + count, 0) >= 2500 ? true : undefined));
  const pieces = await named();
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every(({ authority, units: count }) => authority === id && count <= 1_000)).toBe(true);
  expect(pieces.reduce((sum, { units: count }) => sum + count, 0)).toBe(2_500);
  expect(await line.db.selectFrom('registration').select('naming_since').where('naming_since', 'is not', null).execute()).toEqual([]);
  await set('ACTIVE');
});
