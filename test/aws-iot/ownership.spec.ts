import {
  CreateProvisioningTemplateVersionCommand, DeleteCACertificateCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DescribeProvisioningTemplateCommand, UpdateCACertificateCommand, UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
let target: string;
let authority: string;
let ca: string;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
  target = units.targets[0]!;
  const row = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
  [authority, ca] = [row.id, row.fingerprint!];
});
afterAll(() => line.stop());

const url = (what: string) => `/v1/aws/registrations/${authority}/${target}/${what}`;
const plan = async () => (await line.call('auditor', 'GET', url('plan'))).body.differences;
const decide = (what: 'apply' | 'accept', body: object = {}) => line.call('officer', 'POST', url(what), body);
const inAws = async () => (await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: ca }))).certificateDescription;
const setCa = (change: object) => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: ca, ...change }));
const setEnabled = (enabled: boolean) => line.aws.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName: 'lineside-jitp', enabled }));
async function deleteCa() {
  await setCa({ newStatus: 'INACTIVE' });
  await line.aws.iot(EU).send(new DeleteCACertificateCommand({ certificateId: ca }));
}

describe('what a person changed in AWS', () => {
  it('stays, is shown beside what should be, and stops the orders of its target', async () => {
    expect(await plan()).toEqual([]);
    await setCa({ newAutoRegistrationStatus: 'DISABLE' });
    await line.lookAgain();
    expect((await inAws())?.autoRegistrationStatus).toBe('DISABLE');
    expect(await plan()).toEqual([{
      kind: 'ca-certificate', name: ca, setting: 'autoRegistration', is: 'DISABLE', should: 'ENABLE', what: 'auto-registration of the CA is off', keepsOut: true, accepted: false, canApply: true,
      remedy: expect.stringContaining(`${url('apply')}. In AWS it is aws iot update-ca-certificate `),
    }]);
    expect((await line.call('manager', 'GET', '/v1/work-orders/WO')).body.findings).toMatchObject([{ target }]);
    expect(await line.leaves('registration.mended')).toEqual([]);
  });

  it('is made right by an officer, on record', async () => {
    expect((await line.call('manager', 'POST', url('apply'), {})).status).toBe(403);
    expect(await decide('apply', { reason: 'over' })).toMatchObject({ status: 200, body: { differences: [] } });
    expect(await inAws()).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    const [ordered] = await line.leaves('registration.apply-ordered');
    expect(ordered).toEqual({ actor: expect.stringMatching(/^key:/), subject: `authority:${authority}`, data: { authority, target, differences: ['auto-registration of the CA is off'], reason: 'over' } });
    expect((await line.leaves('registration.mended')).map(({ data }) => data)).toEqual([{ authority, target, changes: ['autoRegistration'] }]);
    expect((await line.call('manager', 'GET', '/v1/work-orders/WO')).body.findings).toEqual([]);
  });

  it('that is an emergency stop is lifted by an officer too, and by nothing else', async () => {
    await line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { ownership: 'enforce' });
    await setCa({ newStatus: 'INACTIVE' });
    await line.lookAgain();
    expect((await inAws())?.status).toBe('INACTIVE');
    await line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { ownership: 'report' });
    expect((await decide('apply')).body.differences).toEqual([]);
    expect((await inAws())?.status).toBe('ACTIVE');
  });

  it('is taken over by an officer: it stands in the plan as accepted, stops nothing by itself until it changes again, and keeps devices out all the same', async () => {
    await setEnabled(false);
    await line.lookAgain();
    expect(await decide('accept', { reason: 'ours' })).toMatchObject({ status: 200, body: { differences: [{ setting: 'enabled', is: false, should: true, accepted: true }] } });
    expect(await line.registration(authority, target)).toMatchObject({ state: 'in-sync', problem: 'In AWS the template lineside-jitp has been disabled' });
    const { body } = await line.call('auditor', 'GET', `/v1/aws/resources?target=${target}`);
    expect(body.items.find(({ kind }: { kind: string }) => kind === 'template')).toMatchObject({ state: 'in-sync', accepted: { enabled: false } });
    expect((await line.leaves('registration.accepted')).map(({ data }) => data)).toEqual([{ authority, target, settings: ['template lineside-jitp: enabled'], reason: 'ours' }]);
    await setEnabled(true);
    await line.lookAgain();
    expect(await line.registration(authority, target)).toMatchObject({ state: 'in-sync', problem: null });
  });
});

