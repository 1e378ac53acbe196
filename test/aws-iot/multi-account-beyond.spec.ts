import { DescribeCACertificateCommand, DescribeCertificateCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { CONFIG, type Config } from '../../src/config/config.js';
import type { Examined } from '../../src/local/examination.js';
import { checkAtPassOrders } from '../../src/local/target-checks.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import { Line } from './support/line.js';

let line: Line;
let inEu: string;
let inUs: string;
/** Of the family of at-pass orders. */
let authority: { id: string; fingerprint: string };
beforeAll(async () => {
  line = await Line.start();
  inEu = await line.addTarget(EU);
  inUs = await line.addTarget(US);
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  authority = await line.addAuthority();
  for (const target of [inEu, inUs]) await line.registrationIn('in-sync', authority.id, target);
  await line.call('officer', 'POST', `/v1/authorities/${authority.id}/activate`);
});
afterAll(() => line.stop());

const order = (id: string, body: object) => line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: line.family, quantity: 10, serials: [`${id}-1`], ...body });
const atPass = (id: string, targets: string[], more: object = {}) => order(id, { method: 'multi-account', parameters: { activate: 'at-pass' }, targets, ...more });
const caIn = async (index: number) => (await line.aws.iot(index).send(new DescribeCACertificateCommand({ certificateId: authority.fingerprint })).catch(() => undefined))?.certificateDescription?.autoRegistrationStatus;
const isKnownIn = async (index: number, { certificateId }: Device) => (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined)) !== undefined;

it('releases no order whose units wait for their pass while their CA lets devices in elsewhere, and turns that off there', async () => {
  expect(await caIn(US)).toBe('ENABLE');
  expect((await line.call('officer', 'POST', `/v1/aws/targets/${inUs}/pause`, {})).status).toBe(200);
  expect((await atPass('AT-PASS', [inEu])).status).toBe(201);
  await until('only the other account stands against it', async () => ((await line.call('manager', 'GET', '/v1/work-orders/AT-PASS')).body.findings.length === 1 ? true : undefined));
  const refused = await line.call('manager', 'POST', '/v1/work-orders/AT-PASS/release');
  expect(refused).toMatchObject({ status: 409, body: { code: 'order-not-ready', findings: [{ target: inUs, problem: expect.stringContaining('auto-registration is on'), remedy: expect.stringMatching(/\w/) }] } });
  await line.call('officer', 'POST', `/v1/aws/targets/${inUs}/resume`, {});
  await until('released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/AT-PASS/release')).status === 200 ? true : undefined));
  expect(await until('AWS answers', () => caIn(US))).toBe('DISABLE');
});

it('keeps a unit that has not passed out of every account, also one that the order does not name', async () => {
  const units = CertifiedUnits.on(line, [inEu]);
  const device = await units.certify('B-1', 'AT-PASS');
  for (const index of [EU, US, US]) expect(await units.connect(device, index)).toBe('closed');
  expect(await isKnownIn(US, device)).toBe(false);
  await units.pass('B-1');
  await until('certified and passed', async () => {
    await line.db.updateTable('unit').set({ state: 'passed' }).where('serial', '=', 'B-1').execute();
    await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', device.unitId).where('state', '=', 'pending').execute();
    return (await units.connect(device, EU)) === 'accepted' ? true : undefined;
  });
  expect(await units.connect(device, US)).toBe('closed');
});

it('turns nothing on in an account that comes later, nor for the family’s next authority', async () => {
  const inFrankfurt = await line.addTarget(FRANKFURT);
  const next = await line.addAuthority();
  for (const { id } of [authority, next]) {
    for (const target of [inUs, inFrankfurt]) expect(await line.registrationIn('in-sync', id, target)).toMatchObject({ method: 'multi-account', desired: { autoRegistration: 'DISABLE' } });
  }
});

it('lets the family do nothing else elsewhere, and takes no family that does something else there', async () => {
  expect(await order('OTHER', { method: 'jitp', targets: [inUs] })).toMatchObject({ status: 409, body: { code: 'family-held', heldBy: 'AT-PASS', method: 'multi-account', target: inEu } });
  const family = `${line.family}b`;
  await line.addAuthority({ family });
  expect((await order('JITP', { authority: family, method: 'jitp', targets: [inUs] })).status).toBe(201);
  expect(await atPass('LATE', [inEu], { authority: family })).toMatchObject({ status: 409, body: { code: 'family-held', heldBy: 'JITP', method: 'jitp', target: inUs } });
});

