import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { DeviceKeys } from '../../src/issuance/device-key.js';
import { IssuanceService } from '../../src/issuance/issuance.service.js';
import { RevocationService } from '../../src/issuance/revocation.service.js';
import { SuccessorRepository } from '../../src/issuance/successor.repository.js';
import { type SuccessorRequest, Successors } from '../../src/issuance/successors.js';
import { UnitRepository } from '../../src/work-orders/unit.repository.js';
import { WorkOrderRepository } from '../../src/work-orders/work-order.repository.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const part = <T>(type: new (...args: never[]) => T) => bench.app.get<T>(type as never, { strict: false });

/** What happens once when the HSM is asked for a signature. */
function instead(act: (sign: () => Promise<Buffer>) => Promise<Buffer>) {
  const ca = part(CertificateAuthorityService);
  const own = ca.sign.bind(ca);
  ca.sign = (...args) => {
    ca.sign = own;
    return act(() => own(...args));
  };
}

/** A unit with its first certificate. */
async function provisioned(quantity = 1) {
  const { id, serials } = await bench.order(1, { quantity });
  const serial = serials[0]!;
  const key = deviceKey();
  const { body } = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(key) });
  const unit = await part(UnitRepository).getBySerial(serial);
  return { order: id, serial, unit, key, fingerprint: String(body['fingerprint']) };
}
type Provisioned = Awaited<ReturnType<typeof provisioned>>;

const certificatesOf = ({ unit }: Pick<Provisioned, 'unit'>) =>
  bench.db.selectFrom('certificate').select(['serial_number', 'state', 'standing', 'replaces', 'fingerprint', 'authority_id', 'revocation_reason']).where('unit_id', '=', unit.id).orderBy('reserved_at').execute();
const standings = async (device: Provisioned) => (await certificatesOf(device)).map(({ state, standing }) => `${standing} ${state}`);

async function requestFor({ order, unit }: Provisioned, key = deviceKey(), change: Partial<SuccessorRequest> = {}): Promise<SuccessorRequest> {
  const current = await part(SuccessorRepository).ofUnit(unit.id);
  return {
    actor: 'key:test', unit, workOrder: await part(WorkOrderRepository).getTerms(order), key: await part(DeviceKeys).read(csrFor(key), 'batch'), replaces: current.find(({ standing }) => standing === 'current')!.serialNumber,
    lockUnit: () => Promise.resolve(), permit: () => Promise.resolve(), stored: () => Promise.resolve(), ...change,
  };
}
const succeed = async (device: Provisioned, key = deviceKey(), change: Partial<SuccessorRequest> = {}) => part(Successors).issue(await requestFor(device, key, change));

it('is a second certificate of the unit, on record, which takes no quota and leaves the unit as it is', async () => {
  const device = await provisioned();
  await succeed(device);
  const [first, second] = await certificatesOf(device);
  expect([first, second]).toMatchObject([{ state: 'valid', standing: 'current' }, { state: 'valid', standing: 'successor', replaces: first!.serial_number, authority_id: bench.authority.id }]);
  expect((await part(WorkOrderRepository).get(device.order)).certificatesReserved).toBe(1);
  expect((await part(UnitRepository).getBySerial(device.serial)).state).toBe('certified');
  expect((await bench.auditTrail(`unit:${device.serial}`)).filter((event) => event.startsWith('certificate.'))).toEqual(['certificate.reserved', 'certificate.issued', 'certificate.reserved', 'certificate.issued']);
});

it('leaves the unit’s current certificate the one that is answered for its key', async () => {
  const device = await provisioned();
  await succeed(device);
  const again = await bench.as('issuer').post('/v1/certificates', { workOrder: device.order, serial: device.serial, csr: csrFor(device.key) });
  expect([again.status, again.body['fingerprint']]).toEqual([200, device.fingerprint]);
});

it('is one at most, also when several are asked for at the same time', async () => {
  const device = await provisioned();
  const answers = await Promise.allSettled([1, 2, 3, 4].map(() => succeed(device)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 'rejected').map((answer) => (answer as PromiseRejectedResult).reason as unknown)).toEqual(Array(3).fill(expect.objectContaining({ code: 'request-in-progress' })));
  await expect(succeed(device)).rejects.toMatchObject({ code: 'request-in-progress' });
  expect(await standings(device)).toEqual(['current valid', 'successor valid']);
  for (const standing of ['successor', 'current'] as const) {
    const row = await bench.db.selectFrom('certificate').selectAll().where('unit_id', '=', device.unit.id).where('standing', '=', standing).executeTakeFirstOrThrow();
    const copy = { ...row, serial_number: `${row.serial_number}-copy`, fingerprint: `${standing}-copy-${device.serial}` };
    await expect(bench.db.insertInto('certificate').values(copy).execute()).rejects.toMatchObject({ constraint: standing === 'current' ? 'certificate_one_per_unit' : 'certificate_one_successor' });
  }
});

it('may be for the key that the unit has, and for no other unit’s', async () => {
  const [device, other] = [await provisioned(), await provisioned()];
  await succeed(device, device.key);
  expect(await standings(device)).toEqual(['current valid', 'successor valid']);
  await expect(succeed(other, device.key)).rejects.toMatchObject({ code: 'key-already-used' });
});

