import { X509Certificate } from 'node:crypto';
import {
  CreateThingCommand, DescribeCertificateCommand, DescribeThingCommand, GetPolicyCommand, ListAttachedPoliciesCommand, ListCertificatesCommand, ListThingPrincipalsCommand, UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { deployFleetHook } from '../../src/simulation/fleet-hook.js';
import { EU } from '../sandbox/support/bench.js';
import { ask, connectWith, FROM_CSR, newCsr } from '../sandbox/support/fleet-device.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let line: Line;
let target: string;
let authority: string;
const released = (id: string) => until(`${id} is released`, async () => ((await line.call('manager', 'POST', `/v1/work-orders/${id}/release`)).status === 200 ? true : undefined));
async function order(id: string, serials: string[], more: object = {}) {
  const made = await line.call('manager', 'POST', '/v1/work-orders', {
    id, product: 'P', line: 'L1', authority: line.family, method: 'fleet-claim', quantity: serials.length, targets: [target], serials, ...more,
  });
  if (made.status !== 201) throw new Error(`order: ${made.status} ${JSON.stringify(made.body)}`);
}
const cloud = () => ({ endpointUrl: line.aws.sandbox.endpointUrl });
const deploy = (pem: string) => deployFleetHook(cloud(), { ...line.aws.account(EU), ...line.aws.keys(EU) }, pem);
const certificateOf = async (id: string) => String((await line.call('auditor', 'GET', `/v1/authorities/${id}/certificate`)).body);
const iot = () => line.aws.iot(EU);
/** Looked at anew until everything that the method needs stands there. */
const seenInSync = () => until('in sync', async () => {
  await line.registrationLookedAt(authority, target);
  return (await line.registration(authority, target)).state === 'in-sync' ? true : undefined;
});

beforeAll(async () => {
  line = await Line.start({ AWS_SWEEP_MS: '200' });
  target = await line.addTarget(EU);
  authority = (await line.addAuthority()).id;
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
}, 90_000);
afterAll(() => line.stop());

/** What a station is answered for the unit, and the device's own key. */
async function handed(workOrder: string, serial: string) {
  const { csr, keyPem } = newCsr();
  const { status, body } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder, serial, csr });
  return { status, body, csr, keyPem, again: () => line.call('issuer', 'POST', '/v1/certificates', { workOrder, serial, csr }) };
}
type Handed = Awaited<ReturnType<typeof handed>>;

/** As the device does in the field: with the claim it asks for a certificate, and has it provisioned. */
async function provision({ body, csr }: Pick<Handed, 'body' | 'csr'>, voucher = body.claim.voucher) {
  const device = await connectWith(line.aws, EU, { pem: body.claim.certificate, keyPem: body.claim.privateKey }, `claim-${body.thingName}`);
  const { payload } = await ask(device, FROM_CSR, { certificateSigningRequest: csr });
  const parameters = { SerialNumber: body.thingName, Voucher: voucher };
  const answer = await ask(device, `$aws/provisioning-templates/${body.claim.template}/provision`, { certificateOwnershipToken: payload['certificateOwnershipToken']!, parameters });
  device.end(true);
  return { ...answer, certificateId: payload['certificateId']!, pem: payload['certificatePem']! };
}
const decide = async (serial: string, what: 'scrap' | 'rework') => expect((await line.call('manager', 'POST', `/v1/units/${serial}/${what}`, {})).status).toBe(200);
const stateOf = (serial: string) => line.call('manager', 'GET', `/v1/units/${serial}`).then(({ body }) => body);
const inLedger = (serial: string) => until(`the certificate of ${serial} is in the ledger`, async () =>
  (await stateOf(serial)).certificates.find(({ state }: { state: string }) => state === 'valid'));
