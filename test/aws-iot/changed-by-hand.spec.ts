import { CreatePolicyVersionCommand, CreateProvisioningTemplateVersionCommand, DeleteProvisioningTemplateVersionCommand, DescribeProvisioningTemplateCommand, DisableTopicRuleCommand, GetPolicyCommand, ListProvisioningTemplateVersionsCommand, UpdateCACertificateCommand, UpdateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { Reconciler } from '../../src/aws-iot/registrations/reconciler.js';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import type { Examined } from '../../src/local/examination.js';
import { checkTargets } from '../../src/local/target-checks.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { EU } from '../sandbox/support/bench.js';
import { CertifiedUnits } from './support/certified-units.js';
import { FleetLine } from './support/fleet-line.js';
import type { Line } from './support/line.js';
import { until } from '../support/until.js';
import { Station } from './support/station.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;
const POLICY = 'lineside-device';
const TEMPLATE = 'lineside-jitp';
const deny = (action: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] });

/** What a person does to an order's first target, and how the order takes it. */
class ByHand {
  private constructor(
    readonly line: Line,
    readonly target: string,
    readonly authority: string,
    readonly ca: string,
  ) {}

  static async on(line: Line, target: string): Promise<ByHand> {
    const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
    return new ByHand(line, target, id, fingerprint!);
  }

  get iot() {
    return this.line.aws.iot(EU);
  }

  setPolicy(policyDocument: string) {
    return this.iot.send(new CreatePolicyVersionCommand({ policyName: POLICY, policyDocument, setAsDefault: true }));
  }

  async template(templateName = TEMPLATE): Promise<{ Resources: Record<string, { Type: string; Properties: object }> }> {
    return JSON.parse((await this.iot.send(new DescribeProvisioningTemplateCommand({ templateName }))).templateBody!);
  }

  setTemplate(body: object, templateName = TEMPLATE) {
    return this.iot.send(new CreateProvisioningTemplateVersionCommand({ templateName, templateBody: JSON.stringify(body), setAsDefault: true }));
  }

  async findings(order = 'WO') {
    return (await this.line.call('manager', 'GET', `/v1/work-orders/${order}`)).body.findings as { target: string; problem: string; remedy: string }[];
  }

  async plan() {
    return (await this.line.call('auditor', 'GET', `/v1/aws/registrations/${this.authority}/${this.target}/plan`)).body.differences;
  }

  decide(what: 'apply' | 'accept') {
    return this.line.call('officer', 'POST', `/v1/aws/registrations/${this.authority}/${this.target}/${what}`, {});
  }

  async issue(serial: string) {
    await this.line.db.insertInto('unit').values({ serial, work_order_id: 'WO', state: 'planned' }).execute();
    return this.line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO', serial, csr: csrFor(deviceKey()) });
  }

  async problems(): Promise<string | undefined> {
    await this.line.app.get(LedgerMetrics, { strict: false }).read();
    const { body } = await this.line.call('auditor', 'GET', '/metrics');
    return new RegExp(`lineside_aws_registration_problems\\{target="${this.target}"\\} (\\d+)`).exec(body)?.[1];
  }

  async refuses(serial: string, cause: string) {
    await this.line.lookAgain();
    expect(await this.findings()).toEqual([{ target: this.target, problem: expect.stringContaining(cause), remedy: expect.stringContaining('POST …/accept') }]);
    expect(await this.issue(serial)).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining(cause) } });
    expect(await this.plan()).toEqual([expect.objectContaining({ what: cause, keepsOut: true, remedy: expect.stringContaining('POST …/accept') })]);
  }

  async issues(serial: string) {
    expect(await this.findings()).toEqual([]);
    expect((await this.issue(serial)).status).toBe(201);
  }
}

