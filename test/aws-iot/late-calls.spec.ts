import { once } from 'node:events';
import { DescribeCACertificateCommand, DescribeProvisioningTemplateCommand, RegisterCACertificateCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';
import { forkWorker } from './support/worker-process.js';

type Made = Awaited<ReturnType<Line['addAuthority']>>;

let line: Line;
let target: string;
beforeAll(async () => {
  line = await Line.start();
  target = await line.addTarget(EU);
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
});
afterAll(() => line.stop());

const caOf = async ({ fingerprint }: Made) => (await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: fingerprint })).catch(() => undefined))?.certificateDescription;
const letsDevicesIn = async (ca: Made) => (await caOf(ca))?.autoRegistrationStatus;
const setOn = (ca: Made) => line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: ca.fingerprint, newAutoRegistrationStatus: 'ENABLE' }));
const plan = async ({ id }: Made) => (await line.call('auditor', 'GET', `/v1/aws/registrations/${id}/${target}/plan`)).body.differences;

/** A family whose orders say one after the other what its CA does there. */
class Family {
  private orders = 0;
  constructor(readonly name: string) {}

  /** From an order that takes the place of the one before it. */
  async does(method: 'jitp' | 'multi-account'): Promise<void> {
    const id = `${this.name}-${this.orders}`;
    if (this.orders > 0) expect((await line.call('manager', 'POST', `/v1/work-orders/${id}/cancel`, {})).status).toBe(200);
    this.orders += 1;
    const parameters = method === 'jitp' ? {} : { activate: 'at-pass' };
    const order = { id: `${this.name}-${this.orders}`, product: 'P', line: 'L1', authority: this.name, quantity: 1, targets: [target], serials: [`${this.name}-${this.orders}`], method, parameters };
    expect(await line.call('manager', 'POST', '/v1/work-orders', order)).toMatchObject({ status: 201 });
  }
}

/** The CA stands there and lets nobody in, and the call that turns that on for an order which was cancelled since is on its way. */
async function turnedOnLate(name: string) {
  const family = new Family(`${line.family}${name}`);
  const ca = await line.addAuthority({ family: family.name });
  await line.registrationIn('in-sync', ca.id, target);
  await family.does('multi-account');
  await line.registrationIn('in-sync', ca.id, target);
  expect(await letsDevicesIn(ca)).toBe('DISABLE');
  const call = line.edge.hold(/^PUT \/cacertificate\/.*newAutoRegistrationStatus=ENABLE/);
  await family.does('jitp');
  await call.come;
  return { family, ca, call };
}

/** The same for a CA that no target knows yet. */
async function registeredLate(name: string) {
  const family = new Family(`${line.family}${name}`);
  const call = line.edge.hold(/^POST \/cacertificate\b/);
  const ca = await line.addAuthority({ family: family.name });
  await call.come;
  return { family, ca, call };
}

const TURNED_ON = [{ setting: 'autoRegistration', is: 'ENABLE', should: 'DISABLE' }];

async function isTurnedOff(ca: Made): Promise<void> {
  await line.registrationLookedAt(ca.id, target);
  await until('it is turned off', async () => ((await letsDevicesIn(ca)) === 'DISABLE' ? true : undefined));
  await line.registrationIn('in-sync', ca.id, target);
}

describe('a call of ours that takes effect when the family does something else by now', () => {
  it('and has registered the CA is made right, whoever looked in between', async () => {
    const { family, ca, call } = await registeredLate('a');
    await family.does('multi-account');
    await line.registrationIn('in-sync', ca.id, target);
    await call.letGo();
    expect(await letsDevicesIn(ca)).toBe('ENABLE');
    // Whoever looks meanwhile changes nothing of whose it is.
    expect(await plan(ca)).toMatchObject(TURNED_ON);
    await isTurnedOff(ca);
    expect(await line.leaves('registration.drifted')).toEqual([]);
  });

  it.each([['with its answer', false], ['while its answer is lost', true]])('and has changed the CA %s is made right', async (_, cut) => {
    const { family, ca, call } = await turnedOnLate(cut ? 'b' : 'c');
    await family.does('multi-account');
    await line.registrationIn('in-sync', ca.id, target);
    await call.letGo({ cut });
    await until('it took effect', async () => ((await letsDevicesIn(ca)) === 'ENABLE' ? true : undefined));
    // Whoever looks meanwhile changes nothing of whose it is.
    expect(await plan(ca)).toMatchObject(TURNED_ON);
    await isTurnedOff(ca);
  });

  it('is made right also where an officer has stopped the authority in the cloud meanwhile', async () => {
    const { ca, call } = await turnedOnLate('d');
    await line.call('officer', 'POST', `/v1/authorities/${ca.id}/activate`);
    expect(await line.call('officer', 'POST', `/v1/authorities/${ca.id}/freeze`, { reason: 'seen elsewhere', cloud: true, lockedOut: 0 })).toMatchObject({ status: 200 });
    await until('stopped there', async () => ((await caOf(ca))?.status === 'INACTIVE' ? true : undefined));
    await line.registrationIn('in-sync', ca.id, target);
    await call.letGo();
    await until('it took effect', async () => ((await letsDevicesIn(ca)) === 'ENABLE' ? true : undefined));
    // Whoever looks meanwhile changes nothing of whose it is.
    expect(await plan(ca)).toMatchObject(TURNED_ON);
    await isTurnedOff(ca);
  });

  it('leaves nothing there of an authority that was cancelled', async () => {
    const { ca, call } = await registeredLate('e');
    expect((await line.call('officer', 'POST', `/v1/authorities/${ca.id}/cancel`)).status).toBe(200);
    await line.registrationLookedAt(ca.id, target);
    expect(await line.registration(ca.id, target)).toMatchObject({ state: 'pending', detail: expect.stringContaining('may still take effect') });
    await call.letGo();
    await until('it took effect', () => caOf(ca));
    await until('its answer has come', async () => (await line.db.selectFrom('resource_intent').select('id').where('authority_id', '=', ca.id).where('answered_at', 'is not', null).executeTakeFirst()));
    await line.registrationLookedAt(ca.id, target);
    await line.registrationIn('removed', ca.id, target);
    expect(await caOf(ca)).toBeUndefined();
  });
});