/** Undefined also where the account's rate is used up at that moment. */
const statusInAws = async (certificateId: string) =>
  (await iot().send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;

it('lets an order begin only where hook, template and claim stand, and says what is missing', async () => {
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body.state === 'registered' ? true : undefined));
  await line.call('officer', 'POST', `/v1/authorities/${authority}/activate`);
  await order('WO', ['F-1', 'F-2', 'F-3', 'F-4', 'F-5', 'F-6', 'F-7']);
  const findings = await until('it is told of the hook', async () => {
    const { body } = await line.call('manager', 'GET', '/v1/work-orders/WO');
    return body.findings.find(({ problem }: { problem: string }) => problem.includes('pre-provisioning hook'));
  });
  expect(findings).toMatchObject({ target, problem: expect.stringContaining('there is no function lineside-fleet-hook'), remedy: expect.any(String) });
  expect((await line.call('manager', 'POST', '/v1/work-orders/WO/release')).body).toMatchObject({ code: 'order-not-ready' });
  await deploy(await certificateOf(authority));
  await seenInSync();
  await released('WO');
}, PATIENCE_MS);

it('gives an order one claim that can ask for certificates and nothing else, whose key is nowhere but sealed', async () => {
  const { body: { items: [claim] } } = await line.call('officer', 'GET', '/v1/aws/claims');
  expect(claim).toMatchObject({ workOrder: 'WO', target, state: 'active', retireAfter: 'all-connected', reason: null, detail: null });
  const { certificateDescription } = await iot().send(new DescribeCertificateCommand({ certificateId: claim.certificateId }));
  expect(certificateDescription?.status).toBe('ACTIVE');
  const { policies } = await iot().send(new ListAttachedPoliciesCommand({ target: certificateDescription?.certificateArn }));
  expect(policies).toHaveLength(1);
  const { policyDocument } = await iot().send(new GetPolicyCommand({ policyName: policies![0]!.policyName }));
  const allowed = (JSON.parse(policyDocument!).Statement as { Action: string | string[]; Resource: string | string[] }[]).flatMap(({ Resource }) => Resource).map((arn) => arn.split(':').slice(5).join(':'));
  const { body } = await handed('WO', 'F-7');
  const topics = ['$aws/certificates/create-from-csr/*', `$aws/provisioning-templates/${body.claim.template}/provision/*`];
  expect(allowed).toEqual(['client/*', ...topics.map((topic) => `topic/${topic}`), ...topics.map((topic) => `topicfilter/${topic}`)]);
  const row = await line.db.selectFrom('fleet_claim').selectAll().executeTakeFirstOrThrow();
  const inside = Buffer.from(body.claim.privateKey.split('\n').slice(1, -2).join(''), 'base64');
  expect(row.sealed_key!.includes(inside.subarray(-40))).toBe(false);
  expect(line.log.lines.join('\n')).not.toContain(body.claim.privateKey.split('\n')[1]);
}, PATIENCE_MS);

it('walks a unit from the station to a device that is connected with a certificate of its own', async () => {
  const unit = await handed('WO', 'F-1');
  expect(unit).toMatchObject({ status: 201, body: { thingName: 'F-1', endpoints: [{ target }], roots: expect.stringContaining('BEGIN CERTIFICATE'), claim: { template: expect.stringMatching(/^lineside-fleet-/), expiresAt: expect.any(String) } } });
  expect(unit.body).not.toHaveProperty('certificate');
  expect(await unit.again()).toMatchObject({ status: 200, body: { claim: { voucher: unit.body.claim.voucher } } });
  expect(await provision(unit)).toMatchObject({ outcome: 'accepted', payload: { thingName: 'F-1' } });
  const { fingerprint } = await inLedger('F-1');
  expect(await until('in sync', async () => (await stateOf('F-1')).targets.find(({ state }: { state: string }) => state === 'in-sync'))).toMatchObject({ target, certificateId: fingerprint, desired: 'ACTIVE' });
  expect((await line.call('manager', 'GET', '/v1/work-orders/WO')).body.certificates).toEqual({ used: 2, quota: 7 });
  const { principals } = await iot().send(new ListThingPrincipalsCommand({ thingName: 'F-1' }));
  expect(principals).toEqual([expect.stringContaining(`:cert/${fingerprint}`)]);
  const { certificate: pem } = (await line.call('auditor', 'GET', `/v1/certificates/${fingerprint}`)).body;
  expect(await line.aws.tryDevice({ pem, keyPem: unit.keyPem }, { servername: line.aws.account(EU).endpoint, clientId: 'F-1' })).toBe('accepted');
  expect(new X509Certificate(pem).issuer).toContain('Amazon Web Services');
}, PATIENCE_MS);