describe('what a person changed under the devices of jitp', () => {
  let line: Line;
  let byHand: ByHand;
  let station: Station;
  beforeAll(async () => {
    const units = await CertifiedUnits.start();
    ({ line } = units);
    byHand = await ByHand.on(line, units.targets[0]!);
    station = await Station.on(line, 'hall');
  });
  afterAll(() => line.stop());

  it('stops the orders of the target: no certificate, no PASS, no release, and everybody names it', async () => {
    const slot = await station.claim('U-FIRST');
    expect((await slot.identity()).status).toBe(201);
    await byHand.setPolicy(deny('iot:*'));
    await byHand.refuses('DENIED', `the policy ${POLICY} has another document`);
    expect(await slot.result('PASS')).toMatchObject({ status: 409, body: { code: 'may-not-issue' } });
    expect((await line.call('manager', 'POST', '/v1/work-orders', { id: 'NEXT', product: 'P', line: 'L1', authority: line.family, quantity: 1, targets: [byHand.target], serials: ['NEXT-1'] })).status).toBe(201);
    expect(await line.call('manager', 'POST', '/v1/work-orders/NEXT/release')).toMatchObject({ status: 409, body: { code: 'order-not-ready', findings: [{ target: byHand.target }] } });
    expect(await checkTargets({ databaseUrl: line.ledgerUrl } as Examined)).toEqual([expect.objectContaining({
      name: `AWS target ${byHand.target}`, state: 'fail', finding: expect.stringContaining('has another document'), remedy: expect.stringContaining('POST …/accept'),
    })]);
    expect(await byHand.problems()).toBe('1');

    // A person says that devices get in with it.
    expect((await byHand.decide('accept')).status).toBe(200);
    await byHand.issues('TAKEN-OVER');
    expect(await slot.result('PASS')).toMatchObject({ status: 200 });
    expect(await byHand.problems()).toBe('0');
  });

  it('stops them again when it changes again, until an officer has it made right', async () => {
    await byHand.setPolicy(deny('iot:Connect'));
    await byHand.refuses('DENIED-AGAIN', `the policy ${POLICY} has another document`);
    expect(await byHand.decide('apply')).toMatchObject({ status: 200, body: { differences: [] } });
    expect(JSON.parse((await byHand.iot.send(new GetPolicyCommand({ policyName: POLICY }))).policyDocument!).Statement).toMatchObject([{ Effect: 'Allow', Action: 'iot:Connect' }, {}, {}]);
    await byHand.issues('MADE-RIGHT');
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['a certificate that stays INACTIVE', `the template ${TEMPLATE} has another body`, async () => {
      const { Resources, ...body } = await byHand.template();
      const { certificate, ...others } = Resources;
      return byHand.setTemplate({ ...body, Resources: { ...others, certificate: { ...certificate, Properties: { ...certificate!.Properties, Status: 'INACTIVE' } } } });
    }],
    ['no policy', `the template ${TEMPLATE} has another body`, async () => {
      const { Resources: { policy: _, ...others }, ...body } = await byHand.template();
      return byHand.setTemplate({ ...body, Resources: others });
    }],
    ['another role', `the template ${TEMPLATE} has another role`, () => {
      const { accountId } = line.aws.account(EU);
      const { roles } = line.aws.sandbox;
      roles.add({ ...roles.find(accountId, 'lineside-provisioning')!, name: 'another' });
      return byHand.iot.send(new UpdateProvisioningTemplateCommand({ templateName: TEMPLATE, provisioningRoleArn: `arn:aws:iam::${accountId}:role/another` }));
    }],
    ['no template of the CA', "the CA's templateName is null instead of lineside-jitp", () => byHand.iot.send(new UpdateCACertificateCommand({ certificateId: byHand.ca, removeAutoRegistration: true, newAutoRegistrationStatus: 'ENABLE' }))],
  ])('stops them with %s, and an officer has it made right', async (name, cause, change) => {
    await change();
    await byHand.refuses(`BAD-${name.replaceAll(' ', '-')}`, cause);
    expect(await byHand.decide('apply')).toMatchObject({ status: 200, body: { differences: [] } });
    await byHand.issues(`GOOD-${name.replaceAll(' ', '-')}`);
  });

  it('is told from what only differs because we want something new, which stops nobody until it is applied', async () => {
    const former = deny('iot:Publish');
    await byHand.setPolicy(former);
    await line.db.updateTable('target_resource').set({ applied: sql<string>`applied || ${JSON.stringify({ document: former })}::jsonb` }).where('target_name', '=', byHand.target).where('kind', '=', 'policy').execute();
    await line.app.get(Reconciler, { strict: false }).lookNow(byHand.authority, [byHand.target]);
    await byHand.issues('UPGRADED');
    await line.lookAgain();
    expect(await byHand.plan()).toEqual([]);
  });

  it('is told from our own change also while something else of the same template differs', async () => {
    const { roles } = line.aws.sandbox;
    const { accountId } = line.aws.account(EU);
    roles.add({ ...roles.find(accountId, 'lineside-provisioning')!, name: 'one-more' });
    const versions = async () => (await byHand.iot.send(new ListProvisioningTemplateVersionsCommand({ templateName: TEMPLATE }))).versions!;
    for (const { versionId, isDefaultVersion } of await versions()) if (isDefaultVersion !== true) await byHand.iot.send(new DeleteProvisioningTemplateVersionCommand({ templateName: TEMPLATE, versionId }));
    const ours = await byHand.template();
    const { Resources: { policy: _, ...others }, ...body } = ours;
    const former = { ...body, Resources: others };
    // An earlier version wanted that body, so that ours is a change of our own.
    await line.db.updateTable('target_resource').set({ applied: sql<string>`applied || ${JSON.stringify({ body: JSON.stringify(former) })}::jsonb` }).where('target_name', '=', byHand.target).where('name', '=', TEMPLATE).execute();
    await byHand.iot.send(new UpdateProvisioningTemplateCommand({ templateName: TEMPLATE, provisioningRoleArn: `arn:aws:iam::${accountId}:role/one-more` }));
    await byHand.setTemplate(former);
    const settings = async () => (await byHand.plan()).map(({ setting }: { setting: string }) => setting);
    await until('ours is applied, and the person’s is left', async () => (await line.lookAgain(), (await settings()).join() === 'roleArn' ? true : undefined));
    expect(await byHand.template()).toEqual(ours);

    await byHand.setTemplate(former);
    await line.lookAgain();
    expect(await byHand.template()).toEqual(former);
    expect(await settings()).toEqual(['roleArn', 'body']);
    expect(await byHand.decide('apply')).toMatchObject({ status: 200, body: { differences: [] } });
  });
});

