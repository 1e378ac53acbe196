import {
  AttachPolicyCommand, AttachThingPrincipalCommand, DeleteCertificateCommand, DetachPolicyCommand, DetachThingPrincipalCommand, RegisterCertificateWithoutCACommand, UpdateCACertificateCommand, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import type { CertifiedUnits } from '../aws-iot/support/certified-units.js';
import type { Line } from '../aws-iot/support/line.js';
import { CONFIG, type Config } from '../../src/config/config.js';
import type { Examined } from '../../src/local/examination.js';
import { checkRenewals } from '../../src/local/renewal-checks.js';
import { EU, US } from '../sandbox/support/bench.js';
import { deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { Field, url } from './field.js';

let field: Field;
let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  field = await Field.start();
  ({ units, line } = field);
}, 120_000);
afterAll(() => line?.stop());

it('takes the old certificate away only while AWS says that each target lets the new one in, and goes on once a person has mended what it names', async () => {
  const old = await field.registered('R-14');
  const device = await field.fetched(old, deviceKey());
  const { certificateId } = device;
  const [iot, arn, [policyName]] = [line.aws.iot(US), await field.arnIn(US, certificateId), (await field.policiesIn(US, certificateId))!];
  const stands = (problem: string, state: string) => field.stateOf('R-14', (body) => body['state'] === state && body['detail'] === `${units.targets[1]}: In AWS ${problem}`);
  await iot.send(new DetachPolicyCommand({ policyName, target: arn }));
  await field.reportSeen('R-14');
  expect(await stands('the certificate has no policy attached', 'delivered')).toMatchObject({
    step: 'look', awsError: null, attempts: expect.any(Number), since: expect.any(String), nextAttempt: expect.any(String), remedy: expect.stringContaining(`Attach a policy to the certificate in ${units.targets[1]}`),
  });
  const named = await until('doctor names it', async () => (await checkRenewals({ databaseUrl: line.app.get<Config>(CONFIG).DATABASE_URL } as Examined)).find(({ name }) => name === 'renewal of R-14'));
  expect(named).toMatchObject({
    state: 'warn', finding: expect.stringMatching(/^delivered: .*no policy attached\. Looked at \d+ times at step look; so since /), remedy: expect.stringContaining('Attach a policy'),
  });
  await iot.send(new DetachThingPrincipalCommand({ thingName: 'R-14', principal: arn }));
  expect((await stands('there is no Thing R-14 with the certificate attached', 'delivered')).remedy).toContain('to the Thing R-14');
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
  expect((await stands('the certificate is INACTIVE', 'delivered')).remedy).toContain(`Set the certificate ACTIVE in ${units.targets[1]}`);
  await iot.send(new DeleteCertificateCommand({ certificateId }));
  expect((await stands('the certificate is not registered', 'delivered')).remedy).toContain('Register the certificate');
  expect(await field.certificatesOf(old)).toEqual(['current valid', 'successor valid']);
  expect([await field.statusIn(EU, old.certificateId), await field.statusIn(US, old.certificateId), await units.connect(old, US)]).toEqual(['ACTIVE', 'ACTIVE', 'accepted']);

  await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: device.pem, status: 'ACTIVE' }));
  await iot.send(new AttachPolicyCommand({ policyName, target: arn }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: 'R-14', principal: arn }));
  expect(await field.stateOf('R-14', 'grace')).toMatchObject({ detail: null, step: null, remedy: null });

  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
  await field.graceIsOver('R-14');
  expect((await stands('the certificate is INACTIVE', 'grace')).remedy).toContain('or cancel the renewal');
  expect(await field.certificatesOf(old)).toEqual(['former valid', 'current valid']);
  expect(await field.statusIn(US, old.certificateId)).toBe('INACTIVE');
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'ACTIVE' }));
  expect(await field.stateOf('R-14', 'done')).toMatchObject({ nextAttempt: null, detail: null });
  await field.settled(old, 'REVOKED');
});

