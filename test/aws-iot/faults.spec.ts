import { once } from 'node:events';
import { DeleteCACertificateCommand, DescribeCACertificateCommand, DescribeCertificateCommand, ListCACertificatesCommand, ListPoliciesCommand, ListProvisioningTemplatesCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import type { Line } from './support/line.js';
import { forkWorker } from './support/worker-process.js';

let units: CertifiedUnits;
let line: Line;
let target: string;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
  target = units.targets[0]!;
});
afterEach(() => line.aws.admin('DELETE', 'faults'));
afterAll(() => line.stop());

const iot = () => line.aws.iot(EU);
const caOf = async (certificateId: string) => (await iot().send(new DescribeCACertificateCommand({ certificateId }))).certificateDescription;

it('says of an order that waits for a target whose AWS finds the clock wrong that it is the clock', async () => {
  const order = { id: 'CLOCK', product: 'P', line: 'L1', authority: line.family, quantity: 1, targets: [target], serials: ['CLOCK-1'], whenTargetUnreachable: 'refuse' };
  expect((await line.call('manager', 'POST', '/v1/work-orders', order)).status).toBe(201);
  const findings = async () => (await line.call('manager', 'GET', '/v1/work-orders/CLOCK')).body.findings;
  expect(await findings()).toEqual([]);
  await line.aws.admin('POST', 'faults', { kind: 'clock-skew', region: 'eu-west-1' });
  const named = { problem: expect.stringMatching(/takes no request of the service there, whose clock is wrong \(InvalidSignatureException\), and the order waits for it/), remedy: expect.stringMatching(/^Set the clock .* right \(NTP\)/) };
  const [finding] = await until('a look in vain', async () => {
    await line.lookAgain();
    const found = await findings();
    return found.length > 0 ? found : undefined;
  });
  expect(finding).toMatchObject({ target, ...named });
  // As stations are told, by the verdict.
  const { reason } = await line.db.selectFrom('issuing_verdict').select('reason').where('work_order_id', '=', 'CLOCK').where('may_issue', '=', false).executeTakeFirstOrThrow();
  expect(reason).toMatch(/whose clock is wrong .* → Set the clock/);
  await line.aws.admin('DELETE', 'faults');
  await line.lookAgain();
  expect(await findings()).toEqual([]);
});

describe('a registration that AWS strikes', () => {
  const KINDS = [
    ['error', /^AWS IoT did not answer \w+ \(500 \w+\)$/, /InternalFailureException|InternalServerError/],
    ['throttle', /^AWS IoT throttled \w+$/, /^ThrottlingException$/],
    ['cut', /^AWS IoT did not answer \w+ \(\w+\)$/, /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/],
    ['expired-token', /^AWS IoT refused \w+ \(ExpiredTokenException\): the credentials are expired$/, /^ExpiredTokenException$/],
    ['clock-skew', /^AWS IoT did not take \w+ \(InvalidSignatureException\): the clock of the machine that runs this service is wrong; set it right \(NTP\)$/, /^InvalidSignatureException$/],
    ['deny', /^AWS IoT refused \w+ \(AccessDeniedException\)/, /^AccessDeniedException$/],
  ] as const;

  it.each(KINDS)('with %s says so with AWS’s error and what to do, and is made once when that is over', async (kind, detail, awsError) => {
    const before = (await iot().send(new ListCACertificatesCommand({}))).certificates!.length;
    await line.aws.admin('POST', 'faults', { kind, action: 'iot:RegisterCACertificate', region: 'eu-west-1' });
    const { id } = await line.addAuthority({ family: `${line.family}${kind.replace('-', '')}` });
    const failed = await line.registrationIn('failed', id, target);
    expect(failed).toMatchObject({ detail: expect.stringMatching(detail), awsError: expect.stringMatching(awsError), remedy: expect.stringMatching(kind === 'clock-skew' ? /^Set the clock .* right \(NTP\)/ : /\w/), attempts: expect.any(Number) });
    // The other target goes on.
    await line.registrationIn('in-sync', id, units.targets[1]!);
    await line.aws.admin('DELETE', 'faults');
    await line.registrationIn('in-sync', id, target);
    expect((await iot().send(new ListCACertificatesCommand({}))).certificates).toHaveLength(before + 1);
    expect(await line.registration(id, target)).toMatchObject({ awsError: null, detail: null });
  });

  it('by losing its answers is made once all the same', async () => {
    const before = (await iot().send(new ListCACertificatesCommand({}))).certificates!.length;
    for (const call of ['CreatePolicy', 'CreateProvisioningTemplate', 'RegisterCACertificate']) await line.aws.admin('POST', 'faults', { kind: 'lost-answer', action: `iot:${call}`, region: 'eu-west-1', times: 2 });
    const { id } = await line.addAuthority({ family: `${line.family}lost` });
    await line.registrationIn('in-sync', id, target);
    expect((await iot().send(new ListCACertificatesCommand({}))).certificates).toHaveLength(before + 1);
    const [policies, templates] = [(await iot().send(new ListPoliciesCommand({}))).policies!, (await iot().send(new ListProvisioningTemplatesCommand({}))).templates!];
    expect([policies.map(({ policyName }) => policyName), templates.map(({ templateName }) => templateName)]).toEqual([['lineside-device'], ['lineside-jitp']]);
  });
});

