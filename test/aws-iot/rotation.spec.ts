import { execFileSync } from 'node:child_process';
import { DeleteCACertificateCommand, DescribeCACertificateCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';

let line: Line;
beforeEach(async () => {
  line = await Line.start();
});
afterEach(() => line.stop());

const activate = (id: string) => line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
const openOrder = async (id: string, targets: string[]) => {
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  const { status, body } = await line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: line.family, quantity: 1, targets, serials: [`${id}-1`] });
  if (status !== 201) throw new Error(`order: ${status} ${JSON.stringify(body)}`);
};
const stateOf = async (id: string) => (await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state;
const registered = (id: string) => until(`${id} registered`, async () => ((await stateOf(id)) === 'registered' ? true : undefined));

describe('activating an authority', () => {
  it('is refused without any target', async () => {
    const { id } = await line.addAuthority();
    expect(await activate(id)).toMatchObject({ status: 409, body: { code: 'authority-not-registered', detail: expect.stringContaining('there is no target yet') } });
    expect(await stateOf(id)).toBe('generated');
  });

  it('is refused until every target of the family’s open orders shows it, and names those that lag', async () => {
    const far = await line.addTarget(US, { name: 'far-away' });
    await line.addTarget(EU, { name: 'near', controlEndpoint: line.aws.sandbox.endpointUrl });
    line.edge.behaviour = 'refuse';
    const { id } = await line.addAuthority();
    await openOrder('WO', ['near', far]);
    await line.registrationIn('in-sync', id, 'near');
    await line.registrationIn('failed', id, far);
    const refused = await activate(id);
    expect(refused).toMatchObject({ status: 409, body: { code: 'authority-not-registered', detail: expect.stringContaining('not in sync: far-away') } });
    expect(refused.body.detail).not.toContain('near');
    line.edge.behaviour = 'pass';
    await registered(id);
    expect(await activate(id)).toMatchObject({ status: 200, body: { id, state: 'issuing' } });
  });

  it('waits for no target that no open order of its family names', async () => {
    await line.addTarget(US, { name: 'far-away' });
    await line.addTarget(EU, { name: 'near', controlEndpoint: line.aws.sandbox.endpointUrl });
    line.edge.behaviour = 'refuse';
    const { id } = await line.addAuthority();
    await openOrder('WO', ['near']);
    await line.registrationIn('in-sync', id, 'near');
    expect(await activate(id)).toMatchObject({ status: 200, body: { state: 'issuing' } });
    expect((await line.leaves('authority.activated'))[0]!.data).toMatchObject({ targets: ['near'], leftOut: [] });
  });

  it('leaves out a target that an officer names, with his reason on record, and only that one’s orders stop', async () => {
    const far = await line.addTarget(US, { name: 'far-away' });
    await line.addTarget(EU, { name: 'near', controlEndpoint: line.aws.sandbox.endpointUrl });
    line.edge.behaviour = 'refuse';
    const { id } = await line.addAuthority();
    await openOrder('BOTH', ['near', far]);
    await openOrder('NEAR', ['near']);
    await line.registrationIn('in-sync', id, 'near');
    expect((await activate(id)).status).toBe(409);
    expect((await line.call('officer', 'POST', `/v1/authorities/${id}/activate`, { leaveOut: [{ target: far }] })).status).toBe(400);
    expect(await line.call('officer', 'POST', `/v1/authorities/${id}/activate`, { leaveOut: [{ target: far, reason: 'moved' }] })).toMatchObject({ status: 200, body: { state: 'issuing' } });
    expect((await line.leaves('authority.activated'))[0]!.data).toMatchObject({ targets: ['near'], leftOut: ['far-away: moved'] });
    const findings = async (order: string) => (await line.call('manager', 'GET', `/v1/work-orders/${order}`)).body.findings;
    expect(await findings('NEAR')).toEqual([]);
    expect(await findings('BOTH')).toMatchObject([{ target: far }]);
  });

  it('is refused when a target was added since, until that shows it too', async () => {
    const near = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await registered(id);
    const late = await line.addTarget(US);
    await openOrder('WO', [near, late]);
    line.edge.behaviour = 'refuse';
    expect(await activate(id)).toMatchObject({ status: 409, body: { detail: expect.stringContaining(late) } });
    line.edge.behaviour = 'pass';
    await line.registrationIn('in-sync', id, late);
    expect((await activate(id)).status).toBe(200);
  });

  it('looks at AWS then and there: what somebody changed or deleted a moment ago counts', async () => {
    const target = await line.addTarget(EU);
    const { id, fingerprint } = await line.addAuthority();
    await registered(id);
    const iot = line.aws.iot(EU);
    await iot.send(new UpdateCACertificateCommand({ certificateId: fingerprint, newStatus: 'INACTIVE' }));
    expect(await activate(id)).toMatchObject({ status: 409, body: { code: 'authority-not-registered', detail: expect.stringContaining(`${target}: In AWS the CA is INACTIVE`) } });
    // It has looked, and has changed nothing.
    expect((await iot.send(new DescribeCACertificateCommand({ certificateId: fingerprint }))).certificateDescription!.status).toBe('INACTIVE');
    await iot.send(new DeleteCACertificateCommand({ certificateId: fingerprint }));
    expect(await activate(id)).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`${target}: In AWS there is no ca-certificate`) } });
    expect(await stateOf(id)).toBe('registered');
    expect(await line.registration(id, target)).toMatchObject({ state: 'drifted' });
    expect((await line.call('officer', 'POST', `/v1/aws/registrations/${id}/${target}/apply`)).status).toBe(200);
    expect(await activate(id)).toMatchObject({ status: 200, body: { state: 'issuing' } });
  });

  it('finds an authority whose next look at AWS is due within half a minute, from the moment on at which it is registered', async () => {
    await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await registered(id);
    const seconds = async () => {
      const row = await line.db.selectFrom('registration').select(sql<number>`extract(epoch from next_attempt_at - now())::float`.as('seconds')).where('authority_id', '=', id).executeTakeFirstOrThrow();
      return row.seconds;
    };
    expect(await seconds()).toBeLessThan(30);
    await activate(id);
    expect(await seconds()).toBeLessThan(30);
  });

  it('is refused while AWS can’t be asked, whatever was seen there before', async () => {
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await registered(id);
    line.edge.behaviour = 'refuse';
    expect(await activate(id)).toMatchObject({ status: 409, body: { code: 'authority-not-registered', detail: expect.stringContaining(`${target}: `) } });
    line.edge.behaviour = 'pass';
    expect((await activate(id)).status).toBe(200);
  });

  it('that was cancelled is out of the question, and AWS is rid of it', async () => {
    const target = await line.addTarget(EU);
    const { id, fingerprint } = await line.addAuthority();
    await registered(id);
    expect(await line.call('officer', 'POST', `/v1/authorities/${id}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    await line.registrationIn('removed', id, target);
    await expect(line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: fingerprint }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await activate(id)).toMatchObject({ status: 409, body: { code: 'authority-state' } });
    expect((await line.leaves('registration.removed')).map(({ data }) => data)).toEqual([{ authority: id, target }]);
  });

  it('retires the former generation, which stays registered for its units', async () => {
    await line.addTarget(EU);
    const first = await line.addAuthority();
    await registered(first.id);
    await activate(first.id);
    const second = await line.addAuthority();
    expect(second.id).toBe(first.id.replace(/g1$/, 'g2'));
    await registered(second.id);
    expect(await stateOf(first.id)).toBe('issuing');
    expect(await activate(second.id)).toMatchObject({ status: 200, body: { state: 'issuing' } });
    expect(await stateOf(first.id)).toBe('retiring');
    expect(await activate(second.id)).toMatchObject({ status: 200, body: { state: 'issuing' } });
    expect(await line.leaves('authority.activated')).toHaveLength(2);
    const { certificateDescription } = await line.aws.iot(EU).send(new DescribeCACertificateCommand({ certificateId: first.fingerprint }));
    expect(certificateDescription!.status).toBe('ACTIVE');
    expect(await activate(first.id)).toMatchObject({ status: 409, body: { code: 'authority-state' } });
  });

  it('lets one of two officers win who activate different generations at once', async () => {
    await line.addTarget(EU);
    const [first, second] = [await line.addAuthority(), await line.addAuthority()];
    await registered(first.id);
    await registered(second.id);
    const answers = await Promise.all([activate(first.id), activate(second.id)]);
    expect(answers.map(({ status }) => status)).toContain(200);
    const issuing = await line.db.selectFrom('authority').select('id').where('state', '=', 'issuing').execute();
    expect(issuing).toHaveLength(1);
  });
});

describe('authorities over HTTP', () => {
  it('are shown with a certificate that openssl reads, to anybody, and without their bytes in lists', async () => {
    const { id, fingerprint } = await line.addAuthority();
    const answer = await line.app.inject({ method: 'GET', url: `/v1/authorities/${id}/certificate` });
    expect(answer.headers['content-type']).toBe('application/x-pem-file');
    const printed = execFileSync('openssl', ['x509', '-noout', '-subject', '-fingerprint', '-sha256'], { input: answer.body, encoding: 'utf8' });
    expect(printed).toContain(`CN = ${line.family} Device CA G1`);
    expect(printed.replaceAll(':', '').toLowerCase()).toContain(fingerprint);
    const { body } = await line.call('operator', 'GET', `/v1/authorities?family=${line.family}`);
    expect(body).toMatchObject({ items: [{ id, generation: 1, production: false }], nextCursor: null });
    expect(body.items[0]).not.toHaveProperty('certificate');
    expect((await line.call('operator', 'GET', '/v1/authorities?family=other')).body.items).toEqual([]);
  });

  it('are made and activated by officers only', async () => {
    expect((await line.call('manager', 'POST', '/v1/authorities', { family: line.family })).status).toBe(403);
    expect((await line.call('manager', 'POST', '/v1/authorities/x/activate')).status).toBe(403);
    expect((await line.call('station', 'GET', '/v1/authorities')).status).toBe(403);
    expect(await line.db.selectFrom('authority').select('id').execute()).toEqual([]);
  });

  it('are refused when the name, the key type or the id makes no sense', async () => {
    const post = (body: object) => line.call('officer', 'POST', '/v1/authorities', body);
    expect((await post({ family: 'F'.repeat(41) })).status).toBe(400);
    expect((await post({ family: '../etc' })).status).toBe(400);
    expect((await post({ family: line.family, keyType: 'Ed25519' })).status).toBe(400);
    expect((await post({ family: line.family, more: 1 })).status).toBe(400);
    expect(await activate('nobody-g1')).toMatchObject({ status: 404, body: { code: 'authority-unknown' } });
    await post({ family: line.family });
    expect(await post({ family: line.family.toUpperCase() })).toMatchObject({ status: 409, body: { code: 'family-name-taken' } });
  });
});