it('gives a template back the role that it is to have, where a late call of ours has given it the one of before', async () => {
  const template = async () => (await line.aws.iot(EU).send(new DescribeProvisioningTemplateCommand({ templateName: 'lineside-jitp' }))).provisioningRoleArn;
  const { provisioningRoleArn: role } = line.target(EU);
  const other = role.replace('lineside-provisioning', 'lineside-rules');
  const ca = await line.addAuthority({ family: `${line.family}role` });
  await line.registrationIn('in-sync', ca.id, target);
  const call = line.edge.hold(/^PATCH \/provisioning-templates\/lineside-jitp/);
  const hasRole = async (provisioningRoleArn: string) => {
    expect(await line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { provisioningRoleArn })).toMatchObject({ status: 200 });
    await line.targetIn('verified', target);
  };
  await hasRole(other);
  await line.db.updateTable('registration').set({ next_attempt_at: new Date(0) }).where('authority_id', '=', ca.id).execute();
  await call.come;
  await hasRole(role);
  await line.registrationLookedAt(ca.id, target);
  await call.letGo();
  await until('it took effect', async () => ((await template()) === other ? true : undefined));
  expect(await plan(ca)).toMatchObject([{ setting: 'roleArn', is: other, should: role }]);
  await line.registrationLookedAt(ca.id, target);
  await until('it has its role', async () => ((await template()) === role ? true : undefined));
});

describe('what a person does in AWS', () => {
  it('is his own, also where a call of ours asked for the same before somebody saw what came of it', async () => {
    const { family, ca, call } = await turnedOnLate('f');
    await family.does('multi-account');
    await line.registrationIn('in-sync', ca.id, target);
    await call.letGo();
    await until('it took effect', async () => ((await letsDevicesIn(ca)) === 'ENABLE' ? true : undefined));
    // Whoever looks meanwhile changes nothing of whose it is.
    expect(await plan(ca)).toMatchObject(TURNED_ON);
    await isTurnedOff(ca);
    await line.registrationLookedAt(ca.id, target);
    await setOn(ca);
    await line.registrationLookedAt(ca.id, target);
    await line.registrationIn('drifted', ca.id, target);
    expect(await letsDevicesIn(ca)).toBe('ENABLE');
    expect((await line.call('officer', 'POST', `/v1/aws/registrations/${ca.id}/${target}/apply`, {})).body).toMatchObject({ differences: [] });
    expect(await letsDevicesIn(ca)).toBe('DISABLE');
  });

  it('is shown and left where he registers a CA that AWS was to know nothing of', async () => {
    const family = new Family(`${line.family}g`);
    expect((await line.call('officer', 'POST', `/v1/aws/targets/${target}/pause`, {})).status).toBe(200);
    const ca = await line.addAuthority({ family: family.name });
    await family.does('multi-account');
    await line.call('officer', 'POST', `/v1/aws/targets/${target}/resume`, {});
    await line.registrationIn('in-sync', ca.id, target);
    expect(await caOf(ca)).toBeUndefined();
    const { body: caCertificate } = await line.call('officer', 'GET', `/v1/authorities/${ca.id}/certificate`);
    await line.aws.iot(EU).send(new RegisterCACertificateCommand({ caCertificate, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true }));
    await line.registrationLookedAt(ca.id, target);
    expect(await line.registrationIn('drifted', ca.id, target)).toMatchObject({ problem: expect.stringContaining('auto-registration is on'), remedy: expect.stringMatching(/\w/) });
    expect(await letsDevicesIn(ca)).toBe('ENABLE');
  });
});

describe('a worker that is gone', () => {
  it('killed while its call was on the way leaves nothing that stands still: the next one makes it right', async () => {
    const family = new Family(`${line.family}h`);
    // No worker is there but the one that dies.
    await line.addService({ ROLES: 'api' });
    await line.services.shift()!.close();
    const call = line.edge.hold(/^POST \/cacertificate\b/);
    const worker = forkWorker(line);
    let ca: Made;
    try {
      ca = await line.addAuthority({ family: family.name });
      await call.come;
    } finally {
      worker.kill('SIGKILL');
    }
    await once(worker, 'exit');
    await family.does('multi-account');
    await line.addService();
    await line.registrationIn('in-sync', ca.id, target);
    await call.letGo();
    await until('it took effect', async () => ((await letsDevicesIn(ca)) === 'ENABLE' ? true : undefined));
    // Whoever looks meanwhile changes nothing of whose it is.
    expect(await plan(ca)).toMatchObject(TURNED_ON);
    await isTurnedOff(ca);
  });

  it('as a call for which it waited in vain: what AWS does later is made right', async () => {
    const { family, ca, call } = await registeredLate('i');
    await line.registrationIn('failed', ca.id, target);
    await family.does('multi-account');
    await line.registrationIn('in-sync', ca.id, target);
    await call.letGo();
    await until('it took effect', async () => ((await letsDevicesIn(ca)) === 'ENABLE' ? true : undefined));
    // Whoever looks meanwhile changes nothing of whose it is.
    expect(await plan(ca)).toMatchObject(TURNED_ON);
    await isTurnedOff(ca);
  });
});
