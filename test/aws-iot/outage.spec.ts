import { ListCACertificatesCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';

let line: Line;
beforeEach(async () => {
  line = await Line.start();
});
afterEach(() => line.stop());

const PAST = new Date(0);

describe('while AWS is away', () => {
  it('says why a registration failed, and registers once AWS is back', async () => {
    const target = await line.addTarget(EU);
    line.edge.behaviour = 'refuse';
    const { id } = await line.addAuthority();
    const failed = await line.registrationIn('failed', id, target);
    expect(failed).toMatchObject({ observed: null, caCertificateId: null, detail: expect.stringMatching(/^AWS IoT did not answer DescribeEndpoint \(\w+\)$/) });
    line.edge.behaviour = 'pass';
    await line.registrationIn('in-sync', id, target);
    expect((await line.leaves('registration.failed')).map(({ data }) => data)).toEqual([{ authority: id, target, reason: failed.detail }]);
  });

  it('waits longer after each failure and tells the log once', async () => {
    const target = await line.addTarget(EU);
    line.edge.behaviour = 'throttle';
    const { id } = await line.addAuthority();
    const settledAfter = (before: Date) => until('the next attempt settled', async () => {
      const row = await line.db.selectFrom('registration').select(['next_attempt_at', 'updated_at', 'state']).executeTakeFirst();
      return row?.state === 'failed' && row.updated_at > before ? row : undefined;
    });
    const waits: number[] = [];
    for (let attempt = 1, last = PAST; attempt <= 4; attempt++) {
      const row = await settledAfter(last);
      last = row.updated_at;
      waits.push(+row.next_attempt_at - +row.updated_at);
      await line.db.updateTable('registration').set({ next_attempt_at: PAST }).where('authority_id', '=', id).execute();
    }
    for (const [at, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** at);
      expect(wait).toBeLessThanOrEqual(1_001 * 2 ** at);
    }
    expect(await line.registration(id, target)).toMatchObject({ detail: 'AWS IoT throttled DescribeEndpoint' });
    expect(await line.leaves('registration.failed')).toHaveLength(1);
  });

  it('keeps what it saw before, and says that it could not look', async () => {
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    line.edge.behaviour = 'refuse';
    await line.lookAgain();
    expect(await line.registration(id, target)).toMatchObject({ state: 'in-sync', detail: expect.stringContaining('did not answer') });
  });

  it('goes on with the other targets when one never answers, and ends at once when the service stops', async () => {
    const hanging = await line.addTarget(EU);
    const well = await line.addTarget(US, { controlEndpoint: line.aws.sandbox.endpointUrl });
    line.edge.behaviour = 'hang';
    const { id } = await line.addAuthority();
    await line.registrationIn('in-sync', id, well);
    expect(await line.registration(id, hanging)).toMatchObject({ state: 'pending', detail: null });
    const watcher = await line.addService({ ROLES: 'api' });
    await line.services.shift()!.close();
    // Had it waited for the call to end, that would have failed.
    expect(await line.registration(id, hanging)).toMatchObject({ state: 'pending', detail: null });
    line.edge.behaviour = 'pass';
    // Given back, not failed: the next worker need not wait for the lease to end.
    await line.addService();
    await line.registrationIn('in-sync', id, hanging);
    expect(watcher).toBe(line.app);
    expect(await line.leaves('registration.failed')).toEqual([]);
  });

  it('gives up a call that hangs', async () => {
    const target = await line.addTarget(EU);
    line.edge.behaviour = 'hang';
    const { id } = await line.addAuthority();
    const failed = await until('failed', async () => {
      const found = await line.registration(id, target);
      return found.state === 'failed' ? found : undefined;
    });
    expect(failed.detail).toBe('AWS IoT did not answer DescribeEndpoint (ETIMEDOUT)');
  });
});

describe('credentials', () => {
  it('that AWS refuses are named as the reason, and no secret stands in rows, audit leaves or logs', async () => {
    const { accessKeyId, secretAccessKey } = line.aws.sandbox.credentials.find(({ accountId }) => accountId === '222222222222')!;
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await line.registrationIn('in-sync', id, target);
    await line.db.updateTable('target').set({ profile: 'sandbox-222222222222' }).execute();
    await line.lookAgain();
    await line.registrationIn('failed', id, target);
    const rows = await Promise.all([
      line.db.selectFrom('registration').selectAll().execute(),
      line.db.selectFrom('target').selectAll().execute(),
      line.db.selectFrom('log_leaf').select(sql<string>`convert_from(body, 'UTF8')`.as('body')).execute(),
    ]);
    const everything = JSON.stringify(rows) + line.log.lines.join('\n');
    expect(everything).toContain('AWS IoT refused DescribeEndpoint');
    expect(everything).not.toContain(secretAccessKey);
    expect(everything).not.toContain(accessKeyId);
    expect(everything).not.toContain('Signature=');
  });

  it('that are missing are named as the reason, and count once they are there', async () => {
    const target = await line.addUncheckedTarget(EU, { profile: 'nobody' });
    const { id } = await line.addAuthority();
    expect(await line.checkFinds('failed', target)).toMatchObject({
      name: 'credentials', finding: 'STS refused GetCallerIdentity (CredentialsProviderError): no credentials were found for this target',
    });
    expect(await line.registration(id, target)).toBeUndefined();
    await line.db.updateTable('target').set({ profile: 'sandbox-111111111111' }).where('name', '=', target).execute();
    await line.registrationIn('in-sync', id, target);
  });

  it('of another account are noticed before the CA is registered there', async () => {
    const roleOf = (accountId: string) => `arn:aws:iam::${accountId}:role/r`;
    const target = await line.addUncheckedTarget(US, { accountId: '333333333333', provisioningRoleArn: roleOf('333333333333'), profile: 'sandbox-222222222222' });
    await line.addAuthority();
    expect(await line.checkFinds('failed', target)).toMatchObject({ name: 'account', finding: 'The credentials belong to account 222222222222 and not to 333333333333' });
    const { certificates } = await line.aws.iot(US).send(new ListCACertificatesCommand({}));
    expect(certificates).toEqual([]);
  });
});