it.each(['multi-account', 'single-thing', 'jitr'])('of %s stops the orders too: the policy of its devices', async (method) => {
  const { line, targets } = await CertifiedUnits.start({ method });
  try {
    const byHand = await ByHand.on(line, targets[0]!);
    await byHand.setPolicy(deny('iot:*'));
    await byHand.refuses('DENIED', `the policy ${POLICY} has another document`);
    expect(await byHand.decide('apply')).toMatchObject({ status: 200, body: { differences: [] } });
    await byHand.issues('MADE-RIGHT');
    if (method !== 'jitr') return;
    const ruleName = `lineside_jitr_${byHand.ca.slice(0, 32)}`;
    await byHand.iot.send(new DisableTopicRuleCommand({ ruleName }));
    await byHand.refuses('UNTOLD', `the rule ${ruleName} has been disabled`);
    await byHand.decide('accept');
    await byHand.issues('FOUND-BY-THE-SWEEP');
  } finally {
    await line.stop();
  }
});

it('of fleet-claim stops the orders too: the body of its template', async () => {
  const fleet = await FleetLine.start();
  const { line, target } = fleet;
  try {
    await fleet.deployHook();
    await fleet.activate();
    await fleet.order('WO', ['F-1', 'F-2']);
    await fleet.seenInSync();
    await fleet.released('WO');
    const byHand = await ByHand.on(line, target);
    const { body: { claim: { template } } } = await fleet.handed('WO', 'F-1');
    const { Resources: { policy: _, ...others }, ...body } = await byHand.template(template);
    await byHand.setTemplate({ ...body, Resources: others }, template);
    await line.lookAgain();
    expect(await byHand.findings()).toEqual([{ target, problem: expect.stringContaining(`the template ${template} has another body`), remedy: expect.stringContaining('POST …/accept') }]);
    expect(await fleet.handed('WO', 'F-2')).toMatchObject({ status: 409, body: { code: 'may-not-issue' } });
    expect(await byHand.decide('apply')).toMatchObject({ status: 200, body: { differences: [] } });
    expect((await fleet.handed('WO', 'F-2')).status).toBe(201);
  } finally {
    await line.stop();
  }
}, PATIENCE_MS);
