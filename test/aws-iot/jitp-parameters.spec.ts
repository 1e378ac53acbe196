import { CreateThingGroupCommand, CreateThingTypeCommand, DescribeCACertificateCommand, DescribeThingCommand, ListThingGroupsForThingCommand } from '@aws-sdk/client-iot';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import { Line } from './support/line.js';

const PARAMETERS = { thingType: 'sensor', groups: ['line-1'], attributes: { maker: 'acme', name: { subject: 'CN' } } };

let line: Line;
let targets: string[];
beforeAll(async () => {
  line = await Line.start();
  targets = [await line.addTarget(EU), await line.addTarget(US)];
  const { id } = await line.addAuthority();
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
  await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
});
afterAll(() => line.stop());

const order = (body: object) => line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, quantity: 10, targets, ...body });
const release = (id: string) => line.call('manager', 'POST', `/v1/work-orders/${id}/release`);

it('refuses an order that asks for what certificates of its profile do not say, and one whose thing type is not there', async () => {
  await order({ id: 'ASKS', parameters: { attributes: { batch: { subject: 'OU' } } }, serials: ['A-1'] });
  expect((await order({ id: 'SPACES', parameters: { attributes: { maker: 'Acme Inc' } }, serials: ['A-2'] })).body.detail).toContain('parameters.attributes.maker');
  expect((await order({ id: 'MANY', parameters: { attributes: { a: '1', b: '2', c: '3', d: '4' } }, serials: ['A-3'] })).body.detail).toContain('a Thing has 3 attributes at most');
  expect(await release('ASKS')).toMatchObject({ status: 409, body: { code: 'order-not-ready', findings: expect.arrayContaining([expect.objectContaining({ problem: expect.stringContaining('no OU, which the template asks for') })]) } });
  await line.call('manager', 'POST', '/v1/work-orders/ASKS/cancel', {});

  expect((await order({ id: 'WO', parameters: PARAMETERS, serials: ['U-FIRST'] })).status).toBe(201);
  await until('seen that it is not there', async () => {
    const { body } = await release('WO');
    return body.findings?.some(({ problem }: { problem: string }) => problem.includes('there is no thing type sensor')) ? true : undefined;
  });
});

it('makes each Thing with type, groups and attributes, some of them from the certificate', async () => {
  for (const index of [EU, US]) {
    await line.aws.iot(index).send(new CreateThingTypeCommand({ thingTypeName: 'sensor' }));
    await line.aws.iot(index).send(new CreateThingGroupCommand({ thingGroupName: 'line-1' }));
  }
  await line.lookAgain();
  await until('released', async () => ((await release('WO')).status === 200 ? true : undefined));
  const units = CertifiedUnits.on(line, targets);
  const device = await units.certify('J-1');
  await units.connectUntilAccepted(device, EU);
  expect(await line.aws.iot(EU).send(new DescribeThingCommand({ thingName: 'J-1' }))).toMatchObject({ thingTypeName: 'sensor', attributes: { maker: 'acme', name: 'J-1' } });
  const { thingGroups } = await line.aws.iot(EU).send(new ListThingGroupsForThingCommand({ thingName: 'J-1' }));
  expect(thingGroups?.map(({ groupName }) => groupName)).toEqual(['line-1']);
});

it('has a template of its own for each set of parameters, so that none is changed under a CA that uses it', async () => {
  const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
  const { registrationConfig } = await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: fingerprint! }));
  expect(registrationConfig?.templateName).toMatch(/^lineside-jitp-[0-9a-f]{12}$/);
  expect(await order({ id: 'OTHER', parameters: { ...PARAMETERS, thingType: 'valve' }, serials: ['O-1'] })).toMatchObject({ status: 409, body: { code: 'family-held', heldBy: 'WO' } });
  expect((await order({ id: 'SAME', parameters: PARAMETERS, serials: ['O-2'] })).status).toBe(201);
});