describe('of a ledger in which an earlier version left a family’s CAs open in accounts that its orders do not name', () => {
  let family: string;
  let ca: { id: string; fingerprint: string };
  const findings = async (id: string) => (await line.call('manager', 'GET', `/v1/work-orders/${id}`)).body.findings as object[];
  const doctor = async (id: string) => (await checkAtPassOrders({ databaseUrl: line.app.get<Config>(CONFIG).DATABASE_URL } as Examined)).filter(({ name }) => name === `work order ${id}`);
  const statusInUs = async ({ certificateId }: Device) => (await line.aws.iot(US).send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;
  const inUsOf = (authorityId: string) => line.db.selectFrom('registration').selectAll().where('authority_id', '=', authorityId).where('target_name', '=', inUs).executeTakeFirstOrThrow();
  /** A family with an issuing authority, as it stands in the other account before any order says anything. */
  const another = async (name: string) => {
    const made = await line.addAuthority({ family: name });
    for (const target of [inEu, inUs]) await line.registrationIn('in-sync', made.id, target);
    await line.call('officer', 'POST', `/v1/authorities/${made.id}/activate`);
    return made;
  };

  it('turns auto-registration off there when it starts, names the orders until then, and keeps whoever came in within reach', async () => {
    family = `${line.family}c`;
    ca = await another(family);
    const { method, parameters, desired, observed } = await inUsOf(ca.id);
    const { applied } = await line.db.selectFrom('target_resource').select('applied').where('target_name', '=', inUs).where('kind', '=', 'ca-certificate').where('name', '=', ca.fingerprint).executeTakeFirstOrThrow();
    await atPass('OLD', [inEu], { authority: family });
    await until('released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/OLD/release')).status === 200 ? true : undefined));
    // The account is one in which an order of another method has made units: their devices need the CA as it is.
    const held = await another(`${line.family}d`);
    expect((await order('HOLDS', { authority: `${line.family}d`, method: 'jitp', targets: [inUs] })).status).toBe(201);
    await line.db.updateTable('work_order').set({ certificates_reserved: 1, state: 'closed' }).where('id', '=', 'HOLDS').execute();
    expect((await atPass('BESIDE', [inEu], { authority: family })).status).toBe(201);
    await line.db.updateTable('work_order').set({ authority_family: `${line.family}d` }).where('id', '=', 'BESIDE').execute();
    await line.db.insertInto('family_target').values({ family: `${line.family}d`, target_name: inEu, method: 'multi-account', parameters: '{}', work_order_id: 'BESIDE' }).execute();

    // As an earlier version left it: the authority had issued.
    await line.aws.iot(US).send(new UpdateCACertificateCommand({ certificateId: ca.fingerprint, newAutoRegistrationStatus: 'ENABLE', registrationConfig: { templateName: String(desired['templateName']) } }));
    await line.db.updateTable('target_resource').set({ applied: JSON.stringify(applied) }).where('target_name', '=', inUs).where('kind', '=', 'ca-certificate').where('name', '=', ca.fingerprint).execute();
    await line.db.deleteFrom('family_target').where('family', '=', family).where('target_name', '=', inUs).execute();
    await line.db.updateTable('registration').set({ method, parameters: JSON.stringify(parameters), desired: JSON.stringify(desired), observed: JSON.stringify(observed), let_in_as: null })
      .where('authority_id', '=', ca.id).where('target_name', '=', inUs).execute();
    const units = CertifiedUnits.on(line, [inEu]);
    const [cameIn, waits] = [await units.certify('C-1', 'OLD'), await units.certify('C-2', 'OLD')];
    await units.connectUntilAccepted(cameIn, US);
    expect(await findings('OLD')).toMatchObject([{ target: inUs, problem: expect.stringContaining('auto-registration is on'), remedy: expect.stringContaining('A worker turns it off') }]);
    expect(await doctor('OLD')).toMatchObject([{ state: 'warn', finding: expect.stringContaining(`${inUs}: The CA of ${ca.id} lets devices in`), remedy: expect.stringMatching(/\w/) }]);

    await line.addService();
    await until('turned off', async () => ((await line.aws.iot(US).send(new DescribeCACertificateCommand({ certificateId: ca.fingerprint }))).certificateDescription?.autoRegistrationStatus === 'DISABLE' ? true : undefined));
    await until('and seen so', async () => ((await findings('OLD')).length === 0 ? true : undefined));
    expect(await doctor('OLD')).toEqual([]);
    for (const index of [US, US]) expect(await units.connect(waits, index)).toBe('closed');
    expect(await statusInUs(waits)).toBeUndefined();
    expect(await inUsOf(held.id)).toMatchObject({ method: 'jitp', desired: { autoRegistration: 'ENABLE' } });
    expect(await findings('BESIDE')).toContainEqual(expect.objectContaining({ target: inUs, remedy: expect.stringMatching(/devices of order HOLDS .* close this order/) }));

    await line.call('officer', 'POST', `/v1/certificates/${cameIn.certificateId}/revoke`, { reason: 'keyCompromise' });
    await until('revoked there too', async () => ((await statusInUs(cameIn)) === 'REVOKED' ? true : undefined));
  });
});
