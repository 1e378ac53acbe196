import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { CONFIG, type Config } from '../../src/config/config.js';
import { checkClaims } from '../../src/local/claim-checks.js';
import type { Examined } from '../../src/local/examination.js';
import { Database } from '../../src/platform/database/database.js';
import type { Voucher } from '../../src/x509/voucher.js';
import { EU } from '../sandbox/support/bench.js';
import { newCsr } from '../sandbox/support/fleet-device.js';
import { boto3 } from '../sandbox/support/boto3.js';
import { until } from '../support/until.js';
import { FleetLine } from './support/fleet-line.js';
import type { Line } from './support/line.js';
import { Station } from './support/station.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;
const PASSED = { status: 200, body: { unit: { state: 'passed' } } };

const claimsIn = (voucher: string) => JSON.parse(Buffer.from(voucher.split('.')[1]!, 'base64url').toString()) as Voucher;

/** As if the voucher had been signed so long ago that it has ended. */
async function endVoucher(voucher: string): Promise<void> {
  const signer = line.app.get(CertificateAuthorityService);
  const { iat, ...claims } = claimsIn(voucher);
  const ended = await signer.signVoucher(await signer.get(fleet.authority), { ...claims, iat: iat - 2 * 86_400, exp: iat - 86_400 });
  await line.app.get(Database).updateTable('aws_entitlement').set({ voucher: ended }).where('voucher', '=', voucher).execute();
}

/** What doctor says of claims. */
const doctor = () => checkClaims({ databaseUrl: line.app.get<Config>(CONFIG).DATABASE_URL } as Examined);

let fleet: FleetLine;
let line: Line;
let station: Station;

beforeAll(async () => {
  fleet = await FleetLine.start();
  ({ line } = fleet);
  await fleet.deployHook();
  await fleet.activate();
  station = await Station.on(line, 'hall');
}, PATIENCE_MS);
afterAll(() => line.stop());

