import { DescribeCACertificateCommand, DescribeCertificateCommand } from '@aws-sdk/client-iot';
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