describe('a worker that is killed when AWS has registered a CA and devices are to be kept out', () => {
  it('leaves a CA that lets nobody in; the next one tells AWS whom to keep out, opens it, and registers nothing twice', async () => {
    const { id, fingerprint } = await line.db.selectFrom('authority').select(['id', 'fingerprint']).where('state', '=', 'issuing').executeTakeFirstOrThrow();
    const [revoked, good] = [await units.certify('KILLED-REVOKED'), await units.certify('KILLED-GOOD')];
    await iot().send(new UpdateCACertificateCommand({ certificateId: fingerprint!, newStatus: 'INACTIVE' }));
    await iot().send(new DeleteCACertificateCommand({ certificateId: fingerprint! }));

    await line.call('officer', 'POST', `/v1/certificates/${revoked.certificateId}/revoke`, { reason: 'keyCompromise' });
    await until('AWS can’t be told of it while it does not know the CA', async () => {
      const row = await line.db.selectFrom('unit_target').select(['detail', 'desired']).where('certificate_id', '=', revoked.certificateId).where('target_name', '=', target).executeTakeFirstOrThrow();
      return row.desired === 'REVOKED' && row.detail !== null ? true : undefined;
    });
    // From here on no worker is there but the one that dies.
    await line.addService({ ROLES: 'api' });
    await line.services.shift()!.close();
    // As for an authority that this target has never seen.
    await line.db.deleteFrom('target_resource').where('target_name', '=', target).where('kind', '=', 'ca-certificate').where('name', '=', fingerprint!).execute();
    await line.db.updateTable('registration').set({ state: 'pending', step: 'make', next_attempt_at: new Date(0) }).where('authority_id', '=', id).where('target_name', '=', target).execute();
    await line.db.updateTable('unit_target').set({ next_attempt_at: new Date('2100-01-01') }).execute();
    line.edge.seen.length = 0;
    expect(await worker()).toBe('SIGKILL');
    expect(await caOf(fingerprint!)).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'DISABLE' });
    expect(await units.connect(revoked, EU)).toBe('closed');
    await expect(iot().send(new DescribeCertificateCommand({ certificateId: revoked.certificateId }))).rejects.toThrow(/not exist|not found/i);

    await line.addService();
    // As when the lease of the dead one is over.
    await line.db.updateTable('registration').set({ next_attempt_at: new Date(0) }).where('authority_id', '=', id).where('target_name', '=', target).execute();
    await line.registrationIn('in-sync', id, target);
    expect(await caOf(fingerprint!)).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' });
    expect((await iot().send(new DescribeCertificateCommand({ certificateId: revoked.certificateId }))).certificateDescription).toMatchObject({ status: 'REVOKED' });
    const calls = line.edge.mutations.filter((call) => call === 'POST /cacertificate' || call === 'POST /certificate/register' || call === `PUT /cacertificate/${fingerprint}`);
    expect(calls).toEqual(['POST /cacertificate', 'POST /certificate/register', `PUT /cacertificate/${fingerprint}`]);
    for (let tries = 0; tries < 3; tries++) expect(await units.connect(revoked, EU)).toBe('closed');
    await units.connectUntilAccepted(good, EU);
  });

  /** Resolves with the signal by which a worker on this ledger has died. */
  async function worker(): Promise<string> {
    const child = forkWorker(line);
    try {
      const [, signal] = (await once(child, 'exit', { signal: AbortSignal.timeout(60_000) })) as [number | null, string];
      return signal;
    } finally {
      child.kill('SIGKILL');
    }
  }
});