describe('what only differs because we want something new', () => {
  it('comes as a new version by itself: no upgrade leaves a registration drifted', async () => {
    const describe = () => line.aws.iot(EU).send(new DescribeProvisioningTemplateCommand({ templateName: 'lineside-jitp' }));
    const { templateBody: ours } = await describe();
    // As an older version of the service had it.
    const former = JSON.stringify({ ...JSON.parse(ours!), Parameters: { 'AWS::IoT::Certificate::CommonName': { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' }, 'AWS::IoT::Certificate::Country': { Type: 'String' } } });
    await line.aws.iot(EU).send(new CreateProvisioningTemplateVersionCommand({ templateName: 'lineside-jitp', templateBody: former, setAsDefault: true }));
    await line.db.updateTable('target_resource').set({ applied: sql<string>`applied || ${JSON.stringify({ body: former })}::jsonb` }).where('target_name', '=', target).where('kind', '=', 'template').execute();
    await line.lookAgain();
    expect(JSON.parse((await describe()).templateBody!)).toEqual(JSON.parse(ours!));
    expect(await line.registration(authority, target)).toMatchObject({ state: 'in-sync', problem: null });
  });
});

describe('a CA that was deleted in AWS', () => {
  it('is not made anew without an officer, and knows then whom to keep out before it lets devices in', async () => {
    const device = await units.certify('REVOKED-MEANWHILE');
    await deleteCa();
    await line.lookAgain();
    expect(await inAws().catch((error: Error) => error.name)).toBe('ResourceNotFoundException');
    expect(await plan()).toMatchObject([{ kind: 'ca-certificate', setting: 'exists', is: false, should: true }]);
    expect(await line.registration(authority, target)).toMatchObject({ state: 'drifted', problem: `In AWS there is no ca-certificate ${ca}` });

    await line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
    await until('AWS can’t register it while it does not know its CA', async () => {
      const row = await line.db.selectFrom('unit_target').select(['detail', 'desired']).where('certificate_id', '=', device.certificateId).where('target_name', '=', target).executeTakeFirstOrThrow();
      return row.desired === 'REVOKED' && row.detail !== null ? true : undefined;
    });
    // As after hours of trying.
    await line.db.updateTable('unit_target').set({ next_attempt_at: new Date('2100-01-01') }).where('certificate_id', '=', device.certificateId).where('target_name', '=', target).execute();

    line.edge.seen.length = 0;
    expect((await decide('apply')).status).toBe(200);
    await line.registrationIn('in-sync', authority, target);
    expect(await inAws()).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    expect(line.edge.mutations.filter((call) => !call.includes('/certificates/'))).toEqual(['POST /cacertificate', 'POST /certificate/register', `PUT /cacertificate/${ca}`]);
    const { certificateDescription } = await line.aws.iot(EU).send(new DescribeCertificateCommand({ certificateId: device.certificateId }));
    expect(certificateDescription?.status).toBe('REVOKED');
    for (let tries = 0; tries < 3; tries++) expect(await units.connect(device, EU)).not.toBe('accepted');
  });
});

describe('a registration that fails', () => {
  it('says since when, how often, at which step, with AWS’s error, and is tried again at once when somebody asks', async () => {
    line.edge.denied = /cacertificate/;
    await line.lookAgain();
    const failed = await line.registration(authority, target);
    expect(failed).toMatchObject({ state: 'failed', step: 'watch', awsError: 'AccessDeniedException', attempts: expect.any(Number), remedy: expect.stringMatching(/\w/) });
    expect(failed.attempts).toBeGreaterThan(0);
    expect(+new Date(failed.nextAttempt)).toBeGreaterThan(+new Date(failed.since));
    await line.app.get(LedgerMetrics, { strict: false }).read();
    const { body: metrics } = await line.call('auditor', 'GET', '/metrics');
    expect(metrics).toMatch(new RegExp(`lineside_aws_registration_problems\\{target="${target}"\\} 1\n`));
    expect(metrics).toMatch(new RegExp(`lineside_aws_failed_attempts\\{target="${target}"\\} [1-9]`));
    await line.db.updateTable('registration').set({ next_attempt_at: new Date('2100-01-01') }).where('target_name', '=', target).execute();
    line.edge.denied = undefined;
    expect((await line.call('operator', 'POST', url('retry'))).status).toBe(200);
    expect(await line.registrationIn('in-sync', authority, target)).toMatchObject({ awsError: null, attempts: 0 });
    expect(await line.call('officer', 'POST', `/v1/aws/registrations/${authority}/nowhere/retry`)).toMatchObject({ status: 404, body: { code: 'registration-unknown' } });
  });
});
