import { DescribeCACertificateCommand, DescribeCertificateCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { EU, US } from '../sandbox/support/bench.js';
import { closeOrder } from '../support/close-order.js';
import { until } from '../support/until.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
let authority: string;
let ca: string;
let known: Device;
let boxed: Device;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
  const row = await line.db.selectFrom('authority').select(['id', 'fingerprint']).executeTakeFirstOrThrow();
  [authority, ca] = [row.id, row.fingerprint!];
  [known, boxed] = await Promise.all([units.certify('KNOWN'), units.certify('BOXED')]);
  await Promise.all([EU, US].map((index) => units.connectUntilAccepted(known, index)));
  await until('known everywhere', async () => ((await waiting(known)) === 0 ? true : undefined));
  await Promise.all([known, boxed].map(({ serial }) => units.pass(serial)));
});
afterAll(() => line.stop());

const waiting = async ({ certificateId }: Device) => (await line.db.selectFrom('unit_target').select('unit_id').where('certificate_id', '=', certificateId).where('state', '=', 'pending').execute()).length;
const inAws = async (index: number) => {
  const { certificateDescription } = await line.aws.iot(index).send(new DescribeCACertificateCommand({ certificateId: ca }));
  return [certificateDescription?.status, certificateDescription?.autoRegistrationStatus];
};
/** By what the service saw: AWS's own rate is not ours to use up. */
async function everywhere(wanted: string[]) {
  for (const target of units.targets) await line.registrationIn('in-sync', authority, target);
  for (const index of [EU, US]) expect(await inAws(index)).toEqual(wanted);
}
const decide = (what: string, body: object) => line.call('officer', 'POST', `/v1/authorities/${authority}/${what}`, { reason: 'seen elsewhere', ...body });

it('is refused until somebody names the count of units that it locks out, and changes nothing then', async () => {
  const body = await until('counted', async () => {
    const shown = await line.call('auditor', 'GET', `/v1/authorities/${authority}/cloud-stop`);
    return shown.body.onTheLine === 0 ? shown.body : undefined;
  });
  expect(body).toEqual({
    authority, lockedOut: 1, onTheLine: 0, serials: ['BOXED'], targets: units.targets.toSorted().map((target) => ({ target, state: 'verified', lockedOut: 1 })),
  });
  expect(await decide('freeze', { cloud: true })).toMatchObject({ status: 409, body: { code: 'lock-out-unconfirmed', lockedOut: 1 } });
  expect((await line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body).toMatchObject({ state: 'issuing', cloudStoppedAt: null });
  expect(await inAws(EU)).toEqual(['ACTIVE', 'ENABLE']);
});

/** As with a ledger that can't count the units in any time that a stop may take. */
async function whileNobodyCounts<Result>(work: () => Promise<Result>): Promise<Result> {
  await sql`alter function locked_out(text, text[], integer) rename to locked_out_in_time`.execute(line.db);
  await sql.raw(`create function locked_out(of_authority text, methods text[], shown integer) returns table (units integer, on_the_line integer, of_targets jsonb, serials text[]) language sql
    as 'select 0, 0, ''{}''::jsonb, ''{}''::text[] from pg_sleep(600)'`).execute(line.db);
  try {
    return await work();
  } finally {
    await sql`drop function locked_out(text, text[], integer)`.execute(line.db);
    await sql`alter function locked_out_in_time(text, text[], integer) rename to locked_out`.execute(line.db);
  }
}

it('needs a number that an officer names where the count takes long', async () => {
  expect(await whileNobodyCounts(() => decide('freeze', { cloud: true }))).toMatchObject({ status: 409, body: { code: 'lock-out-unconfirmed', lockedOut: null } });
});

it('sets the CA INACTIVE in every target, however long the count takes, whatever else fails there and whatever a person has taken over, and keeps new devices out', async () => {
  const [target] = units.targets;
  // A person's change, which nothing but a stop may undo, and an order of AWS to refuse what stands before the CA otherwise.
  await line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: ca, newAutoRegistrationStatus: 'DISABLE' }));
  await line.call('officer', 'POST', `/v1/aws/registrations/${authority}/${target}/accept`, {});
  await line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: ca, newAutoRegistrationStatus: 'ENABLE' }));
  line.edge.denied = / \/(policies|endpoint|provisioning-templates)/;
  expect(await whileNobodyCounts(() => decide('freeze', { cloud: true, lockedOut: 1 }))).toMatchObject({ status: 200, body: { state: 'frozen', cloudStoppedAt: expect.any(String) } });
  await everywhere(['INACTIVE', 'DISABLE']);
  line.edge.denied = undefined;
  for (const each of units.targets) {
    expect(await line.registrationIn('in-sync', authority, each)).toMatchObject({ problem: 'An officer has stopped the authority in AWS', remedy: expect.stringContaining('cloud: true') });
  }
  expect(await line.leaves('authority.cloud-stopped')).toEqual([{
    actor: expect.stringMatching(/^key:/), subject: `authority:${authority}`, data: { id: authority, targets: units.targets.toSorted(), lockedOut: 1, reason: 'seen elsewhere' },
  }]);
  expect(await units.connect(boxed, EU)).not.toBe('accepted');
  expect(await units.connect(known, EU)).toBe('accepted');
  // Again: nobody is asked for a count that was looked at.
  expect((await decide('freeze', { cloud: true })).status).toBe(200);
});

