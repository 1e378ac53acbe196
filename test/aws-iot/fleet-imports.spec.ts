import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { UpdateCertificateCommand, UpdateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { compactDecrypt } from 'jose';
import { CONFIG, type Config } from '../../src/config/config.js';
import type { Examined } from '../../src/local/examination.js';
import { checkUnknownDevices } from '../../src/local/target-checks.js';
import { toPem } from '../../src/x509/pem.js';
import { EU } from '../sandbox/support/bench.js';
import { ask, connectWith, CREATE, FROM_CSR, newCsr } from '../sandbox/support/fleet-device.js';
import { until } from '../support/until.js';
import { FleetLine, voucherId } from './support/fleet-line.js';
import { hearsItself, withClaim } from './support/sdk-device.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let fleet: FleetLine;
beforeAll(async () => {
  fleet = await FleetLine.ready();
}, PATIENCE_MS);
afterAll(() => fleet.line.stop());

it('keeps the certificate of a reworked unit whose device used its new voucher before its Thing was held', async () => {
  await fleet.releasedOrder('FAST', ['R-1']);
  await fleet.handed('FAST', 'R-1');
  const open = fleet.holdCalls();
  await fleet.decide('R-1', 'rework');
  const { certificateId, outcome } = await fleet.provision(await fleet.handed('FAST', 'R-1'));
  expect(outcome).toBe('accepted');
  open();
  expect(await fleet.inLedger('R-1')).toMatchObject({ fingerprint: certificateId });
  expect(await fleet.principalsOf('R-1')).toEqual([expect.stringContaining(`:cert/${certificateId}`)]);
}, PATIENCE_MS);

it('revokes what AWS has signed for a withdrawn voucher’s key, on record, also while it has no Thing', async () => {
  await fleet.releasedOrder('LOST', ['L-1', 'L-2']);
  const [scrapped, reworked] = [await fleet.handed('LOST', 'L-1'), await fleet.handed('LOST', 'L-2')];
  await fleet.decide('L-1', 'scrap');
  await fleet.decide('L-2', 'rework');
  for (const unit of [scrapped, reworked]) {
    const certificateId = await fleet.signedInAws(unit);
    await fleet.revokedInAws(certificateId);
    expect(await fleet.refused(certificateId)).toEqual([unit.body.thingName]);
  }
}, PATIENCE_MS);

it('looks again at a certificate that had no Thing when it was first seen', async () => {
  await fleet.releasedOrder('SOON', ['S-1']);
  await fleet.handed('SOON', 'S-1');
  await fleet.decide('S-1', 'scrap');
  await fleet.held('S-1');
  const stranger = await fleet.signedInAws(newCsr());
  const { edge } = fleet.line;
  await until('it was looked at', async () => (edge.seen.some(({ call }) => call === `GET /certificates/${stranger}`) ? true : undefined));
  edge.seen.length = 0;
  await until('another look was through', async () => (edge.seen.filter(({ call }) => call === 'GET /certificates').length > 1 ? true : undefined));
  expect(await fleet.statusInAws(stranger)).toBe('ACTIVE');
  await fleet.attach('S-1', stranger);
  await fleet.revokedInAws(stranger);
  expect(await fleet.refused(stranger)).toEqual(['S-1']);
}, PATIENCE_MS);

it('lets a reworked unit in whose old voucher was used while its Thing was being held', async () => {
  await fleet.releasedOrder('RACE', ['R-2']);
  const before = await fleet.handed('RACE', 'R-2');
  await fleet.decide('R-2', 'rework');
  const after = await fleet.handed('RACE', 'R-2');
  await fleet.held('R-2', after);
  // The hook had let the old voucher in before the Thing was held, and AWS goes on.
  const certificateId = await fleet.signedInAws(before, 'R-2');
  await fleet.revokedInAws(certificateId);
  await until('taken off its Thing', async () => ((await fleet.principalsOf('R-2')).length === 0 ? true : undefined));
  expect(await fleet.refused(certificateId)).toEqual(['R-2']);
  const again = await fleet.provision(after);
  expect(again).toMatchObject({ outcome: 'accepted' });
  expect(await fleet.inLedger('R-2')).toMatchObject({ fingerprint: again.certificateId });
}, PATIENCE_MS);

it('leaves a certificate on its Thing while AWS is still provisioning its device, and takes it over when it is ACTIVE', async () => {
  await fleet.releasedOrder('SLOW', ['S-2']);
  await fleet.handed('SLOW', 'S-2');
  const open = fleet.holdCalls();
  await fleet.decide('S-2', 'rework');
  const unit = await fleet.handed('SLOW', 'S-2');
  const { aws, edge } = fleet.line;
  const device = await connectWith(aws, EU, { pem: unit.body.claim.certificate, keyPem: unit.body.claim.privateKey }, 'claim-S-2');
  const { payload: { certificateId = '' } } = await ask(device, FROM_CSR, { certificateSigningRequest: unit.csr });
  device.end(true);
  await fleet.makeThing('S-2', voucherId(unit), certificateId);
  edge.seen.length = 0;
  open();
  await until('the Thing was looked at again', async () => (edge.seen.filter(({ call }) => call === 'GET /things/S-2/principals').length > 1 ? true : undefined));
  expect(await fleet.principalsOf('S-2')).toHaveLength(1);
  await until('ACTIVE', () => fleet.iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'ACTIVE' })).catch(() => undefined));
  expect(await fleet.inLedger('S-2')).toMatchObject({ fingerprint: certificateId });
}, PATIENCE_MS);

