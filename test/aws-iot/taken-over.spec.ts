import {
  CreatePolicyVersionCommand, DeleteCACertificateCommand, DescribeCACertificateCommand, GetPolicyCommand, UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import type { Examined } from '../../src/local/examination.js';
import { checkTargets } from '../../src/local/target-checks.js';
import { EU } from '../sandbox/support/bench.js';
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
const decide = async (what: 'apply' | 'accept', body: object = {}) => (await line.call('officer', 'POST', url(what), body)).body;
const inAws = async () => (await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: ca }))).certificateDescription;
const setCa = (change: object) => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: ca, ...change }));
const findings = async () => (await line.call('manager', 'GET', '/v1/work-orders/WO')).body.findings;
async function takenOver(kind: string) {
  const { body } = await line.call('auditor', 'GET', `/v1/aws/resources?target=${target}`);
  return body.items.find((each: { kind: string }) => each.kind === kind).accepted;
}

const STOPS = [
  ['that the CA is INACTIVE', { newStatus: 'INACTIVE' }, { newStatus: 'ACTIVE' }, { setting: 'status', is: 'INACTIVE', should: 'ACTIVE' }],
  ['that auto-registration of the CA is off', { newAutoRegistrationStatus: 'DISABLE' }, { newAutoRegistrationStatus: 'ENABLE' }, { setting: 'autoRegistration', is: 'DISABLE', should: 'ENABLE' }],
] as const;

describe('what an officer has taken over', () => {
  it.each(STOPS)('stands in the plan as accepted, and apply makes it right and ends that: %s', async (_, stop, lift, sides) => {
    await setCa(stop);
    await line.lookAgain();
    const accepted = { kind: 'ca-certificate', name: ca, ...sides, accepted: true, keepsOut: true, canApply: true, remedy: expect.stringContaining('POST …/apply') };
    expect((await decide('accept')).differences).toEqual([expect.objectContaining(accepted)]);
    expect(await plan()).toEqual([expect.objectContaining(accepted)]);
    expect(await line.registration(authority, target)).toMatchObject({ state: 'in-sync', problem: expect.any(String), remedy: expect.stringContaining('/apply') });

    const { differences, madeRight } = await decide('apply');
    expect({ differences, madeRight }).toEqual({ differences: [], madeRight: [expect.stringContaining('the CA')] });
    expect(await inAws()).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    expect(await takenOver('ca-certificate')).toEqual({});
    expect(await findings()).toEqual([]);

    await setCa(stop);
    expect(await plan()).toMatchObject([{ ...sides, accepted: false }]);
    await setCa(lift);
    await line.lookAgain();
  });

  it.each(STOPS)('is forgotten once it was otherwise: %s', async (_, stop, lift, sides) => {
    await setCa(stop);
    await decide('accept');
    await setCa(lift);
    await line.lookAgain();
    expect(await takenOver('ca-certificate')).toEqual({});
    await setCa(stop);
    await line.lookAgain();
    expect(await line.registration(authority, target)).toMatchObject({ state: 'drifted' });
    expect(await plan()).toMatchObject([{ ...sides, accepted: false }]);
    await decide('apply');
  });

  it('is no measure for what a person changes later: what comes back after something else is reported and left', async () => {
    const document = (sid: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: sid, Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] });
    const policyName = (await line.db.selectFrom('target_resource').select('name').where('kind', '=', 'policy').where('target_name', '=', target).executeTakeFirstOrThrow()).name;
    const change = (sid: string) => line.aws.iot(EU).send(new CreatePolicyVersionCommand({ policyName, policyDocument: document(sid), setAsDefault: true }));
    await change('one');
    await decide('accept');
    await change('two');
    await line.lookAgain();
    await change('one');
    await line.lookAgain();
    expect(JSON.parse((await line.aws.iot(EU).send(new GetPolicyCommand({ policyName }))).policyDocument!)).toEqual(JSON.parse(document('one')));
    expect(await plan()).toMatchObject([{ kind: 'policy', setting: 'document', accepted: false }]);
    await decide('apply');
    expect(await plan()).toEqual([]);
  });

  it('is not made anew where it was deleted, also where AWS is ours to enforce, until an officer applies it; the answer says what was made', async () => {
    await setCa({ newStatus: 'INACTIVE' });
    await line.aws.iot(EU).send(new DeleteCACertificateCommand({ certificateId: ca }));
    const gone = { kind: 'ca-certificate', setting: 'exists', is: false, should: true, accepted: true, canApply: true };
    expect((await decide('accept')).differences).toMatchObject([gone]);
    await line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { ownership: 'enforce' });
    await line.lookAgain();
    expect(await inAws().catch((error: Error) => error.name)).toBe('ResourceNotFoundException');
    await line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { ownership: 'report' });
    expect(await plan()).toMatchObject([gone]);

    expect((await decide('apply')).madeRight).toEqual([`there is no ca-certificate ${ca}`]);
    await line.registrationIn('in-sync', authority, target);
    expect(await inAws()).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    expect(await takenOver('ca-certificate')).toEqual({});
  });
});

describe('a stop that a person made in AWS', () => {
  it.each(STOPS)('has one remedy in the plan, the order and doctor, and that one works: %s', async (_, stop) => {
    await setCa(stop);
    await line.lookAgain();
    const [{ remedy }] = await plan();
    const [, path] = /POST (\S+\/apply)\./.exec(remedy)!;
    const told = `${remedy} It is seen within half a minute.`;
    expect(await findings()).toMatchObject([{ target, remedy: told }]);
    expect((await line.registration(authority, target)).remedy).toBe(told);
    expect(await checkTargets({ databaseUrl: line.ledgerUrl } as Examined)).toEqual([expect.objectContaining({ name: `AWS target ${target}`, state: 'fail', remedy: expect.stringContaining(told) })]);

    expect((await line.call('officer', 'POST', path!, {})).body.differences).toEqual([]);
    expect(await inAws()).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    expect(await findings()).toEqual([]);
  });
});