describe('a unit of fleet-claim', () => {
  beforeAll(async () => {
    await fleet.order('CLAIMED', ['F-1', 'F-2', 'F-3']);
    await fleet.seenInSync();
    await fleet.released('CLAIMED');
  }, PATIENCE_MS);

  it('that was handed its claim may be given back and come again, and passes', async () => {
    const { identity, told, last } = await station.handOverTwice('F-1');
    expect([identity, ...told]).toEqual([201, 'continue', 'continue', 'continue']);
    expect(await last.result('PASS')).toMatchObject(PASSED);
  });

  it('whose voucher an issuer took first passes at the station that scans it', async () => {
    expect((await fleet.handed('CLAIMED', 'F-2')).status).toBe(201);
    const scanned = await station.claim('F-2');
    expect(await scanned.directive()).toBe('continue');
    expect(await scanned.result('PASS')).toMatchObject(PASSED);
  });

  it('is taken from its station once the certificate that came of its voucher is revoked', async () => {
    const { certificateId } = await fleet.provision(await fleet.handed('CLAIMED', 'F-3'));
    await fleet.inLedger('F-3');
    const slot = await station.claim('F-3');
    expect(await slot.directive()).toBe('continue');
    expect((await line.call('officer', 'POST', `/v1/certificates/${certificateId}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
    expect(await slot.directive()).toBe('cancel');
    await slot.release();
    expect(await fleet.unit('F-3')).toMatchObject({ state: 'quarantined' });
  }, PATIENCE_MS);

  it('neither passes nor is shipped once the claim of its order has ended before AWS signed for it', async () => {
    await fleet.releasedOrder('TOO-LATE', ['T-1', 'T-2', 'T-3']);
    await fleet.provision(await fleet.handed('TOO-LATE', 'T-1'));
    await fleet.inLedger('T-1');
    const certified = await station.claim('T-1');
    expect(await certified.result('PASS')).toMatchObject(PASSED);
    const boxed = await station.claim('T-2');
    expect((await boxed.identity()).status).toBe(201);
    expect(await boxed.result('PASS')).toMatchObject(PASSED);
    const slot = await station.claim('T-3');
    expect((await slot.identity()).status).toBe(201);
    expect((await line.call('officer', 'POST', '/v1/aws/claims/TOO-LATE/end', { reason: 'a board was stolen' })).status).toBe(200);
    const ENDED = { status: 409, body: { code: 'claim-ended', detail: expect.stringContaining('a board was stolen') } };
    expect(await slot.directive()).toBe('cancel');
    expect(await slot.result('PASS')).toMatchObject(ENDED);
    expect(await slot.spooled('PASS')).toMatchObject({ state: 'refused', problem: ENDED.body });
    expect(await line.call('manager', 'POST', '/v1/units/T-2/ship')).toMatchObject(ENDED);
    expect((await line.call('manager', 'POST', '/v1/units/ship', { serials: ['T-2'] })).body).toMatchObject({ serial: 'T-2', ...ENDED.body });
    expect((await line.call('manager', 'POST', '/v1/units/T-1/ship')).status).toBe(200);
    await slot.release();
    expect((await line.call('manager', 'POST', '/v1/work-orders/TOO-LATE/cancel', {})).status).toBe(200);
  }, PATIENCE_MS);

  it('neither passes nor is shipped once its voucher has ended, until it has a new one', async () => {
    await fleet.releasedOrder('SHORT', ['V-1', 'V-2'], { parameters: { claim: { voucherDays: 1 } } });
    const boxed = await fleet.handed('SHORT', 'V-1');
    const inBox = await station.claim('V-1');
    expect(await inBox.result('PASS')).toMatchObject(PASSED);
    const slot = await station.claim('V-2');
    const first = await slot.identity();
    expect(first.status).toBe(201);
    for (const { claim: { voucher } } of [boxed.body, first.body]) await endVoucher(voucher);
    const ENDED = { status: 409, body: { code: 'voucher-ended' } };
    expect(await slot.result('PASS')).toMatchObject(ENDED);
    expect(await slot.spooled('PASS')).toMatchObject({ state: 'refused', problem: ENDED.body });
    expect(await line.call('manager', 'POST', '/v1/units/V-1/ship')).toMatchObject(ENDED);
    expect((await line.call('manager', 'POST', '/v1/units/ship', { serials: ['V-1'] })).body).toMatchObject({ serial: 'V-1', ...ENDED.body });
    const again = [await slot.identity(), await boxed.again()];
    expect(again.map(({ status, body }) => [status, claimsIn(body.claim.voucher)])).toEqual([first.body, boxed.body].map((body) => {
      const { jti, sub, order, key } = claimsIn(body.claim.voucher);
      return [201, { jti, sub, order, key, iat: expect.any(Number), exp: expect.any(Number) }];
    }));
    for (const { body } of again) expect(claimsIn(body.claim.voucher).exp!).toBeGreaterThan(Date.now() / 1_000);
    expect((await line.leaves('certificate.voucher-renewed')).map(({ data }) => data['unit'])).toEqual(['V-2', 'V-1']);
    expect(await slot.identity()).toMatchObject({ status: 200, body: { claim: { voucher: again[0]!.body.claim.voucher } } });
    expect(await slot.result('PASS')).toMatchObject(PASSED);
    expect((await line.call('manager', 'POST', '/v1/units/V-1/ship')).status).toBe(200);
    expect(await fleet.provision({ body: again[1]!.body, csr: boxed.csr })).toMatchObject({ outcome: 'accepted' });
    await fleet.inLedger('V-1');
  }, PATIENCE_MS);

  it('is given back once the claim of its order has ended, and handed out no more unless AWS has signed for it; doctor names the order', async () => {
    await fleet.releasedOrder('ENDED', ['E-1', 'E-2', 'E-3']);
    expect((await fleet.handed('ENDED', 'E-2')).status).toBe(201);
    await fleet.provision(await fleet.handed('ENDED', 'E-3'));
    await fleet.inLedger('E-3');
    const held = await station.claim('E-1');
    const ofOrder = async () => (await doctor()).filter(({ finding }) => finding.includes('ENDED'));
    expect(await ofOrder()).toEqual([]);
    expect((await line.call('officer', 'POST', '/v1/aws/claims/ENDED/end', { reason: 'a board was stolen' })).status).toBe(200);
    expect(await held.identity()).toMatchObject({ status: 409, body: { code: 'claim-ended', nextStep: 'release' } });
    await held.release();
    const refusals = [await station.post('/v1/station/claims', { slot: '1', serial: 'E-1' }), await station.post('/v1/station/claims', { slot: '1', serial: 'E-2' })];
    expect(refusals.map(({ status, body }) => [status, body.code, body.nextStep, body.detail])).toEqual(
      Array(2).fill([409, 'claim-ended', 'release', 'The claim of work order ENDED has ended: a board was stolen']),
    );
    expect(await ofOrder()).toMatchObject([{ state: 'fail', finding: expect.stringContaining('a board was stolen'), remedy: expect.stringContaining('/v1/work-orders/ENDED/cancel') }]);
    const next = await station.post('/v1/station/claims', { slot: '1' });
    expect(next).toMatchObject({ status: 200, body: { unit: { serial: 'E-3' } } });
    const { job, lease: { fence } } = next.body;
    expect(await station.post(`/v1/jobs/${job.id}/result`, { fence, outcome: 'PASS' })).toMatchObject(PASSED);
    expect(await station.post('/v1/station/claims', { slot: '1' })).toMatchObject({ status: 204 });
    expect((await line.call('manager', 'POST', '/v1/work-orders/ENDED/cancel', {})).status).toBe(200);
    expect(await ofOrder()).toEqual([]);
  }, PATIENCE_MS);

  it('goes on with the new claim that an officer makes for its order, whether it was begun or not; the old one stays REVOKED', async () => {
    await fleet.releasedOrder('ANEW', ['N-1', 'N-2', 'N-3']);
    const claim = async () => (await line.call('officer', 'GET', '/v1/aws/claims?limit=50')).body.items.find(({ workOrder }: { workOrder: string }) => workOrder === 'ANEW');
    const replace = (role: 'officer' | 'manager') => line.call(role, 'POST', '/v1/aws/claims/ANEW/replace', { reason: 'the board was found' });
    const device = newCsr();
    const begun = await station.claim('N-1', device);
    const before = (await begun.identity()).body;
    const boxed = await fleet.handed('ANEW', 'N-3');
    const { certificateId: old } = await claim();
    expect(await replace('officer')).toMatchObject({ status: 200, body: { state: 'active', certificateId: old } });
    await line.call('officer', 'POST', '/v1/aws/claims/ANEW/end', { reason: 'a board was stolen' });
    expect(await begun.directive()).toBe('cancel');
    await begun.release();
    await until('ended', async () => ((await claim()).state === 'ended' ? true : undefined));
    const refused = await station.post('/v1/station/claims', { slot: '1', serial: 'N-1' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'claim-ended', nextStep: 'release', operatorAction: expect.stringContaining('POST /v1/aws/claims/ANEW/replace') } });
    expect((await doctor()).find(({ finding }) => finding.includes('ANEW'))).toMatchObject({ remedy: expect.stringContaining('POST /v1/aws/claims/ANEW/replace') });

    expect((await replace('manager')).status).toBe(403);
    expect(await replace('officer')).toMatchObject({ status: 200, body: { state: 'pending', certificateId: null, reason: null, endedAt: null } });
    const made = await until('active', async () => { const now = await claim(); return now.state === 'active' ? now : undefined; });
    expect(made.certificateId).not.toBe(old);
    expect((await replace('officer')).body.certificateId).toBe(made.certificateId);
    expect((await line.leaves('claim.replaced')).map(({ data }) => data)).toMatchObject([{ order: 'ANEW', reason: 'the board was found', former: old }]);
    expect((await doctor()).filter(({ finding }) => finding.includes('ANEW'))).toEqual([]);

    const again = await station.claim('N-1', device);
    const { status, body } = await again.identity();
    expect([status, body.claim.certificateId, body.claim.voucher]).toEqual([200, made.certificateId, before.claim.voucher]);
    expect(await again.directive()).toBe('continue');
    expect(await again.result('PASS')).toMatchObject(PASSED);
    expect(await fleet.provision({ body, csr: device.csr })).toMatchObject({ outcome: 'accepted' });
    await fleet.inLedger('N-1');
    expect((await line.call('manager', 'POST', '/v1/units/N-1/ship')).status).toBe(200);
    expect((await (await station.claim('N-2')).result('ABORTED' as 'ERROR')).status).toBe(200);
    expect(await fleet.provision({ body: (await boxed.again()).body, csr: boxed.csr })).toMatchObject({ outcome: 'accepted' });
    expect(await until('AWS answers', () => fleet.statusInAws(old))).toBe('REVOKED');
    expect((await line.call('manager', 'POST', '/v1/work-orders/ANEW/cancel', {})).status).toBe(200);
    expect(await replace('officer')).toMatchObject({ status: 200, body: { state: 'active' } });
  }, PATIENCE_MS);
});

describe('a unit of bulk whose certificate AWS signs', () => {
  const parameters = { bucket: 'factory-{account}', signer: 'aws' };

  beforeAll(async () => {
    const family = `${line.family}-bulk`;
    await boto3(line.aws, EU, [{ service: 's3', operation: 'create_bucket', arguments: { Bucket: `factory-${line.aws.account(EU).accountId}` }, credentials: line.aws.keys(EU) }]);
    await fleet.activate((await line.addAuthority({ family })).id);
    await fleet.releasedOrder('SIGNED', ['S-1'], { authority: family, method: 'bulk', parameters });
  }, PATIENCE_MS);

  it('may be given back and come again while it waits for AWS, also after a rework, and passes with it', async () => {
    const passes = async () => {
      const { identity, told, last } = await station.handOverTwice('S-1');
      expect([identity, ...told]).toEqual([503, 'continue', 'continue', 'continue']);
      const refusals = new Set<string>();
      await until('passed', async () => {
        const { status, body } = await last.result('PASS');
        if (status !== 200) refusals.add(body.code);
        return status === 200 ? true : undefined;
      });
      expect([...refusals].filter((code) => code !== 'certificate-missing')).toEqual([]);
    };
    await passes();
    await fleet.decide('S-1', 'rework');
    await passes();
  }, PATIENCE_MS);
});