/** Certificates that AWS knows and the ledger does not, as the order's reconciliation names them. */
const unknownOf = (order: string) => fleet.unknownOf(order);
const doctor = () => checkUnknownDevices({ databaseUrl: fleet.line.app.get<Config>(CONFIG).DATABASE_URL } as Examined);

it('names who got in while the template had no hook, hands out no claim then, and lets the unit in afterwards whose Thing he took', async () => {
  await fleet.releasedOrder('GAP', ['G-1', 'G-2']);
  const first = await fleet.handed('GAP', 'G-1');
  expect(await fleet.checked('G-2')).toEqual([{ target: fleet.target, expected: 'NONE', state: 'pending', registered: null, connected: null, problem: null, awsError: null, inTheWay: null }]);
  await until('the hook is off', () => fleet.iot.send(new UpdateProvisioningTemplateCommand({ templateName: first.body.claim.template, removePreProvisioningHook: true })).catch(() => undefined));
  const breakIn = (SerialNumber: string) => fleet.provision({ body: first.body, csr: newCsr().csr }, { SerialNumber, Voucher: 'none', VoucherId: 'mine' });
  const [taken, free] = [await breakIn('G-2'), await breakIn('nobody')];
  expect([taken.outcome, free.outcome]).toEqual(['accepted', 'accepted']);
  const named = await until('both are named', async () => ((await unknownOf('GAP')).length > 1 ? unknownOf('GAP') : undefined));
  expect(new Map(named.map(({ thing, certificateId, status }) => [thing, [certificateId, status]]))).toEqual(new Map([['G-2', [taken.certificateId, 'ACTIVE']], ['nobody', [free.certificateId, 'ACTIVE']]]));
  expect(await fleet.checked('G-2')).toMatchObject([{ expected: 'NONE', state: 'drifted', problem: expect.stringContaining(taken.certificateId) }]);
  expect(await doctor()).toMatchObject(([[taken, 'G-2'], [free, 'nobody']] as const).map(([{ certificateId }, thing]) => ({ state: 'warn', finding: expect.stringContaining(`${certificateId} on the Thing ${thing}`), remedy: expect.any(String) })));
  // By then it is known that the hook is gone.
  await fleet.line.registrationLookedAt(fleet.authority, fleet.target);
  const refused = { status: 409, body: { code: 'may-not-issue', detail: expect.stringMatching(new RegExp(`${fleet.target}: In AWS .* has no pre-provisioning hook → `)) } };
  expect(await first.again()).toMatchObject(refused);
  expect(await fleet.handed('GAP', 'G-2')).toMatchObject(refused);

  await fleet.line.call('officer', 'POST', `/v1/aws/registrations/${fleet.authority}/${fleet.target}/apply`, {});
  await fleet.seenInSync();
  const unit = await until('G-2 is handed its claim', async () => {
    const handed = await fleet.handed('GAP', 'G-2');
    return handed.status === 201 ? handed : undefined;
  });
  await fleet.revokedInAws(taken.certificateId);
  await fleet.held('G-2', unit);
  const { outcome, certificateId } = await fleet.provision(unit);
  expect(outcome).toBe('accepted');
  expect(await fleet.inLedger('G-2')).toMatchObject({ fingerprint: certificateId });
  await until('seen revoked', async () => ((await unknownOf('GAP')).some((each) => each.certificateId === taken.certificateId && each.status === 'REVOKED') ? true : undefined));
}, PATIENCE_MS);

