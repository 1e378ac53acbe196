import { X509Certificate } from 'node:crypto';
import {
  CreateThingCommand, DescribeCertificateCommand, DescribeThingCommand, GetPolicyCommand, ListAttachedPoliciesCommand, ListCertificatesCommand, UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { AuditLog } from '../../src/audit/audit-log.js';
import { HeldThingRepository } from '../../src/aws-iot/methods/held-things.repository.js';
import type { Database } from '../../src/platform/database/database.js';
import { EU } from '../sandbox/support/bench.js';
import { newCsr } from '../sandbox/support/fleet-device.js';
import { closeOrder } from '../support/close-order.js';
import { until } from '../support/until.js';
import { FleetLine } from './support/fleet-line.js';
import type { Line } from './support/line.js';
import { hearsItself, withClaim } from './support/sdk-device.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let fleet: FleetLine;
let line: Line;
let target: string;
let authority: string;
const iot = () => fleet.iot;
const statusInAws = (certificateId: string) => fleet.statusInAws(certificateId);

beforeAll(async () => {
  fleet = await FleetLine.start();
  ({ line, target, authority } = fleet);
});
afterAll(() => line.stop());

it('lets an order begin only where hook, template and claim stand, and says what is missing', async () => {
  await fleet.activate();
  await fleet.order('WO', ['F-1', 'F-2', 'F-3', 'F-4', 'F-5', 'F-6', 'F-7']);
  const findings = await until('it is told of the hook', async () => {
    const { body } = await line.call('manager', 'GET', '/v1/work-orders/WO');
    return body.findings.find(({ problem }: { problem: string }) => problem.includes('pre-provisioning hook'));
  });
  expect(findings).toMatchObject({ target, problem: expect.stringContaining('there is no function lineside-fleet-hook'), remedy: expect.any(String) });
  const { body: { differences } } = await line.call('auditor', 'GET', `/v1/aws/registrations/${authority}/${target}/plan`);
  const hook = differences.find(({ kind }: { kind: string }) => kind === 'hook');
  expect(hook).toMatchObject({ canApply: false, remedy: expect.stringContaining('Deploy the function lineside-fleet-hook') });
  expect(findings.remedy).toBe(`${hook.remedy} It is seen within half a minute.`);
  expect((await line.call('manager', 'POST', '/v1/work-orders/WO/release')).body).toMatchObject({ code: 'order-not-ready' });
  await fleet.deployHook();
  await fleet.seenInSync();
  await fleet.released('WO');
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
  const { body } = await fleet.handed('WO', 'F-7');
  const topics = ['$aws/certificates/create-from-csr/*', `$aws/provisioning-templates/${body.claim.template}/provision/*`];
  expect(allowed).toEqual(['client/*', ...topics.map((topic) => `topic/${topic}`), ...topics.map((topic) => `topicfilter/${topic}`)]);
  const row = await line.db.selectFrom('fleet_claim').selectAll().executeTakeFirstOrThrow();
  const inside = Buffer.from(body.claim.privateKey.split('\n').slice(1, -2).join(''), 'base64');
  expect(row.sealed_key!.includes(inside.subarray(-40))).toBe(false);
  expect(line.log.lines.join('\n')).not.toContain(body.claim.privateKey.split('\n')[1]);
}, PATIENCE_MS);

it('walks a unit from the station to a device that is connected with a certificate of its own', async () => {
  const unit = await fleet.handed('WO', 'F-1');
  expect(unit).toMatchObject({ status: 201, body: { thingName: 'F-1', endpoints: [{ target }], roots: expect.stringContaining('BEGIN CERTIFICATE'), claim: { template: expect.stringMatching(/^lineside-fleet-/), expiresAt: expect.any(String) } } });
  expect(unit.body).not.toHaveProperty('certificate');
  expect(await unit.again()).toMatchObject({ status: 200, body: { claim: { voucher: unit.body.claim.voucher } } });
  expect(await fleet.provision(unit)).toMatchObject({ outcome: 'accepted', payload: { thingName: 'F-1' } });
  const { fingerprint } = await fleet.inLedger('F-1');
  expect(await until('in sync', async () => (await fleet.unit('F-1')).targets.find(({ state }: { state: string }) => state === 'in-sync'))).toMatchObject({ target, certificateId: fingerprint, desired: 'ACTIVE' });
  expect((await line.call('manager', 'GET', '/v1/work-orders/WO')).body.certificates).toEqual({ used: 2, quota: 7 });
  expect(await fleet.principalsOf('F-1')).toEqual([expect.stringContaining(`:cert/${fingerprint}`)]);
  const { certificate: pem } = (await line.call('auditor', 'GET', `/v1/certificates/${fingerprint}`)).body;
  expect(await line.aws.tryDevice({ pem, keyPem: unit.keyPem }, { servername: line.aws.account(EU).endpoint, clientId: 'F-1' })).toBe('accepted');
  expect(new X509Certificate(pem).issuer).toContain('Amazon Web Services');
}, PATIENCE_MS);

it('lets a device in that asks with AWS’s own device SDK, for a certificate for its own key', async () => {
  await fleet.releasedOrder('WO-SDK', ['SDK-1']);
  const { body, csr, keyPem } = await fleet.handed('WO-SDK', 'SDK-1');
  const { certificate: pem, privateKey, template, voucher } = body.claim;
  const own = await withClaim(line.aws, EU, { pem, keyPem: privateKey }, 'claim-SDK-1', async (identity) => {
    const signed = await identity.createCertificateFromCsr({ certificateSigningRequest: csr });
    const registered = await identity.registerThing({ templateName: template, certificateOwnershipToken: signed.certificateOwnershipToken!, parameters: { SerialNumber: 'SDK-1', Voucher: voucher } });
    expect(registered.thingName).toBe('SDK-1');
    return signed;
  });
  expect(await hearsItself(line.aws, EU, { pem: own.certificatePem!, keyPem }, 'SDK-1')).toBe('here I am');
  expect(await fleet.inLedger('SDK-1')).toMatchObject({ fingerprint: own.certificateId });
}, PATIENCE_MS);

it('denies who has no voucher, another’s, one for another key, or a Thing that stands there already', async () => {
  const [two, three] = [await fleet.handed('WO', 'F-2'), await fleet.handed('WO', 'F-3')];
  const denied = { outcome: 'rejected', payload: { statusCode: 403, errorCode: 'ACCESS_DENIED' } };
  expect(await fleet.provision(two, { Voucher: 'nothing' })).toMatchObject(denied);
  expect(await fleet.provision(two, { Voucher: `${two.body.claim.voucher.slice(0, -4)}AAAA` })).toMatchObject(denied);
  expect(await fleet.provision(two, { Voucher: three.body.claim.voucher })).toMatchObject(denied);
  expect(await fleet.provision({ body: two.body, csr: newCsr().csr })).toMatchObject(denied);
  await iot().send(new CreateThingCommand({ thingName: 'F-2' }));
  expect(await fleet.provision(two)).toMatchObject(denied);
  expect(await fleet.provision(three)).toMatchObject({ outcome: 'accepted' });
  // The same device a second time, with what it still has in its flash.
  expect(await fleet.provision(three)).toMatchObject(denied);
}, PATIENCE_MS);

it('leaves a Thing in the place of a scrapped unit, so that its device never gets in, and revokes one that was faster', async () => {
  const [slow, fast] = [await fleet.handed('WO', 'F-4'), await fleet.handed('WO', 'F-5')];
  await fleet.decide('F-4', 'scrap');
  await fleet.held('F-4');
  expect(await iot().send(new DescribeThingCommand({ thingName: 'F-4' }))).toMatchObject({ attributes: { 'lineside-voucher': 'none' } });
  expect(await fleet.provision(slow)).toMatchObject({ outcome: 'rejected', payload: { errorCode: 'ACCESS_DENIED' } });
  const { certificateId } = await fleet.provision(fast);
  await fleet.inLedger('F-5');
  await fleet.decide('F-5', 'scrap');
  await fleet.revokedInAws(certificateId);
}, PATIENCE_MS);

it('lets a reworked unit in again with its new voucher only', async () => {
  const before = await fleet.handed('WO', 'F-6');
  const first = await fleet.provision(before);
  await fleet.inLedger('F-6');
  await fleet.decide('F-6', 'rework');
  await fleet.revokedInAws(first.certificateId);
  const after = await fleet.handed('WO', 'F-6');
  expect(after.status).toBe(201);
  await fleet.held('F-6', after);
  expect(await fleet.provision(before)).toMatchObject({ outcome: 'rejected' });
  const again = await fleet.provision(after);
  expect(again).toMatchObject({ outcome: 'accepted' });
  expect(await fleet.inLedger('F-6')).toMatchObject({ fingerprint: again.certificateId });
}, PATIENCE_MS);

it('stops where somebody takes the hook off the template, and ends a claim for good at an officer’s word', async () => {
  await fleet.order('WO-END', ['G-1', 'G-2']);
  await fleet.released('WO-END');
  const unit = await fleet.handed('WO-END', 'G-1');
  await iot().send(new UpdateProvisioningTemplateCommand({ templateName: unit.body.claim.template, removePreProvisioningHook: true }));
  await line.registrationLookedAt(authority, target);
  expect((await fleet.handed('WO-END', 'G-2')).body).toMatchObject({ code: 'may-not-issue', detail: expect.stringContaining('has no pre-provisioning hook') });
  await line.call('officer', 'POST', `/v1/aws/registrations/${authority}/${target}/apply`, { reason: 'as it was' });
  await fleet.seenInSync();
  const ended = await line.call('officer', 'POST', '/v1/aws/claims/WO-END/end', { reason: 'a board was stolen' });
  expect(ended).toMatchObject({ status: 200, body: { state: expect.stringMatching(/^end/), reason: 'a board was stolen' } });
  expect((await fleet.handed('WO-END', 'G-2')).body).toMatchObject({ code: 'claim-ended' });
  expect(await until('ended', () => line.db.selectFrom('fleet_claim').select('sealed_key').where('work_order_id', '=', 'WO-END').where('state', '=', 'ended').executeTakeFirst())).toEqual({ sealed_key: null });
  expect(await until('AWS answers', () => statusInAws(unit.body.claim.certificateId))).toBe('REVOKED');
}, PATIENCE_MS);

it('answers a unit of an order that has ended by what was last seen of its template, also while AWS is away', async () => {
  await fleet.releasedOrder('WO-CLOSED', ['C-1']);
  const unit = await fleet.handed('WO-CLOSED', 'C-1');
  expect((await closeOrder((method, url, body) => line.call('manager', method, url, body), 'WO-CLOSED')).status).toBe(200);
  line.edge.behaviour = 'refuse';
  const again = await unit.again().finally(() => (line.edge.behaviour = 'pass'));
  expect(again).toMatchObject({ status: 200, body: { claim: { voucher: unit.body.claim.voucher, privateKey: unit.body.claim.privateKey } } });
  await iot().send(new UpdateProvisioningTemplateCommand({ templateName: unit.body.claim.template, removePreProvisioningHook: true }));
  await line.registrationLookedAt(authority, target);
  expect((await unit.again()).body).toMatchObject({ code: 'may-not-issue', detail: expect.stringContaining('has no pre-provisioning hook') });
  await line.call('officer', 'POST', `/v1/aws/registrations/${authority}/${target}/apply`, { reason: 'as it was' });
  await fleet.seenInSync();
}, PATIENCE_MS);

/** Makes an order, and does something once while AWS is asked to sign its claim, or for another step of making it. Answers the certificates that came of it in AWS, by their ids. */
async function whileClaimIsSigned(id: string, serial: string, happens: () => Promise<void>, step = 'POST /certificates') {
  const ids = async () => (await iot().send(new ListCertificatesCommand({ pageSize: 250 }))).certificates!.map(({ certificateId }) => certificateId!);
  const before = new Set(await until('AWS lists', () => ids().catch(() => undefined)));
  let isThrough = false;
  line.edge.onTheWay = async (call) => {
    if (!call.startsWith(step)) return;
    line.edge.onTheWay = undefined;
    await happens();
    isThrough = true;
  };
  await fleet.order(id, [serial]);
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
  await fleet.revokedInAws(certificateId);
  expect(await claimOf('WO-LATE')).toEqual({ state: 'ended', certificateId: null });
}, PATIENCE_MS);

