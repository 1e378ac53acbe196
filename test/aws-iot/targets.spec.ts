import { AwsIotClients } from '../../src/aws-iot/clients/aws-iot-clients.js';
import { mayControl } from '../../src/aws-iot/targets/control-endpoint.js';
import { Endpoints } from '../../src/aws-iot/targets/endpoints.js';
import type { Target } from '../../src/aws-iot/targets/targets.schema.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { Line } from './support/line.js';

let line: Line;
beforeAll(async () => {
  line = await Line.start();
});
afterAll(() => line.stop());

const create = (body: object, role: 'officer' | 'manager' = 'officer') => line.call(role, 'POST', '/v1/aws/targets', body);

describe('a target', () => {
  it('answers the same again for the same body and is refused for another', async () => {
    const body = line.target(EU);
    const first = await create(body);
    expect(first).toMatchObject({ status: 201, body: { ...body, mqttHost: null, state: 'unverified', check: null } });
    const again = await create(body);
    expect([again.status, again.body.createdAt]).toEqual([200, first.body.createdAt]);
    expect(await create({ ...body, mqttPort: 443 })).toMatchObject({ status: 409, body: { code: 'target-exists', differs: ['mqttPort'], detail: expect.stringContaining('with another mqttPort') } });
    expect(await create({ ...body, name: 'other' })).toMatchObject({ status: 409, body: { code: 'target-exists', detail: expect.stringContaining('111111111111 in eu-west-1') } });
    expect(await line.leaves('target.created')).toHaveLength(1);
  });

  it.each([
    ['an account of 11 digits', { accountId: '11111111111' }],
    ['no region', { region: 'nowhere' }],
    ['an unknown mode', { mode: 'BOTH' }],
    ['plain http to another machine', { controlEndpoint: 'http://iot.example.com' }],
    ['plain http to a name that only begins like this machine’s', { controlEndpoint: 'http://localhost.example.com' }],
    ['an endpoint with a user', { controlEndpoint: 'https://me:secret@iot.example.com' }],
    ['an endpoint that is a file', { controlEndpoint: 'file:///etc/passwd' }],
    ['a provisioning role of another account', { provisioningRoleArn: 'arn:aws:iam::333333333333:role/r' }],
    ['a role to assume of another account', { roleArn: 'arn:aws:iam::333333333333:role/r' }],
    ['a profile with a line break', { profile: 'a\nb' }],
    ['an unknown field', { secretAccessKey: 'x' }],
    ['port 0', { mqttPort: 0 }],
  ])('is refused with %s', async (_, bad) => {
    const { status, body } = await create({ ...line.target(US), name: 'bad', ...bad });
    expect([status, body.code]).toEqual([400, 'request-invalid']);
    expect(await line.db.selectFrom('target').select('name').where('name', '=', 'bad').execute()).toEqual([]);
  });

  it.each([
    ['https://iot.example.com', EU],
    ['https://iot.us-east-1.amazonaws.com', EU],
    ['https://iot.eu-west-1.amazonaws.com.example.com', EU],
    ['https://iot.eu-west-1.amazonaws.com.cn', EU],
    ['https://eviliot.eu-west-1.amazonaws.com', EU],
    ['https://s3.eu-west-1.amazonaws.com', EU],
    ['https://169.254.169.254', EU],
  ])('is refused with the control endpoint %s of somebody else, who would get the signatures of its profile', async (controlEndpoint, index) => {
    const { status, body } = await create({ ...line.target(index), name: 'bad', controlEndpoint });
    expect([status, body.code]).toEqual([422, 'control-endpoint-refused']);
    expect(await line.db.selectFrom('target').select('name').where('name', '=', 'bad').execute()).toEqual([]);
  });

  it.each(['https://iot.eu-west-1.amazonaws.com', 'https://iot-fips.eu-west-1.amazonaws.com', 'https://vpce-0a1b.iot.eu-west-1.vpce.amazonaws.com', 'https://127.0.0.1:8443', 'http://localhost:4566', 'https://aws.factory.example:8443'])('may be reached at %s', (endpoint) => {
    expect(mayControl(endpoint, 'eu-west-1', ['aws.factory.example:8443'])).toBe(true);
  });

  it('of China ends in .cn', () => {
    expect(mayControl('https://iot.cn-north-1.amazonaws.com.cn', 'cn-north-1', [])).toBe(true);
    expect(mayControl('https://iot.cn-north-1.amazonaws.com', 'cn-north-1', [])).toBe(false);
  });

  it('that an older version let in is sent nothing', () => {
    const clients = line.services[0]!.get(AwsIotClients, { strict: false });
    expect(() => clients.for({ ...(line.target(EU) as unknown as Target), name: 'old', controlEndpoint: 'https://iot.example.com' })).toThrow('Nothing is sent to https://iot.example.com');
  });

  it('is created by officers and admins only, and seen by managers', async () => {
    expect((await create(line.target(FRANKFURT), 'manager')).status).toBe(403);
    expect((await line.call('manager', 'GET', '/v1/aws/targets')).status).toBe(200);
    expect((await line.call('station', 'GET', '/v1/aws/targets')).status).toBe(403);
  });

  it('is to know the living authorities from the transaction on in which its check passes', async () => {
    const { id } = await line.addAuthority();
    const { body } = await create(line.target(FRANKFURT, { mode: 'DEFAULT' }));
    await line.targetIn('verified', body.name);
    const planned = await line.registration(id, body.name);
    expect(planned.desired).toEqual({ mode: 'DEFAULT', status: 'ACTIVE', autoRegistration: 'ENABLE', templateName: 'lineside-jitp' });
  });

  it('is never missed by an authority that is made at the same moment', async () => {
    const [target] = await Promise.all([create(line.target(US)), line.addAuthority(), line.addAuthority()]);
    await line.targetIn('verified', target.body.name);
    const authorities = await line.db.selectFrom('authority').select('id').execute();
    const planned = await line.db.selectFrom('registration').select('authority_id').where('target_name', '=', target.body.name).execute();
    expect(planned.map((row) => row.authority_id).toSorted()).toEqual(authorities.map(({ id }) => id).toSorted());
  });

  it('is listed page by page', async () => {
    const first = await line.call('auditor', 'GET', '/v1/aws/targets?limit=2');
    const rest = await line.call('auditor', 'GET', `/v1/aws/targets?limit=2&cursor=${first.body.nextCursor}`);
    const names = [...first.body.items, ...rest.body.items].map(({ name }: { name: string }) => name);
    expect(names).toEqual(['t-111-eu-central-1', 't-111-eu-west-1', 't-222-us-east-1']);
    expect(rest.body.nextCursor).toBeNull();
  });
});