it('takes over what is older than certificates that it can’t read, names one that is on a Thing of its units, and revokes one in the place of a unit with a voucher', async () => {
  await fleet.releasedOrder('ODD', ['O-1', 'O-2', 'O-3']);
  const [unit, awaited] = [await fleet.handed('ODD', 'O-1'), await fleet.handed('ODD', 'O-2')];
  const open = fleet.holdCalls();
  const { certificateId } = await fleet.provision(unit);
  const [free, named, inPlace] = [await fleet.unreadableInAws(), await fleet.unreadableInAws(), await fleet.unreadableInAws()];
  await fleet.makeThing('O-3', 'none', named);
  await fleet.makeThing('O-2', voucherId(awaited), inPlace);
  open();
  expect(await fleet.inLedger('O-1')).toMatchObject({ fingerprint: certificateId });
  expect(await until('named', async () => (await unknownOf('ODD')).find((each) => each.certificateId === named))).toMatchObject({ thing: 'O-3', status: 'ACTIVE' });
  await fleet.revokedInAws(inPlace);
  expect(await fleet.refused(inPlace)).toEqual(['O-2']);
  expect(await until('AWS answers', () => fleet.statusInAws(free))).toBe('ACTIVE');
}, PATIENCE_MS);

it('takes over what AWS has signed while AWS does not let it look at a newer certificate, nor hold another unit’s Thing, which is on record and held once AWS does', async () => {
  const { edge, db } = fleet.line;
  await fleet.releasedOrder('DENIED', ['D-1', 'D-2']);
  await fleet.handed('DENIED', 'D-1');
  const unit = await fleet.handed('DENIED', 'D-2');
  edge.denied = /^POST \/things\/D-1$/;
  await fleet.decide('D-1', 'scrap');
  const notHeld = async () => (await fleet.line.leaves('unit.thing-not-held')).filter(({ subject }) => subject === 'unit:D-1').map(({ data }) => data);
  await until('on record', async () => ((await notHeld()).length > 0 ? true : undefined));
  const open = fleet.holdCalls();
  const { certificateId } = await fleet.provision(unit);
  const stranger = await fleet.signedInAws(newCsr());
  edge.denied = new RegExp(`^POST /things/D-1$|^GET /certificates/${stranger}$`);
  open();
  expect(await fleet.inLedger('D-2')).toMatchObject({ fingerprint: certificateId });
  // Once for each time that the log has told of the unit.
  for (const leaf of await notHeld()) expect(leaf).toEqual({ serial: 'D-1', target: fleet.target, entitlement: null, reason: expect.stringContaining('CreateThing (AccessDeniedException)') });
  edge.denied = undefined;
  const due = db.selectFrom('held_thing').innerJoin('unit', 'unit.id', 'held_thing.unit_id').select(['unit_id', 'due_at']).where('serial', '=', 'D-1');
  const { unit_id: id, due_at: at } = await due.executeTakeFirstOrThrow();
  expect(+at!).toBeGreaterThan(Date.now());
  await db.updateTable('held_thing').set({ due_at: new Date() }).where('unit_id', '=', id).execute();
  await fleet.held('D-1');
}, PATIENCE_MS);

const station = generateKeyPairSync('ec', { namedCurve: 'P-256' });
async function handedWithoutKey(serial: string) {
  const encryptTo = station.publicKey.export({ format: 'jwk' });
  return { body: (await fleet.line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'KEYS', serial, encryptTo })).body };
}

