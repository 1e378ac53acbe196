import { UpdateCertificateCommand, UpdateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { CONFIG, type Config } from '../../src/config/config.js';
import { FirstConnectionRepository } from '../../src/aws-iot/units/first-connections.repository.js';
import type { Examined } from '../../src/local/examination.js';
import { checkUnknownDevices } from '../../src/local/target-checks.js';
import { EU } from '../sandbox/support/bench.js';
import { newCsr } from '../sandbox/support/fleet-device.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import { FleetLine } from './support/fleet-line.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let fleet: FleetLine;
/** Of the family of order TWO, whose template is that of order ONE. */
let second: string;
let templateName: string;

beforeAll(async () => {
  fleet = await FleetLine.start();
  await fleet.order('ONE', ['A-1', 'A-2', 'A-3', 'A-4', 'A-5']);
  await fleet.deployHook();
  await fleet.seenInSync();
  await fleet.activate();
  await fleet.released('ONE');
  const family = `${fleet.line.family}b`;
  ({ id: second } = await fleet.line.addAuthority({ family }));
  await fleet.deployHook(second);
  await fleet.order('TWO', ['B-1', 'B-2', 'B-3', 'B-4'], { authority: family });
  await fleet.seenInSync(second);
  await fleet.activate(second);
  await fleet.released('TWO');
  const [one, two] = [await fleet.handed('ONE', 'A-1'), await fleet.handed('TWO', 'B-1')];
  templateName = one.body.claim.template;
  expect(two.body.claim.template).toBe(templateName);
}, PATIENCE_MS);
afterAll(() => fleet.line.stop());

const update = (change: object) => until('AWS changes the template', () => fleet.iot.send(new UpdateProvisioningTemplateCommand({ templateName, ...change })).catch(() => undefined));
function putHook() {
  const { accountId, region } = fleet.line.aws.account(EU);
  return update({ preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: `arn:aws:lambda:${region}:${accountId}:function:lineside-fleet-hook` } });
}
/** And both families know it. */
async function takeHookOff() {
  await update({ removePreProvisioningHook: true });
  for (const authority of [fleet.authority, second]) await fleet.line.registrationLookedAt(authority, fleet.target);
}
const refused = { status: 409, body: expect.objectContaining({ code: 'may-not-issue', detail: expect.stringContaining('has no pre-provisioning hook') }) };

it('hands out again as soon as AWS shows the hook, whatever was seen before, and asks AWS a few times only for many who are refused', async () => {
  await takeHookOff();
  const { edge } = fleet.line;
  edge.seen.length = 0;
  const answers = await Promise.all(Array.from({ length: 60 }, () => fleet.handed('TWO', 'B-2')));
  expect(answers).toEqual(Array(60).fill(expect.objectContaining(refused)));
  // Of the first who was refused, and of looks that were due anyway.
  const asked = edge.seen.filter(({ call }) => call === `GET /provisioning-templates/${templateName}`).length;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(20);
  await putHook();
  expect((await fleet.handed('ONE', 'A-2')).status).toBe(201);
}, PATIENCE_MS);

it('looks at once at each family that differs where one of them was made right', async () => {
  await takeHookOff();
  await fleet.line.db.updateTable('registration').set({ next_attempt_at: new Date(Date.now() + 3_600_000) }).where('authority_id', '=', second).execute();
  expect((await fleet.line.call('officer', 'POST', `/v1/aws/registrations/${fleet.authority}/${fleet.target}/apply`, {})).body.differences).toEqual([]);
  expect((await fleet.handed('ONE', 'A-3')).status).toBe(201);
  await fleet.line.registrationIn('in-sync', second, fleet.target);
  expect((await fleet.handed('TWO', 'B-3')).status).toBe(201);
}, PATIENCE_MS);

/** Certificates that AWS knows and the ledger does not, as an order's reconciliation names them. */
const unknownOf = (order: string) => fleet.unknownOf(order);
const ownersOf = async (order: string) => (await unknownOf(order)).map(({ certificateId, authority, template }) => ({ certificateId, authority, template }));

it('names who got in without a voucher once: of the family whose unit’s Thing he has, otherwise of the template, whichever family has found him', async () => {
  const claim = await fleet.handed('ONE', 'A-4');
  await update({ removePreProvisioningHook: true });
  const breakIn = async (SerialNumber: string) => (await fleet.provision({ body: claim.body, csr: newCsr().csr }, { SerialNumber, Voucher: 'none', VoucherId: 'mine' })).certificateId;
  const [free, another, ofUnit] = [await breakIn('nobody'), await breakIn('nobody-2'), await breakIn('B-4')];
  await putHook();
  const template = [free, another].map((certificateId) => ({ certificateId, authority: null, template: templateName }));
  const family = { certificateId: ofUnit, authority: second, template: null };
  await until('all are named', async () => ((await unknownOf('TWO')).length > 2 ? true : undefined));
  const byId = (owners: { certificateId: string }[]) => owners.toSorted((one, other) => one.certificateId.localeCompare(other.certificateId));
  expect([byId(await ownersOf('ONE')), byId(await ownersOf('TWO'))]).toEqual([byId(template), byId([...template, family])]);
  const leaves = (await fleet.line.leaves('certificate.unknown')).map(({ data: { certificateId, authority, template: of } }) => ({ certificateId: String(certificateId), authority, template: of }));
  expect(byId(leaves)).toEqual(byId([...template, family]));
  const findings = await checkUnknownDevices({ databaseUrl: fleet.line.app.get<Config>(CONFIG).DATABASE_URL } as Examined);
  expect(findings.map(({ name, finding }) => [name, finding.split(': ')[0]])).toEqual([[`AWS target ${fleet.target}`, second], [`AWS target ${fleet.target}`, `The fleet template ${templateName}`]]);
  expect(findings[1]!.finding).toMatch(/AWS knows 2 certificates there with the policy of its devices that the ledger does not know: /);
  expect((await fleet.checked('B-4'))[0].problem).toContain(ofUnit);
}, PATIENCE_MS);