it.each([['signs', 'POST /certificates'], ['lets in with', 'PUT /certificates/']])('revokes the certificate of a claim that was replaced while AWS %s it, and keeps the new one', async (_what, step) => {
  const [id, calls] = [`WO-NEW-${step.slice(0, 3)}`, [] as string[]];
  const made = await whileClaimIsSigned(id, `${id}-1`, async () => {
    await line.call('officer', 'POST', `/v1/aws/claims/${id}/end`, { reason: 'a board was stolen' });
    await until('replaced', async () => ((await line.call('officer', 'POST', `/v1/aws/claims/${id}/replace`, { reason: 'it was found' })).status === 200 ? true : undefined));
    await until('active', async () => ((await claimOf(id)).state === 'active' ? true : undefined));
    line.edge.onTheWay = (call) => Promise.resolve(void calls.push(call));
  }, step);
  const { certificateId: kept } = await claimOf(id);
  const late = await until('AWS has signed twice', async () => (await made()).find((each) => each !== kept));
  await until('AWS is told of the late one once more', () => Promise.resolve(calls.some((call) => call.startsWith(`PUT /certificates/${late}`)) || undefined)).finally(() => (line.edge.onTheWay = undefined));
  await until('the late one is revoked', async () => ((await statusInAws(late)) === 'REVOKED' ? true : undefined));
  expect(await until('AWS answers', () => statusInAws(kept!))).toBe('ACTIVE');
  expect(await claimOf(id)).toEqual({ state: 'active', certificateId: kept });
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

it('finds the Things that are still to be held by an index of their own', async () => {
  const { db } = fleet.line;
  await fleet.order('MANY', ['M-1']);
  const { authority, target } = fleet;
  const units = sql`select id from unit where work_order_id = 'MANY' and serial like 'MANY-%'`;
  await sql`insert into unit (serial, work_order_id, state) select 'MANY-' || n, 'MANY', 'scrapped' from generate_series(1, 20000) n`.execute(db);
  await sql`insert into aws_entitlement (id, unit_id, work_order_id, authority_id, state, voucher) select gen_random_uuid(), id, 'MANY', ${authority}, 'withdrawn', 'v' from (${units}) unit`.execute(db);
  await sql`insert into held_thing (unit_id, target_name, held_at) select id, ${target}, now() from (${units}) unit`.execute(db);
  await sql`vacuum analyze aws_entitlement, held_thing, unit`.execute(db);
  const read = await db.transaction().execute(async (tx) => {
    const things = new HeldThingRepository(tx as Database, fleet.line.app.get(AuditLog, { strict: false }));
    await things.expect(tx, ['MANY-7']);
    expect(await things.due(target, 20)).toEqual([]);
    await things.settle(target);
    const { rows } = await sql<{ relname: string }>`select relname from pg_stat_xact_user_tables where seq_scan > 0 and relname in ('aws_entitlement', 'held_thing', 'unit')`.execute(tx);
    return rows;
  });
  expect(read).toEqual([]);
}, PATIENCE_MS);