it('denies who has no voucher, another’s, one for another key, or a Thing that stands there already', async () => {
  const [two, three] = [await handed('WO', 'F-2'), await handed('WO', 'F-3')];
  const denied = { outcome: 'rejected', payload: { statusCode: 403, errorCode: 'ACCESS_DENIED' } };
  expect(await provision(two, 'nothing')).toMatchObject(denied);
  expect(await provision(two, `${two.body.claim.voucher.slice(0, -4)}AAAA`)).toMatchObject(denied);
  expect(await provision(two, three.body.claim.voucher)).toMatchObject(denied);
  expect(await provision({ body: two.body, csr: newCsr().csr })).toMatchObject(denied);
  await iot().send(new CreateThingCommand({ thingName: 'F-2' }));
  expect(await provision(two)).toMatchObject(denied);
  expect(await provision(three)).toMatchObject({ outcome: 'accepted' });
  // The same device a second time, with what it still has in its flash.
  expect(await provision(three)).toMatchObject(denied);
}, PATIENCE_MS);

it('leaves a Thing in the place of a scrapped unit, so that its device never gets in, and revokes one that was faster', async () => {
  const [slow, fast] = [await handed('WO', 'F-4'), await handed('WO', 'F-5')];
  await decide('F-4', 'scrap');
  await until('the Thing of F-4 is held', async () => ((await line.leaves('unit.thing-held')).some(({ data }) => data['serial'] === 'F-4') ? true : undefined));
  expect(await iot().send(new DescribeThingCommand({ thingName: 'F-4' }))).toMatchObject({ attributes: { 'lineside-voucher': 'none' } });
  expect(await provision(slow)).toMatchObject({ outcome: 'rejected', payload: { errorCode: 'ACCESS_DENIED' } });
  const { certificateId } = await provision(fast);
  await inLedger('F-5');
  await decide('F-5', 'scrap');
  await until('revoked in AWS', async () => ((await statusInAws(certificateId)) === 'REVOKED' ? true : undefined));
}, PATIENCE_MS);

it('lets a reworked unit in again with its new voucher only', async () => {
  const before = await handed('WO', 'F-6');
  const first = await provision(before);
  await inLedger('F-6');
  await decide('F-6', 'rework');
  await until('revoked in AWS', async () => ((await statusInAws(first.certificateId)) === 'REVOKED' ? true : undefined));
  const after = await handed('WO', 'F-6');
  expect(after.status).toBe(201);
  await until('its Thing waits for the new voucher', async () => ((await line.leaves('unit.thing-held')).some(({ data }) => data['serial'] === 'F-6' && data['entitlement'] !== null) ? true : undefined));
  expect(await provision(before)).toMatchObject({ outcome: 'rejected' });
  const again = await provision(after);
  expect(again).toMatchObject({ outcome: 'accepted' });
  expect(await inLedger('F-6')).toMatchObject({ fingerprint: again.certificateId });
}, PATIENCE_MS);

it('keeps the certificate of a reworked unit whose device used its new voucher before its Thing was held', async () => {
  await order('WO-FAST', ['R-1']);
  await released('WO-FAST');
  await handed('WO-FAST', 'R-1');
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  line.edge.onTheWay = () => gate;
  await decide('R-1', 'rework');
  const { certificateId, outcome } = await provision(await handed('WO-FAST', 'R-1'));
  expect(outcome).toBe('accepted');
  line.edge.onTheWay = undefined;
  open();
  expect(await inLedger('R-1')).toMatchObject({ fingerprint: certificateId });
  const { principals } = await iot().send(new ListThingPrincipalsCommand({ thingName: 'R-1' }));
  expect(principals).toEqual([expect.stringContaining(`:cert/${certificateId}`)]);
}, PATIENCE_MS);

