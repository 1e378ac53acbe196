import { CreateThingTypeCommand, DescribeCACertificateCommand, DescribeThingCommand, UpdateThingCommand } from '@aws-sdk/client-iot';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start({ method: 'single-thing' });
  ({ line } = units);
});
afterAll(() => line.stop());

const TEMPLATE = {
  Parameters: { ThingName: { Type: 'String' }, CertificatePem: { Type: 'String' }, CACertificatePem: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' }, ThingTypeName: 'bench', AttributePayload: { bench: 'B7' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'CertificatePem' }, CACertificatePem: { Ref: 'CACertificatePem' }, Status: 'ACTIVE' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'lineside-device' } },
  },
};

const rows = (unitId: number) => line.db.selectFrom('unit_target').selectAll().where('unit_id', '=', unitId).orderBy('target_name').execute();
const inSync = (unitId: number) => until(`unit ${unitId} in sync`, async () => {
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', unitId).where('state', '=', 'pending').execute();
  return (await rows(unitId)).every(({ state }) => state === 'in-sync') ? true : undefined;
});
const order = (body: object) => line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, quantity: 10, targets: units.targets, method: 'single-thing', ...body });

it('makes each Thing by plain calls, with a CA that lets nobody in by itself', async () => {
  const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
  const { certificateDescription, registrationConfig } = await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: fingerprint! }));
  expect([certificateDescription?.status, certificateDescription?.autoRegistrationStatus, registrationConfig?.templateName]).toEqual(['ACTIVE', 'DISABLE', undefined]);
  const device = await units.certify('S-ONE');
  await inSync(device.unitId);
  expect([await units.connect(device, EU), await units.connect(device, US)]).toEqual(['accepted', 'accepted']);
});

it('calls RegisterThing with the order’s template, and says what AWS refuses', async () => {
  await order({ id: 'TEMPLATE', parameters: { template: TEMPLATE }, serials: ['ST-0'] });
  expect((await line.call('manager', 'POST', '/v1/work-orders/TEMPLATE/release')).status).toBe(200);
  const device = await units.certify('ST-1', 'TEMPLATE');
  // The thing type is in neither account.
  const refused = await until('refused in both', async () => {
    const seen = await rows(device.unitId);
    return seen.every(({ detail }) => detail !== null) ? seen : undefined;
  });
  expect(refused.map(({ detail }) => detail)).toEqual([expect.stringMatching(/RegisterThing .*bench/), expect.stringMatching(/RegisterThing .*bench/)]);

  for (const index of [EU, US]) await line.aws.iot(index).send(new CreateThingTypeCommand({ thingTypeName: 'bench' }));
  await inSync(device.unitId);
  expect(await units.connect(device, US)).toBe('accepted');
  expect(await line.aws.iot(EU).send(new DescribeThingCommand({ thingName: 'ST-1' }))).toMatchObject({ thingTypeName: 'bench', attributes: { bench: 'B7' } });

  // A second call after a crash finds what the first one made.
  await line.db.updateTable('unit_target').set({ state: 'pending', step: 'register-thing' }).where('unit_id', '=', device.unitId).execute();
  await line.aws.iot(EU).send(new UpdateThingCommand({ thingName: 'ST-1', attributePayload: { attributes: { bench: 'B8' } } }));
  await inSync(device.unitId);
});

it('refuses a template that asks for what no unit has', async () => {
  const asking = { ...TEMPLATE, Parameters: { ...TEMPLATE.Parameters, Colour: { Type: 'String' } } };
  expect(await order({ parameters: { template: asking }, serials: ['ST-9'] })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('parameters.template') } });
});