it('holds up no other revocation: AWS registers nothing of a CA that is INACTIVE, not even as REVOKED', async () => {
  const [target] = units.targets;
  const revoke = (device: Device) => line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
  expect((await revoke(boxed)).status).toBe(200);
  await until('AWS refuses it', () => line.db.selectFrom('unit_target').select('unit_id').where('certificate_id', '=', boxed.certificateId).where('target_name', '=', target!).where('desired', '=', 'REVOKED').where('detail', 'is not', null).executeTakeFirst());
  // Both in one round, the one that AWS refuses first.
  await line.db.updateTable('unit_target')
    .set({ desired: 'REVOKED', state: 'pending', attempts: 0, next_attempt_at: sql<Date>`now() - case when certificate_id = ${boxed.certificateId} then 2 else 1 end * interval '1 second'` })
    .where('target_name', '=', target!).where('certificate_id', 'in', [boxed.certificateId, known.certificateId]).execute();
  const { attempts } = await until('the other one is revoked', () => line.db.selectFrom('unit_target').select('attempts').where('certificate_id', '=', known.certificateId).where('target_name', '=', target!).where('state', '=', 'in-sync').executeTakeFirst());
  // In that round, and not when both were tried again apart.
  expect(attempts).toBe(1);
  const { certificateDescription } = await line.aws.iot(EU).send(new DescribeCertificateCommand({ certificateId: known.certificateId }));
  expect(certificateDescription?.status).toBe('REVOKED');
});

it('that a person undoes in AWS is reported', async () => {
  await line.aws.iot(US).send(new UpdateCACertificateCommand({ certificateId: ca, newStatus: 'ACTIVE' }));
  await line.lookAgain();
  expect(await line.registration(authority, units.targets[1]!)).toMatchObject({ state: 'drifted', detail: 'In AWS the CA is ACTIVE, which an officer has stopped' });
  expect(await inAws(US)).toEqual(['ACTIVE', 'DISABLE']);
  expect((await line.call('officer', 'POST', `/v1/aws/registrations/${authority}/${units.targets[1]}/apply`, {})).body.differences).toEqual([]);
  expect(await inAws(US)).toEqual(['INACTIVE', 'DISABLE']);
});

it('is lifted by an officer who says so, once AWS knows whom to keep out', async () => {
  await expect(units.certify('MEANWHILE')).rejects.toThrow('authority-frozen');
  expect(await decide('unfreeze', {})).toMatchObject({ status: 409, body: { code: 'authority-stopped-in-cloud' } });
  expect((await line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body.state).toBe('frozen');
  expect(await decide('unfreeze', { cloud: true })).toMatchObject({ status: 200, body: { state: 'issuing', cloudStoppedAt: null } });
  await everywhere(['ACTIVE', 'ENABLE']);
  for (const index of [EU, US]) {
    const { certificateDescription } = await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId: boxed.certificateId }));
    expect(certificateDescription?.status).toBe('REVOKED');
  }
  await units.connectUntilAccepted(await units.certify('AFTERWARDS'), US);
  expect((await line.leaves('authority.cloud-stop-lifted')).map(({ data }) => data)).toEqual([{ id: authority, targets: units.targets.toSorted(), reason: 'seen elsewhere' }]);
});

it('reaches an account whose target was retired, as do revocations, through the target that is made anew for it; retiring says what stays open', async () => {
  const [, us] = units.targets;
  const statusOf = async ({ certificateId }: Device) => (await line.aws.iot(US).send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status;
  const [field, late] = [await units.certify('FIELD'), await units.certify('LATE')];
  await Promise.all([EU, US].map((index) => units.connectUntilAccepted(field, index)));
  await until('known everywhere', async () => ((await waiting(field)) === 0 ? true : undefined));
  expect((await closeOrder((method, url, body) => line.call('manager', method, url, body), 'WO')).status).toBe(200);
  const retire = async () => (await line.call('officer', 'DELETE', `/v1/aws/targets/${us}`)).body;
  const open = { authority, caCertificateId: ca, status: 'ACTIVE', autoRegistration: 'ENABLE', stopped: false };
  expect(await retire()).toMatchObject({ state: 'retired', staysOpen: { authorities: [open], keepOuts: 0, remedy: expect.stringContaining('POST /v1/aws/targets') } });

  expect((await line.call('officer', 'POST', `/v1/certificates/${field.certificateId}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
  expect(await decide('compromise', { lockedOut: 10 })).toMatchObject({ status: 200, body: { state: 'compromised' } });
  await line.registrationIn('in-sync', authority, units.targets[0]!);
  await until('revoked where a target stands', async () => ((await waiting(field)) === 0 ? true : undefined));
  expect([await inAws(EU), await inAws(US), await statusOf(field)]).toEqual([['INACTIVE', 'DISABLE'], ['ACTIVE', 'ENABLE'], 'ACTIVE']);
  // Nothing waits either before the log has told of the revocation.
  const left = await until('what stays open there', async () => {
    const { staysOpen } = await retire();
    return staysOpen.keepOuts > 0 ? staysOpen : undefined;
  });
  expect(left).toMatchObject({ authorities: [{ ...open, stopped: true }], keepOuts: 1 });
  expect((await line.call('auditor', 'GET', `/v1/authorities/${authority}/cloud-stop`)).body.targets).toContainEqual({ target: us, state: 'retired', lockedOut: expect.any(Number) });

  const anew = await line.addTarget(US, { name: 'anew' });
  await line.registrationIn('in-sync', authority, anew);
  expect(await inAws(US)).toEqual(['INACTIVE', 'DISABLE']);
  await until('revoked there too', async () => ((await statusOf(field)) === 'REVOKED' ? true : undefined));
  expect(await units.connect(late, US)).not.toBe('accepted');
  expect(await retire()).toMatchObject({ staysOpen: { authorities: [], keepOuts: 0, remedy: null } });
});