it('takes over no certificate for a key that AWS has made, if it was asked for with a voucher from before a rework', async () => {
  const family = `${fleet.line.family}aws`;
  const { id } = await fleet.line.addAuthority({ family });
  await fleet.deployHook(id);
  await fleet.order('KEYS', ['K-1', 'K-2', 'K-3'], { authority: family, parameters: { keys: 'aws' } });
  await fleet.seenInSync(id);
  await fleet.activate(id);
  await fleet.released('KEYS');
  const handed = () => handedWithoutKey('K-1');
  const before = await handed();
  const open = fleet.holdCalls();
  await fleet.decide('K-1', 'rework');
  const after = await handed();
  const [first, second] = [await fleet.signedInAws(newCsr()), await fleet.signedInAws(newCsr())];
  await fleet.makeThing('K-1', voucherId(before), first);
  open();
  await fleet.revokedInAws(first);
  expect(await fleet.refused(first)).toEqual(['K-1']);
  await until('its Thing waits for the new voucher', async () => ((await fleet.line.leaves('unit.thing-held')).some(({ data }) => data['entitlement'] === voucherId(after)) ? true : undefined));
  await fleet.attach('K-1', second);
  expect(await fleet.inLedger('K-1')).toMatchObject({ fingerprint: second });
}, PATIENCE_MS);

it('walks a unit whose key AWS makes from the station to a device that is connected', async () => {
  const asked = (body: object) => fleet.line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'KEYS', serial: 'K-2', ...body });
  expect((await asked({ csr: newCsr().csr })).body).toMatchObject({ code: 'device-key-unwanted' });
  const encryptTo = station.publicKey.export({ format: 'jwk' });
  const { status, body: { claim } } = await asked({ encryptTo });
  expect([status, claim.privateKey]).toEqual([201, undefined]);
  expect(await asked({ encryptTo })).toMatchObject({ status: 200, body: { claim: { voucher: claim.voucher } } });

  const key = Buffer.from((await compactDecrypt(claim.encryptedPrivateKey, station.privateKey)).plaintext);
  const keyPem = createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }).toString();
  const device = await connectWith(fleet.line.aws, EU, { pem: claim.certificate, keyPem }, 'claim-K-2');
  const { payload: { certificateOwnershipToken, certificateId, certificatePem, privateKey } } = await ask(device, CREATE);
  const answer = await ask(device, `$aws/provisioning-templates/${claim.template}/provision`, { certificateOwnershipToken, parameters: { SerialNumber: 'K-2', Voucher: claim.voucher } });
  device.end(true);
  expect(answer).toMatchObject({ outcome: 'accepted', payload: { thingName: 'K-2' } });
  expect(await fleet.line.aws.tryDevice({ pem: certificatePem!, keyPem: privateKey! }, { servername: fleet.line.aws.account(EU).endpoint, clientId: 'K-2' })).toBe('accepted');
  expect(await fleet.inLedger('K-2')).toMatchObject({ fingerprint: certificateId, authority: null });
  expect(await until('in sync', async () => (await fleet.unit('K-2')).targets.find(({ state }: { state: string }) => state === 'in-sync'))).toMatchObject({ target: fleet.target, certificateId });
}, PATIENCE_MS);

it('takes over the certificate of a device that had AWS make its key, with AWS’s own device SDK', async () => {
  const { aws } = fleet.line;
  const { body: { claim } } = await handedWithoutKey('K-3');
  const { plaintext } = await compactDecrypt(claim.encryptedPrivateKey, station.privateKey);
  const own = await withClaim(aws, EU, { pem: claim.certificate, keyPem: toPem('PRIVATE KEY', Buffer.from(plaintext)) }, 'claim-K-3', async (identity) => {
    const made = await identity.createKeysAndCertificate({});
    const registered = await identity.registerThing({ templateName: claim.template, certificateOwnershipToken: made.certificateOwnershipToken!, parameters: { SerialNumber: 'K-3', Voucher: claim.voucher } });
    expect(registered.thingName).toBe('K-3');
    return made;
  });
  expect(await hearsItself(aws, EU, { pem: own.certificatePem!, keyPem: own.privateKey! }, 'K-3')).toBe('here I am');
  expect(await fleet.inLedger('K-3')).toMatchObject({ fingerprint: own.certificateId });
}, PATIENCE_MS);