it('leaves the old certificate in use in a target where the new one was spoilt before AWS could be told there', async () => {
  const old = await field.registered('R-21');
  const device = await field.fetched(old, deviceKey());
  const [iot, target, region] = [line.aws.iot(US), await field.arnIn(US, device.certificateId), line.aws.account(US).region];
  const [policyName] = (await field.policiesIn(US, device.certificateId))!;
  await line.aws.admin('POST', 'faults', { kind: 'deny', action: 'iot:UpdateCertificate', region });
  try {
    await field.reportSeen('R-21');
    expect(await field.stateOf('R-21', ({ awsError }) => awsError !== null)).toMatchObject({ state: 'seen', awsError: 'AccessDeniedException', step: 'suspend', remedy: expect.stringContaining('Allow the target’s role') });
    await iot.send(new DetachPolicyCommand({ policyName, target }));
    // Hours later.
    await line.db.updateTable('unit_target').set({ observed_at: new Date(0) }).where('certificate_id', '=', device.certificateId).execute();
  } finally {
    await line.aws.admin('DELETE', 'faults');
  }
  expect(await field.stateOf('R-21', ({ detail }) => String(detail).includes('no policy attached'))).toMatchObject({
    state: 'seen', detail: `${units.targets[1]}: The old certificate stays in use, since of the new one the certificate has no policy attached in AWS`, awsError: null,
  });
  expect([await field.statusIn(US, old.certificateId), await units.connect(old, US)]).toEqual(['ACTIVE', 'accepted']);
  await iot.send(new AttachPolicyCommand({ policyName, target }));
  await field.stateOf('R-21', 'grace');
  expect([await field.statusIn(US, old.certificateId), await units.connect(device, US)]).toEqual(['INACTIVE', 'accepted']);
});

it('switches nothing off while a target that has yet to meet the device could not take it', async () => {
  const old = await field.introduced('R-15');
  const device = await field.fetched(old, deviceKey());
  const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).where('family', '=', line.family).executeTakeFirstOrThrow();
  const setCa = async (newStatus: 'ACTIVE' | 'INACTIVE') => {
    await line.aws.iot(US).send(new UpdateCACertificateCommand({ certificateId: fingerprint!, newStatus }));
    await line.registrationLookedAt(id, units.targets[1]!);
  };
  await setCa('INACTIVE');
  await field.reportSeen('R-15');
  expect(await field.stateOf('R-15', ({ detail }) => String(detail).startsWith(`${units.targets[1]}: The CA certificate`))).toMatchObject({ state: 'delivered', detail: expect.stringContaining('is INACTIVE there'), remedy: expect.stringContaining('update-ca-certificate') });
  expect(await units.connect(old, EU)).toBe('accepted');
  await setCa('ACTIVE');
  await field.stateOf('R-15', 'grace');
  expect(await units.connect(device, EU)).toBe('accepted');
});

it('leaves a stop that a person has made in AWS', async () => {
  const old = await field.registered('R-4');
  await line.aws.iot(EU).send(new UpdateCertificateCommand({ certificateId: old.certificateId, newStatus: 'INACTIVE' }));
  const key = deviceKey();
  const { body } = await field.renew('R-4', key);
  await field.stateOf('R-4', ({ detail }) => String(detail).includes('present certificate is INACTIVE in AWS'));
  expect(await field.statusIn(EU, body.certificateId)).not.toBe('ACTIVE');
  expect((await field.renew('R-4', key)).status).toBe(202);
  // Whoever has lifted it need not wait for the next attempt.
  await until('no round is under way, which holds what it is at for 30 s', async () => {
    const rounds = await line.db.selectFrom('unit_target').select('next_attempt_at as next').where('unit_id', '=', old.unitId).where('state', '=', 'pending').execute();
    const looks = await line.db.selectFrom('renewal').select('next_look_at as next').where('unit_id', '=', old.unitId).execute();
    const inMs = [...rounds, ...looks].map(({ next }) => +next - Date.now());
    return inMs.every((ms) => ms > 100 && ms < 20_000) ? true : undefined;
  });
  const later = new Date('2100-01-01');
  await line.db.updateTable('unit_target').set({ next_attempt_at: later }).where('unit_id', '=', old.unitId).where('state', '=', 'pending').execute();
  await line.db.updateTable('renewal').set({ next_look_at: later }).where('unit_id', '=', old.unitId).execute();
  await line.aws.iot(EU).send(new UpdateCertificateCommand({ certificateId: old.certificateId, newStatus: 'ACTIVE' }));
  expect(await line.call('operator', 'POST', url('R-4', '/retry'))).toMatchObject({ status: 200, body: { serial: 'R-4', state: 'registering' } });
  await until('it is ready', async () => ((await field.standing('R-4')).state === 'ready' ? true : undefined));
  expect(await units.connect(await field.fetched(old, key), EU)).toBe('accepted');
});