describe('the endpoints for a station’s answer', () => {
  it('are AWS’s own names, in the order of the question', async () => {
    const [authority] = (await line.call('auditor', 'GET', '/v1/authorities')).body.items;
    for (const name of ['t-111-eu-west-1', 't-222-us-east-1']) await line.registrationIn('in-sync', authority.id, name);
    const { mqttPort } = line.aws.sandbox;
    const roots = expect.stringMatching(/^-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----\n$/);
    expect(await line.app.get(Endpoints).for(['t-222-us-east-1', 't-111-eu-west-1'])).toEqual([
      { target: 't-222-us-east-1', accountId: '222222222222', region: 'us-east-1', host: line.aws.account(US).endpoint, port: mqttPort, roots },
      { target: 't-111-eu-west-1', accountId: '111111111111', region: 'eu-west-1', host: line.aws.account(EU).endpoint, port: mqttPort, roots },
    ]);
  });

  it('are refused while AWS was not reached, and for targets that are not there', async () => {
    await line.db.updateTable('target').set({ mqtt_host: null }).where('name', '=', 't-111-eu-central-1').execute();
    const endpoints = (await line.addService({ ROLES: 'api' })).get(Endpoints);
    await line.db.updateTable('registration').set({ next_attempt_at: new Date('2100-01-01') }).execute();
    await expect(endpoints.for(['t-111-eu-west-1', 't-111-eu-central-1'])).rejects.toMatchObject({ code: 'target-not-ready', retryable: true });
    await expect(endpoints.for(['nowhere'])).rejects.toMatchObject({ code: 'target-unknown' });
  });
});