it('names who got in on the Thing of another family’s unit, whatever its method: of that family, by doctor, in its order’s reconciliation and by a check of the unit', async () => {
  const family = `${fleet.line.family}jitp`;
  const { id: third } = await fleet.line.addAuthority({ family });
  await fleet.activate(third);
  await fleet.order('JITP', ['J-1'], { authority: family, method: 'jitp', quantity: 10 });
  await fleet.released('JITP');
  const units = CertifiedUnits.on(fleet.line, [fleet.target]);
  const device = await units.certify('J-2', 'JITP');
  await units.connectUntilAccepted(device, EU);
  const checked = () => fleet.checked('J-2');
  await until('in sync', async () => ((await checked())[0].state === 'in-sync' ? true : undefined));
  expect(await checked()).toMatchObject([{ state: 'in-sync', registered: true, problem: null }]);

  const claim = await fleet.handed('ONE', 'A-5');
  await update({ removePreProvisioningHook: true });
  const breakIn = async (SerialNumber: string) => {
    const { outcome, certificateId } = await fleet.provision({ body: claim.body, csr: newCsr().csr }, { SerialNumber, Voucher: 'none', VoucherId: 'mine' });
    expect(outcome).toBe('accepted');
    return certificateId;
  };
  expect(await fleet.checked('J-1')).toMatchObject([{ expected: 'NONE', state: 'pending', problem: null }]);
  const [certificateId, awaited] = [await breakIn('J-2'), await breakIn('J-1')];
  await putHook();
  await until('named', async () => ((await ownersOf('JITP')).length > 1 ? true : undefined));
  const named = (await unknownOf('JITP')).map(({ certificateId: id, authority, template, thing }) => [thing, id, authority, template]);
  expect(named.toSorted()).toEqual([['J-1', awaited, third, null], ['J-2', certificateId, third, null]]);
  // It has no certificate yet.
  expect(await fleet.checked('J-1')).toMatchObject([{ expected: 'NONE', state: 'drifted', problem: expect.stringContaining(awaited) }]);
  expect((await fleet.line.leaves('certificate.unknown')).filter(({ data }) => data['certificateId'] === certificateId).map(({ data }) => data)).toEqual([expect.objectContaining({ authority: third, thing: 'J-2' })]);
  const findings = await checkUnknownDevices({ databaseUrl: fleet.line.app.get<Config>(CONFIG).DATABASE_URL } as Examined);
  expect(findings.map(({ finding }) => finding)).toContainEqual(expect.stringContaining(`${third}: AWS knows 2 certificates there that the ledger does not know: `));
  expect(findings.map(({ finding }) => finding)).toContainEqual(expect.stringContaining(`${certificateId} on the Thing J-2`));
  // The unit itself can connect.
  expect(await checked()).toMatchObject([{ state: 'drifted', registered: true, problem: expect.stringContaining(`the Thing J-2 has the certificate ${certificateId}, which the ledger does not know`) }]);
  await until('set REVOKED', () => fleet.iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' })).catch(() => undefined));
  expect(await checked()).toMatchObject([{ state: 'in-sync', problem: null }]);
}, PATIENCE_MS);

it('leaves a certificate to the authority that has found it to be its own, until that says otherwise', async () => {
  const connections = fleet.line.app.get(FirstConnectionRepository, { strict: false });
  const { authority: first, target } = fleet;
  const id = 'ab'.repeat(32);
  const found = async (authority: string, template?: string) => {
    await connections.keepUnknown({ authority, target }, [{ id, status: 'ACTIVE' }], template);
    const { authority_id, template_name } = await fleet.line.db.selectFrom('unknown_certificate').selectAll().where('certificate_id', '=', id).executeTakeFirstOrThrow();
    return authority_id ?? template_name;
  };
  expect(await found(first, 'T')).toBe('T');
  expect(await found(second, 'U')).toBe('T');
  expect(await found(second)).toBe(second);
  expect(await found(first, 'T')).toBe(second);
  expect(await found(first)).toBe(second);
  expect(await found(second, 'T')).toBe('T');
});