it('stops where somebody takes the hook off the template, and ends a claim for good at an officer’s word', async () => {
  await order('WO-END', ['G-1', 'G-2']);
  await released('WO-END');
  const unit = await handed('WO-END', 'G-1');
  await iot().send(new UpdateProvisioningTemplateCommand({ templateName: unit.body.claim.template, removePreProvisioningHook: true }));
  await line.registrationLookedAt(authority, target);
  expect((await handed('WO-END', 'G-2')).body).toMatchObject({ code: 'may-not-issue', detail: expect.stringContaining('has no pre-provisioning hook') });
  await line.call('officer', 'POST', `/v1/aws/registrations/${authority}/${target}/apply`, { reason: 'as it was' });
  await seenInSync();
  const ended = await line.call('officer', 'POST', '/v1/aws/claims/WO-END/end', { reason: 'a board was stolen' });
  expect(ended).toMatchObject({ status: 200, body: { state: expect.stringMatching(/^end/), reason: 'a board was stolen' } });
  expect((await handed('WO-END', 'G-2')).body).toMatchObject({ code: 'claim-ended' });
  const key = () => line.db.selectFrom('fleet_claim').select('sealed_key').where('work_order_id', '=', 'WO-END').where('state', '=', 'ended').executeTakeFirst();
  expect(await until('ended', key)).toEqual({ sealed_key: null });
  expect(await until('AWS answers', () => statusInAws(unit.body.claim.certificateId))).toBe('REVOKED');
}, PATIENCE_MS);

/** Makes an order, and does something once while AWS is asked to sign its claim. Answers the certificates that came of it in AWS, by their ids. */
async function whileClaimIsSigned(id: string, serial: string, happens: () => Promise<void>) {
  const ids = async () => (await iot().send(new ListCertificatesCommand({ pageSize: 250 }))).certificates!.map(({ certificateId }) => certificateId!);
  const before = new Set(await until('AWS lists', () => ids().catch(() => undefined)));
  let isThrough = false;
  line.edge.onTheWay = async (call) => {
    if (call !== 'POST /certificates') return;
    line.edge.onTheWay = undefined;
    await happens();
    isThrough = true;
  };
  await order(id, [serial]);
  await until('AWS was asked', () => Promise.resolve(isThrough || undefined));
  return async () => (await ids().catch(() => [])).filter((certificate) => !before.has(certificate));
}
const claimOf = (id: string) => line.db.selectFrom('fleet_claim').select(['state', 'certificate_id as certificateId']).where('work_order_id', '=', id).executeTakeFirstOrThrow();

it('revokes the certificate of a claim that was ended while AWS signed it', async () => {
  const made = await whileClaimIsSigned('WO-LATE', 'L-1', async () => {
    expect(await line.call('officer', 'POST', '/v1/aws/claims/WO-LATE/end', { reason: 'a board was stolen' })).toMatchObject({ status: 200 });
    await until('ended', async () => ((await claimOf('WO-LATE')).state === 'ended' ? true : undefined));
  });
  const [certificateId = ''] = await until('AWS has signed', async () => ((await made()).length > 0 ? made() : undefined));
  await until('revoked in AWS', async () => ((await statusInAws(certificateId)) === 'REVOKED' ? true : undefined));
  expect(await claimOf('WO-LATE')).toEqual({ state: 'ended', certificateId: null });
}, PATIENCE_MS);

it('keeps one certificate of a claim that two workers had signed, and revokes the other', async () => {
  const made = await whileClaimIsSigned('WO-TWICE', 'T-1', async () => {
    // As when the first worker's lease has run out.
    await line.db.updateTable('fleet_claim').set({ next_attempt_at: new Date(0) }).where('work_order_id', '=', 'WO-TWICE').execute();
    await until('active', async () => ((await claimOf('WO-TWICE')).state === 'active' ? true : undefined));
  });
  const { certificateId: kept } = await claimOf('WO-TWICE');
  const other = await until('AWS has signed twice', async () => (await made()).find((id) => id !== kept));
  await until('the other is revoked', async () => ((await statusInAws(other)) === 'REVOKED' ? true : undefined));
  expect(await until('AWS answers', () => statusInAws(kept!))).toBe('ACTIVE');
  expect(await claimOf('WO-TWICE')).toEqual({ state: 'active', certificateId: kept });
}, PATIENCE_MS);

it('refuses an order for two accounts, and a request without the device’s key', async () => {
  const made = await line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, method: 'fleet-claim', quantity: 1, targets: [target, await line.addTarget(1)], serials: ['H-1'] });
  expect(made).toMatchObject({ status: 422, body: { code: 'too-many-targets' } });
  const encryptTo = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
  expect((await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO', serial: 'F-7', encryptTo })).body).toMatchObject({ code: 'device-key-needed' });
}, PATIENCE_MS);
