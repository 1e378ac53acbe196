import { DeleteTopicRuleCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DisableTopicRuleCommand, GetTopicRuleCommand, ListAttachedPoliciesCommand, ListThingPrincipalsCommand } from '@aws-sdk/client-iot';
import { DeleteQueueCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RegistrationRepository } from '../../src/aws-iot/registrations/registrations.repository.js';
import { RegistrationWork } from '../../src/aws-iot/registrations/registration-work.js';
import { lookAt, type Round } from '../../src/aws-iot/registrations/resource-rounds.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['iot:Connect'], Resource: 'arn:{partition}:iot:{region}:{account}:client/${iot:Connection.Thing.ThingName}' }],
};

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  // The queue alone tells of devices, unless a test makes a sweep due.
  process.env['AWS_SWEEP_MS'] = '600000';
  units = await CertifiedUnits.start({ method: 'jitr', parameters: { policy: POLICY } });
  ({ line } = units);
});
afterAll(() => line.stop());

const rows = (unitId: number) => line.db.selectFrom('unit_target').selectAll().where('unit_id', '=', unitId).orderBy('target_name').execute();
const statusIn = async (index: number, certificateId: string) =>
  (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;
const inItsBox = async (device: Device) => {
  await until('looked for once', async () => ((await rows(device.unitId)).every(({ attempts }) => attempts > 0) ? true : undefined));
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(Date.now() + 3_600_000) }).where('unit_id', '=', device.unitId).execute();
};
const sweepNow = () => line.db.updateTable('registration').set({ next_sweep_at: new Date(0) }).execute();
const registeredLeaves = async (serial: string) => (await line.leaves('unit.registered')).filter(({ subject }) => subject === `unit:${serial}`);

function sqs(index: number): { client: SQSClient; accountId: string } {
  const { accountId, region } = line.aws.account(index);
  const credentials = line.aws.sandbox.credentials.find((each) => each.accountId === accountId)!;
  return { client: new SQSClient({ endpoint: line.aws.sandbox.endpointUrl, region, credentials }), accountId };
}

it('lets a device in that AWS tells of, with policy and Thing before the certificate is ACTIVE', async () => {
  const device = await units.certify('R-ONE');
  await inItsBox(device);
  expect(await units.connect(device, EU)).toBe('closed');
  await units.connectUntilAccepted(device, EU);
  await until('in sync in one', async () => ((await rows(device.unitId))[0]!.state === 'in-sync' ? true : undefined));
  const [eu, us] = await rows(device.unitId);
  expect(eu).toMatchObject({ step: 'activate', connected_at: expect.any(Date) });
  expect(us).toMatchObject({ state: 'pending', step: 'look' });
  const { principals } = await line.aws.iot(EU).send(new ListThingPrincipalsCommand({ thingName: 'R-ONE' }));
  expect(principals).toEqual([expect.stringContaining(device.certificateId)]);
  const { policies } = await line.aws.iot(EU).send(new ListAttachedPoliciesCommand({ target: principals![0] }));
  expect(policies).toEqual([expect.objectContaining({ policyName: expect.stringMatching(/^lineside-device-[0-9a-f]{12}$/) })]);
  const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
  const { registrationConfig } = await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: fingerprint! }));
  expect(registrationConfig?.templateName).toBeUndefined();
});

it('takes an event that repeats, and whatever else is in the queue, for nothing new', async () => {
  const device = await units.certify('R-TWICE');
  await units.connectUntilAccepted(device, US);
  const { client, accountId } = sqs(US);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'lineside-jitr' }));
  const event = JSON.stringify({ certificateId: device.certificateId, caCertificateId: 'x', timestamp: 1, certificateStatus: 'PENDING_ACTIVATION', awsAccountId: accountId, certificateRegistrationTimestamp: null });
  for (const MessageBody of [event, 'not json', '{"certificateId":7}', event]) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  client.destroy();
  const later = await units.certify('R-LATER');
  await inItsBox(later);
  await units.connectUntilAccepted(later, US);
  await until('in sync', async () => ((await rows(later.unitId))[1]!.state === 'in-sync' ? true : undefined));
  expect(await registeredLeaves('R-TWICE')).toHaveLength(1);
});

it('finds a device whose event was lost', async () => {
  const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
  const device = await units.certify('R-LOST');
  await inItsBox(device);
  await line.aws.iot(EU).send(new DeleteTopicRuleCommand({ ruleName: `lineside_jitr_${fingerprint!.slice(0, 32)}` }));
  await units.connect(device, EU);
  await until('pending in AWS', async () => ((await statusIn(EU, device.certificateId)) === 'PENDING_ACTIVATION' ? true : undefined));
  await until('found by the sweep', async () => {
    await sweepNow();
    return (await rows(device.unitId))[0]!.state === 'in-sync' ? true : undefined;
  });
  expect(await units.connect(device, EU)).toBe('accepted');

  // Nothing more is issued until a person has decided about the rule.
  await line.lookAgain();
  expect((await line.call('manager', 'GET', '/v1/work-orders/WO')).body.findings).toEqual([expect.objectContaining({ target: units.targets[0], problem: expect.stringContaining('topic-rule') })]);
  expect((await line.call('officer', 'POST', `/v1/aws/registrations/${id}/${units.targets[0]}/apply`, {})).status).toBe(200);
  await until('may issue again', async () => ((await line.call('manager', 'GET', '/v1/work-orders/WO')).body.findings.length === 0 ? true : undefined));
});

