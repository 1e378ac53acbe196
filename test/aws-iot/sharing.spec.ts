import { RegistrationRepository } from '../../src/aws-iot/registrations/registrations.repository.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { Line } from './support/line.js';

let line: Line;
beforeEach(async () => {
  line = await Line.start();
});
afterEach(() => line.stop());

describe('several workers', () => {
  it('share the registrations and register each CA once', async () => {
    await Promise.all([line.addService(), line.addService()]);
    const targets = [await line.addTarget(EU), await line.addTarget(US), await line.addTarget(FRANKFURT, { mode: 'DEFAULT' })];
    const authorities = [await line.addAuthority(), await line.addAuthority()];
    for (const { id } of authorities) for (const target of targets) await line.registrationIn('in-sync', id, target);
    expect(line.edge.mutations.filter((call) => call === 'POST /cacertificate')).toHaveLength(6);
    expect(line.edge.mutations.filter((call) => call.startsWith('PUT'))).toEqual([]);
    expect(await line.leaves('registration.in-sync')).toHaveLength(6);
    expect(await line.leaves('authority.registered')).toHaveLength(2);
  });

  it('drop what they found when somebody else has taken the work over', async () => {
    const target = await line.addTarget(EU);
    await line.addService({ ROLES: 'api' });
    await line.services.shift()!.close();
    const { id, fingerprint } = await line.addAuthority();
    const registrations = line.app.get(RegistrationRepository);
    const [slow] = await registrations.claimDue(10);
    expect(await registrations.claimDue(10)).toEqual([]);
    await line.db.updateTable('registration').set({ next_attempt_at: new Date(0) }).execute();
    const [quick] = await registrations.claimDue(10);
    await registrations.recordRound(quick!, { state: 'in-sync', desired: {}, observed: {}, caCertificateId: fingerprint, mended: [], brought: true });
    await registrations.recordRound(slow!, { state: 'failed', detail: 'too late', passing: false, awsError: null });
    await registrations.release(slow!);
    expect(await line.registration(id, target)).toMatchObject({ state: 'in-sync', detail: null });
    expect(await line.leaves('registration.failed')).toEqual([]);
    expect(await registrations.claimDue(10)).toEqual([]);
  });

  it('stay together within the account’s ten calls a second', async () => {
    await Promise.all([line.addService(), line.addService()]);
    const target = await line.addTarget(EU);
    const authorities: { id: string }[] = [];
    const start = performance.now();
    for (let at = 0; at < 9; at++) authorities.push(await line.addAuthority());
    for (const { id } of authorities) await line.registrationIn('in-sync', id, target);
    const times = line.edge.seen.filter(({ call }) => call.startsWith('GET /cacertificate/')).map(({ at }) => at - start);
    expect(times.length).toBeGreaterThanOrEqual(18);
    // Two at once and eight a second; a busy machine only makes them later.
    expect(times.filter((time, at) => time < (at - 1) * 125 - 5)).toEqual([]);
  });
});