it('is not made where the caller’s transaction refuses it, or the authority is frozen', async () => {
  const device = await provisioned();
  await expect(succeed(device, deviceKey(), { permit: () => Promise.reject(new Error('not there')) })).rejects.toThrow('not there');
  const authority = `/v1/authorities/${bench.authority.id}`;
  await bench.as('officer').post(`${authority}/freeze`, { reason: 'test' });
  await expect(succeed(device)).rejects.toMatchObject({ code: 'authority-frozen' });
  await bench.as('officer').post(`${authority}/unfreeze`, { reason: 'test' });
  expect(await standings(device)).toEqual(['current valid']);
  await succeed(device);
});

it('gives up a reservation that failed or was left behind, without quota or unit', async () => {
  const device = await provisioned();
  instead(() => Promise.reject(new Error('the HSM is away')));
  await expect(succeed(device)).rejects.toThrow('the HSM is away');
  expect(await standings(device)).toEqual(['current valid', 'successor abandoned']);

  // As a process that died leaves it.
  await succeed(device);
  await bench.db.updateTable('certificate').set({ state: 'reserved', reserved_until: new Date() }).where('unit_id', '=', device.unit.id).where('standing', '=', 'successor').where('state', '=', 'valid').execute();
  await part(IssuanceService).abandonLeftBehind();
  expect(await standings(device)).toEqual(['current valid', 'successor abandoned', 'successor abandoned']);
  expect((await part(WorkOrderRepository).get(device.order)).certificatesReserved).toBe(1);
  expect((await part(UnitRepository).getBySerial(device.serial)).state).toBe('certified');
});

it('is thrown away where the certificate that it replaces is revoked while the HSM works', async () => {
  const device = await provisioned();
  instead(async (sign) => {
    await part(RevocationService).revoke('key:test', device.fingerprint, 'keyCompromise');
    return sign();
  });
  await expect(succeed(device)).rejects.toMatchObject({ code: 'reservation-lost' });
  expect(await standings(device)).toEqual(['current revoked', 'successor abandoned']);
});

it('takes the place of the current one, which stays valid until it is revoked', async () => {
  const device = await provisioned();
  await succeed(device);
  const successor = (await certificatesOf(device))[1]!.fingerprint!;
  const promote = () => bench.db.transaction().execute((tx) => part(SuccessorRepository).promote(tx, device.unit.id, successor));
  expect([await promote(), await promote()]).toEqual([true, false]);
  expect(await standings(device)).toEqual(['former valid', 'current valid']);
  await bench.as('officer').post(`/v1/certificates/${device.fingerprint}/revoke`, { reason: 'superseded' });
  expect(await standings(device)).toEqual(['former revoked', 'current valid']);
});

it('is the unit’s certificate at once when the current one is revoked', async () => {
  const device = await provisioned();
  await succeed(device);
  await bench.as('officer').post(`/v1/certificates/${device.fingerprint}/revoke`, { reason: 'keyCompromise' });
  expect(await standings(device)).toEqual(['former revoked', 'current valid']);
  // The one that a unit had last stays its current one.
  expect((await bench.as('manager').post(`/v1/units/${device.serial}/scrap`)).status).toBe(200);
  expect(await standings(device)).toEqual(['former revoked', 'current revoked']);
});

it('is revoked with the current one where both are for the key that is compromised', async () => {
  const device = await provisioned();
  await succeed(device, device.key);
  await bench.as('officer').post(`/v1/certificates/${device.fingerprint}/revoke`, { reason: 'keyCompromise' });
  expect((await certificatesOf(device)).map(({ state, revocation_reason }) => [state, revocation_reason])).toEqual([['revoked', 'keyCompromise'], ['revoked', 'keyCompromise']]);
  await expect(bench.as('officer').post(`/v1/certificates/${device.fingerprint}/revoke`, { reason: 'keyCompromise' })).resolves.toMatchObject({ status: 200 });
});

it('is not made while the ledger is held', async () => {
  const device = await provisioned();
  await bench.db.updateTable('ledger_identity').set({ hold: 'older', hold_reason: 'test', held_at: new Date(), held_from: 0 }).execute();
  try {
    await expect(succeed(device)).rejects.toMatchObject({ code: 'ledger-older' });
  } finally {
    await bench.db.updateTable('ledger_identity').set({ hold: null, hold_reason: null, held_at: null, held_from: null }).execute();
  }
  expect(await standings(device)).toEqual(['current valid']);
});

it('is revoked with the unit’s other certificates by a rework, which gives back what the first one took', async () => {
  const device = await provisioned(2);
  await succeed(device);
  expect((await bench.as('operator').post(`/v1/units/${device.serial}/rework`, { reason: 'test' })).body).toMatchObject({ state: 'reworking', certificate: device.fingerprint });
  expect((await certificatesOf(device)).map(({ state, revocation_reason }) => [state, revocation_reason])).toEqual([['revoked', 'superseded'], ['revoked', 'superseded']]);
  expect((await part(WorkOrderRepository).get(device.order)).certificatesReserved).toBe(0);
});