it('keeps a unit that is set aside out with both certificates, and afterwards lets it in as before', async () => {
  const old = await field.registered('R-7');
  await field.setState('R-7', 'passed');
  const device = await field.fetched(old, deviceKey());
  const decide = (act: 'quarantine' | 'release') => line.call('operator', 'POST', `/v1/units/R-7/${act}`, { reason: 'test' });
  const inAws = async (ofOld: 'ACTIVE' | 'INACTIVE', ofNew: 'ACTIVE' | 'INACTIVE') => {
    await field.settled(old, ofOld);
    await field.settled(device, ofNew);
    expect([await field.statusIn(EU, old.certificateId), await field.statusIn(EU, device.certificateId)]).toEqual([ofOld, ofNew]);
  };
  const live = await units.stayConnected(old, EU);
  const ended = new Promise<void>((resolve) => live.once('close', () => resolve()));
  await decide('quarantine');
  await inAws('INACTIVE', 'INACTIVE');
  await ended;
  expect(await field.renew('R-7', deviceKey())).toMatchObject({ status: 409, body: { code: 'unit-quarantined' } });
  await decide('release');
  await inAws('ACTIVE', 'ACTIVE');

  await field.reportSeen('R-7');
  await field.stateOf('R-7', 'grace');
  await decide('quarantine');
  await inAws('INACTIVE', 'INACTIVE');
  await decide('release');
  await inAws('INACTIVE', 'ACTIVE');
  expect(await units.connect(device, EU)).toBe('accepted');
});

it.each([
  ['introduces itself', 'R-16', (serial: string) => field.introduced(serial)],
  ['is registered by us', 'R-17', (serial: string) => field.registered(serial)],
] as const)('lets a renewed unit that %s in again after a quarantine, though its former certificate is gone in AWS', async (_, serial, made) => {
  const old = await made(serial);
  await field.setState(serial, 'passed');
  const device = await field.fetched(old, deviceKey());
  await field.reportSeen(serial);
  await field.stateOf(serial, 'grace');
  await field.graceIsOver(serial);
  await field.stateOf(serial, 'done');
  await field.settled(old, 'REVOKED');
  await line.aws.iot(EU).send(new DetachThingPrincipalCommand({ thingName: serial, principal: await field.arnIn(EU, old.certificateId) }));
  await line.aws.iot(EU).send(new DeleteCertificateCommand({ certificateId: old.certificateId, forceDelete: true }));
  const decide = (act: 'quarantine' | 'release') => line.call('operator', 'POST', `/v1/units/${serial}/${act}`, { reason: 'test' });
  await decide('quarantine');
  await field.settled(device, 'INACTIVE', units.targets[0]);
  expect(await units.connect(device, EU)).toBe('closed');
  await decide('release');
  await field.settled(device, 'ACTIVE', units.targets[0]);
  expect([await field.statusIn(EU, device.certificateId), await units.connect(device, EU)]).toEqual(['ACTIVE', 'accepted']);
});

it('lets a renewed unit in again whose former certificate has lost its policy and its Thing in AWS', async () => {
  const old = await field.registered('R-18');
  await field.setState('R-18', 'passed');
  const device = await field.fetched(old, deviceKey());
  await field.reportSeen('R-18');
  await field.stateOf('R-18', 'grace');
  const [iot, target] = [line.aws.iot(EU), await field.arnIn(EU, old.certificateId)];
  for (const policyName of (await field.policiesIn(EU, old.certificateId))!) await iot.send(new DetachPolicyCommand({ policyName: policyName!, target }));
  await iot.send(new DetachThingPrincipalCommand({ thingName: 'R-18', principal: target }));
  for (const act of ['quarantine', 'release'] as const) {
    await line.call('operator', 'POST', `/v1/units/R-18/${act}`, { reason: 'test' });
    await field.settled(device, act === 'quarantine' ? 'INACTIVE' : 'ACTIVE', units.targets[0]);
  }
  expect(await units.connect(device, EU)).toBe('accepted');
});