it('revokes what the ledger knows as revoked, and leaves what it does not know, also where it is told to revoke that, until the orders are confirmed after a restore', async () => {
  const device = await units.certify('R-BAD');
  await line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
  await until('revoked before it ever came', async () => ((await statusIn(EU, device.certificateId)) === 'REVOKED' && (await statusIn(US, device.certificateId)) === 'REVOKED' ? true : undefined));
  expect(await units.connect(device, EU)).toBe('closed');

  const foreign = await units.certify('R-FOREIGN');
  await line.db.deleteFrom('unit_target').where('unit_id', '=', foreign.unitId).execute();
  await line.db.updateTable('certificate').set({ fingerprint: '0'.repeat(64) }).where('fingerprint', '=', foreign.certificateId).execute();
  await units.connect(foreign, US);
  await until('reported', async () => {
    await sweepNow();
    return (await line.leaves('certificate.unknown')).some(({ data }) => data['certificateId'] === foreign.certificateId) ? true : undefined;
  });
  expect(await statusIn(US, foreign.certificateId)).toBe('PENDING_ACTIVATION');

  // Another order of the family would have to say the same; here the family is told to revoke them.
  const confirmed = (unconfirmed_epoch: number | null) => line.db.updateTable('work_order').set({ unconfirmed_epoch }).execute();
  await confirmed(1);
  await line.db.updateTable('registration').set({ parameters: JSON.stringify({ policy: POLICY, unknown: 'revoke' }) }).execute();
  const lookedAt = async () => (await line.db.selectFrom('unknown_certificate').select('last_seen_at').where('certificate_id', '=', foreign.certificateId).executeTakeFirstOrThrow()).last_seen_at;
  for (const before of [await lookedAt(), new Date()]) {
    await until('looked at', async () => {
      await sweepNow();
      return (await lookedAt()) > before ? true : undefined;
    });
  }
  expect(await statusIn(US, foreign.certificateId)).toBe('PENDING_ACTIVATION');
  await confirmed(null);
  await until('revoked', async () => {
    await sweepNow();
    return (await statusIn(US, foreign.certificateId)) === 'REVOKED' ? true : undefined;
  });
});

describe('what a person did to the rule or the queue', () => {
  let url: string;
  let ruleName: string;
  beforeAll(async () => {
    const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
    [url, ruleName] = [`/v1/aws/registrations/${id}/${units.targets[0]}`, `lineside_jitr_${fingerprint!.slice(0, 32)}`];
  });
  const plan = async () => (await line.call('auditor', 'GET', `${url}/plan`)).body.differences;
  const apply = async () => (await line.call('officer', 'POST', `${url}/apply`, {})).body;
  const rowStates = async () => {
    const { body } = await line.call('auditor', 'GET', `/v1/aws/resources?target=${units.targets[0]}`);
    return Object.fromEntries(body.items.map(({ kind, state }: { kind: string; state: string }) => [kind, state]));
  };
  // The family's template, from before it had an order, stays listed.
  const allInSync = { template: 'in-sync', policy: 'in-sync', queue: 'in-sync', 'topic-rule': 'in-sync', 'ca-certificate': 'in-sync' };

  it('a disabled rule is shown with both sides, and enabled again by apply', async () => {
    const enabled = async () => (await line.aws.iot(EU).send(new GetTopicRuleCommand({ ruleName }))).rule?.ruleDisabled !== true;
    await line.aws.iot(EU).send(new DisableTopicRuleCommand({ ruleName }));
    await line.lookAgain();
    expect(await plan()).toEqual([expect.objectContaining({ kind: 'topic-rule', setting: 'enabled', is: false, should: true, canApply: true })]);
    expect(await rowStates()).toEqual({ ...allInSync, 'topic-rule': 'drifted' });
    expect(await enabled()).toBe(false);
    expect(await apply()).toMatchObject({ differences: [], madeRight: [expect.stringContaining('been disabled')] });
    expect(await enabled()).toBe(true);
    expect(await rowStates()).toEqual(allInSync);
  });

  it('a look that began before apply and ends after it does not take back what was made right', async () => {
    const { id } = await line.db.selectFrom('authority').select('id').executeTakeFirstOrThrow();
    const claim = await line.app.get(RegistrationRepository, { strict: false }).terms(id, units.targets[0]!);
    const target = await line.app.get(TargetRepository, { strict: false }).get(claim.target);
    await line.aws.iot(EU).send(new DisableTopicRuleCommand({ ruleName }));
    const overtaken: Round = async (resource, ...rest) => {
      const seen = await lookAt(resource, ...rest);
      if (resource.kind === 'topic-rule') expect((await apply()).madeRight).toHaveLength(1);
      return seen;
    };
    const worked = await line.app.get(RegistrationWork, { strict: false }).eachResource(claim, target, overtaken, false);
    expect(worked.flatMap(({ result }) => result.differences)).toMatchObject([{ change: 'enabled' }]);
    expect(await rowStates()).toEqual(allInSync);
  });

  it('a deleted queue is seen at once, and after apply the rule stands as in sync as the queue', async () => {
    const { client } = sqs(EU);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'lineside-jitr' }));
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    client.destroy();
    expect(await plan()).toMatchObject([{ kind: 'queue', setting: 'exists' }]);
    expect(await rowStates()).toEqual({ ...allInSync, queue: 'drifted' });
    await line.lookAgain();
    expect(await rowStates()).toEqual({ ...allInSync, queue: 'drifted' });
    expect((await apply()).differences).toEqual([]);
    expect(await rowStates()).toEqual(allInSync);
    await line.lookAgain();
    expect(await rowStates()).toEqual(allInSync);
  });
});
