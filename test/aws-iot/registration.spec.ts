import {
  DescribeCACertificateCommand,
  DescribeProvisioningTemplateCommand,
  GetPolicyCommand,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';

let line: Line;
beforeEach(async () => {
  line = await Line.start();
});
afterEach(() => line.stop());

const describeCa = async (index: number, certificateId: string) => line.aws.iot(index).send(new DescribeCACertificateCommand({ certificateId }));

describe('an authority in its targets', () => {
  it('is registered, active and with auto-registration, in both modes and in accounts of its own', async () => {
    const targets = [await line.addTarget(EU), await line.addTarget(US), await line.addTarget(FRANKFURT, { mode: 'DEFAULT' })];
    const { id, fingerprint } = await line.addAuthority();
    for (const target of targets) await line.registrationIn('in-sync', id, target);
    for (const [index, mode] of [[EU, 'SNI_ONLY'], [US, 'SNI_ONLY'], [FRANKFURT, 'DEFAULT']] as const) {
      const { certificateDescription, registrationConfig } = await describeCa(index, fingerprint);
      expect(certificateDescription).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE', certificateMode: mode, customerVersion: 1 });
      expect(registrationConfig).toEqual({ templateName: 'lineside-jitp' });
    }
    const { body } = await line.call('officer', 'GET', `/v1/authorities/${id}`);
    expect(body).toMatchObject({ state: 'registered', registrations: targets.toSorted().map((target) => ({ target, state: 'in-sync', caCertificateId: fingerprint })) });
    expect(await line.leaves('authority.registered')).toEqual([{ actor: 'system', subject: `authority:${id}`, data: { id, targets: targets.toSorted() } }]);
    expect(await line.leaves('registration.in-sync')).toHaveLength(3);
  });

  it('finds a JITP template and a device policy there, made before the CA', async () => {
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    expect(line.edge.mutations).toEqual(['POST /policies/lineside-device', 'POST /provisioning-templates', 'POST /cacertificate']);
    const template = await line.aws.iot(EU).send(new DescribeProvisioningTemplateCommand({ templateName: 'lineside-jitp' }));
    expect(template).toMatchObject({ type: 'JITP', enabled: true, provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning' });
    const policy = await line.aws.iot(EU).send(new GetPolicyCommand({ policyName: 'lineside-device' }));
    expect(JSON.parse(policy.policyDocument!).Statement[1]).toEqual({
      Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: 'arn:aws:iot:eu-west-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*',
    });
  });

  it('is made right where something of ours is due there, though somebody asks for its activation all the while', async () => {
    const target = await line.addTarget(EU);
    const { id, fingerprint } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    // As where the family’s first order wants something else, and the next round is another worker’s.
    await line.db.updateTable('registration').set({ step: 'make', state: 'pending', next_attempt_at: new Date('2100-01-01') }).where('authority_id', '=', id).execute();
    await line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint, newAutoRegistrationStatus: 'DISABLE' }));
    await until('activated', async () => ((await line.call('officer', 'POST', `/v1/authorities/${id}/activate`)).status === 200 ? true : undefined));
    expect((await describeCa(EU, fingerprint)).certificateDescription).toMatchObject({ autoRegistrationStatus: 'ENABLE' });
  });

  it('is not touched when it is looked at again', async () => {
    const targets = [await line.addTarget(EU), await line.addTarget(FRANKFURT, { mode: 'DEFAULT' })];
    const { id, fingerprint } = await line.addAuthority();
    for (const target of targets) await line.registrationIn('in-sync', id, target);
    const before = await Promise.all([EU, FRANKFURT].map((index) => describeCa(index, fingerprint)));
    const calls = line.edge.mutations.length;
    await line.lookAgain();
    const after = await Promise.all([EU, FRANKFURT].map((index) => describeCa(index, fingerprint)));
    expect(after.map(({ certificateDescription }) => certificateDescription)).toEqual(before.map(({ certificateDescription }) => certificateDescription));
    expect(line.edge.mutations).toHaveLength(calls);
    expect(await line.leaves('registration.in-sync')).toHaveLength(2);
  });

  it('is taken as it is when somebody registered it before us', async () => {
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    // As after a crash between AWS's answer and our commit.
    await line.db.updateTable('registration').set({ state: 'pending', observed: null, ca_certificate_id: null, next_attempt_at: new Date() }).execute();
    await line.registrationIn('in-sync', id, target);
    expect(line.edge.mutations.filter((call) => call === 'POST /cacertificate')).toHaveLength(1);
  });

  it('stays INACTIVE where somebody stopped it in AWS, and is in sync again when a person has lifted that', async () => {
    const target = await line.addTarget(EU);
    const { id, fingerprint } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    const set = (newStatus: 'ACTIVE' | 'INACTIVE') => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint, newStatus }));
    await set('INACTIVE');
    await line.lookAgain();
    expect((await describeCa(EU, fingerprint)).certificateDescription).toMatchObject({ status: 'INACTIVE' });
    expect(await line.registration(id, target)).toMatchObject({
      state: 'drifted', problem: `The CA certificate ${fingerprint} is INACTIVE there`, remedy: expect.stringContaining(`--certificate-id ${fingerprint} --new-status ACTIVE`),
    });
    await set('ACTIVE');
    await line.lookAgain();
    expect(await line.registration(id, target)).toMatchObject({ state: 'in-sync', problem: null, remedy: null });
    expect(await line.leaves('registration.mended')).toEqual([]);
  });

  it('lets devices in again, on record, when somebody turns auto-registration off in an AWS that is ours to enforce', async () => {
    const target = await line.addTarget(EU, { ownership: 'enforce' });
    const { id, fingerprint } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    await line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint, newAutoRegistrationStatus: 'DISABLE' }));
    await line.lookAgain();
    expect((await describeCa(EU, fingerprint)).certificateDescription).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    expect(await line.leaves('registration.mended')).toEqual([
      { actor: 'system', subject: `authority:${id}`, data: { authority: id, target, changes: ['autoRegistration'] } },
    ]);
  });

  it('is shown as drifted when the template was changed, which is left as it is', async () => {
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    await line.aws.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName: 'lineside-jitp', enabled: false }));
    await line.lookAgain();
    expect(await line.registration(id, target)).toMatchObject({ state: 'drifted', detail: 'In AWS the template lineside-jitp has been disabled', problem: 'In AWS the template lineside-jitp has been disabled' });
    const { enabled } = await line.aws.iot(EU).send(new DescribeProvisioningTemplateCommand({ templateName: 'lineside-jitp' }));
    expect(enabled).toBe(false);
  });

  it('is not started again by the repeat of an officer’s word from before a stop in AWS, which is answered what differs now', async () => {
    const target = await line.addTarget(EU);
    const { id, fingerprint } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    const stop = () => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint, newStatus: 'INACTIVE' }));
    const decide = (step: string) => line.call('officer', 'POST', `/v1/aws/registrations/${id}/${target}/${step}`, { reason: 'the stop is over' }, { 'idempotency-key': `${step}-once` });
    for (const step of ['apply', 'accept']) {
      if (step === 'apply') await stop();
      expect(await decide(step)).toMatchObject({ status: 200, body: { differences: [] } });
      await stop();
      expect(await decide(step)).toMatchObject({ status: 200, body: { differences: [{ setting: 'status', is: 'INACTIVE' }] } });
      expect((await describeCa(EU, fingerprint)).certificateDescription).toMatchObject({ status: 'INACTIVE' });
      await line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: fingerprint, newStatus: 'ACTIVE' }));
    }
  });

  it('is shown as drifted when AWS holds it in the other mode, which is changed only when an officer has it registered again', async () => {
    const target = await line.addTarget(EU, { mode: 'DEFAULT' });
    const { id, fingerprint } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    await line.db.updateTable('target').set({ mode: 'SNI_ONLY' }).execute();
    await line.lookAgain();
    expect(await line.registration(id, target)).toMatchObject({
      state: 'drifted', desired: { mode: 'SNI_ONLY' }, observed: { mode: 'DEFAULT' }, detail: expect.stringContaining('in mode DEFAULT instead of SNI_ONLY'),
    });
    expect((await line.leaves('registration.drifted')).map(({ data }) => data)).toMatchObject([{ authority: id, target }]);

    // The way that the refusal of a change names.
    await line.db.updateTable('target').set({ mode: 'DEFAULT' }).execute();
    expect(await line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { mode: 'SNI_ONLY' })).toMatchObject({ status: 409, body: { code: 'target-mode-fixed', operatorAction: expect.stringContaining('/apply') } });
    await line.call('officer', 'DELETE', `/v1/aws/targets/${target}`);
    const anew = await line.addTarget(EU, { name: 'anew', mode: 'SNI_ONLY' });
    expect(await line.registrationIn('drifted', id, anew)).toMatchObject({ observed: { mode: 'DEFAULT' } });
    expect((await line.call('auditor', 'GET', `/v1/aws/registrations/${id}/${anew}/plan`)).body.differences).toMatchObject([{ setting: 'mode', is: 'DEFAULT', should: 'SNI_ONLY', canApply: true }]);
    await line.registrationLookedAt(id, anew);
    expect((await describeCa(EU, fingerprint)).certificateDescription?.certificateMode).toBe('DEFAULT');
    expect((await line.call('officer', 'POST', `/v1/aws/registrations/${id}/${anew}/apply`, {})).body.differences).toEqual([]);
    expect((await describeCa(EU, fingerprint)).certificateDescription).toMatchObject({ certificateMode: 'SNI_ONLY', status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    await line.registrationIn('in-sync', id, anew);
  });
});
