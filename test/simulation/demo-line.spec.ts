import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ensureDemoLine } from '../../src/simulation/demo-line.js';
import { readSandbox } from '../../src/simulation/sandbox-place.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;

beforeAll(async () => {
  service = await wholeService();
});
afterAll(() => service.stop());

async function call<Body>(method: string, path: string, key: string, body?: object): Promise<{ status: number; body: Body }> {
  const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${service.baseUrl}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, body: (await answer.json()) as Body };
}

describe('a demo line whose making was cut short', () => {
  it('is completed with the authority that was begun, and no second one', async () => {
    const { endpointUrl, mqttPort } = await readSandbox(`${service.folder}/sandbox`);
    const target = { name: 'sandbox-111111111111-eu-west-1', accountId: '111111111111', region: 'eu-west-1', profile: 'sandbox-111111111111', mode: 'SNI_ONLY' };
    const rest = { provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning', controlEndpoint: endpointUrl, mqttPort };
    expect((await call('POST', '/v1/aws/targets', service.keys.officer, { ...target, ...rest })).status).toBe(201);
    expect((await call('POST', '/v1/authorities', service.keys.officer, { family: 'Lineside' })).status).toBe(202);

    const demo = await service.demo();
    const { body } = await call<{ items: { id: string; state: string }[] }>('GET', '/v1/authorities', service.keys.officer);
    expect(body.items.map(({ id, state }) => [id, state])).toEqual([['lineside-g1', 'issuing']]);
    expect(await call('GET', '/v1/work-orders/demo', service.keys.manager)).toMatchObject({ body: { state: 'released', targets: demo.aws.targets.map(({ name }) => name) } });
  });

  it('is made again where a person has retired a target, with the one that stands for its account or without', async () => {
    const before = await service.demo();
    const retired = 'sandbox-111111111111-eu-central-1';
    expect(await call('DELETE', `/v1/aws/targets/${retired}?reason=closed`, service.keys.officer)).toMatchObject({ status: 200, body: { state: 'retired' } });
    expect((await service.demo()).aws.targets).toEqual(before.aws.targets);
    const { name: _, ...place } = (await call<Record<string, unknown>>('GET', `/v1/aws/targets/${retired}`, service.keys.officer)).body;
    const body = Object.fromEntries(['accountId', 'region', 'mode', 'profile', 'provisioningRoleArn', 'controlEndpoint', 'mqttPort'].map((member) => [member, place[member]]));
    expect((await call('POST', '/v1/aws/targets', service.keys.officer, { name: 'anew', ...body })).status).toBe(201);
    expect((await service.demo()).aws.targets).toEqual(before.aws.targets);
  });

  it('gets new station keys when the file with them is lost', async () => {
    const before = await service.demo();
    rmSync(service.credentialsFile);
    const after = await service.demo();
    expect(after.keys.station).not.toBe(before.keys.station);
    expect((await call('GET', '/v1/station', after.keys.station ?? '')).body).toMatchObject({ id: 'station-1' });
  });

  it('is refused with the way out when the sandbox has moved to other ports', async () => {
    const moved = `${service.folder}/moved`;
    cpSync(`${service.folder}/sandbox`, moved, { recursive: true });
    const description = JSON.parse(readFileSync(`${moved}/sandbox.json`, 'utf8')) as { mqttPort: number };
    writeFileSync(`${moved}/sandbox.json`, JSON.stringify({ ...description, mqttPort: 1 }));
    const { baseUrl, keys, credentialsFile } = service;
    await expect(ensureDemoLine({ baseUrl, keys, sandbox: { folder: moved }, credentialsFile })).rejects.toThrow(/other ports .* SANDBOX_MQTT_PORT/);
  });
});
