import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { leaf } from '../../src/audit/leaf.js';
import { CertificateRepository, type Reservation } from '../../src/issuance/certificate.repository.js';
import type { Database, Ledger } from '../../src/platform/database/database.js';
import { LeaseAbsence } from '../../src/work-orders/lease-absence.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const tableReads = async (tx: Ledger) => {
  const tables = sql`select relname, seq_scan from pg_stat_xact_user_tables where seq_scan > 0 and relname in ('certificate', 'device_key', 'unit', 'log_leaf') order by relname`;
  return (await tables.execute(tx)).rows;
};

it('no step of an issuance reads a whole table, not even where the statistics were made on an empty ledger', async () => {
  const { id: workOrderId, serials } = await bench.order(40);
  const units = await bench.db.selectFrom('unit').select(['id', 'serial']).where('serial', 'in', serials).execute();
  const intentFor = (unitId: number) => ({
    unitId, workOrderId, authorityId: bench.authority.id, profile: 'default', keyOrigin: 'device' as const, serialNumber: randomBytes(20).toString('hex'),
    spkiSha256: randomBytes(32), keyIdentity: randomBytes(32), tbs: randomBytes(400), tbsSha256: randomBytes(32), notBefore: new Date(0), notAfter: new Date(0),
  });
  const reservations = units.map(({ id, serial }): Reservation => ({
    intent: intentFor(id), lease: undefined, openMs: 0,
    leaves: [leaf('test', 'certificate.abandoned', `unit:${serial}`, { serialNumber: '00', unit: serial, reason: 'a test' })],
  }));
  const sign = (reservation: Reservation) => ({ ...reservation, der: randomBytes(500), fingerprint: randomBytes(32).toString('hex') });

  await sql`vacuum analyze`.execute(bench.db);
  const [before, after] = await bench.db.transaction().execute(async (tx) => {
    const certificates = new CertificateRepository(tx as Database, bench.app.get(LeaseAbsence, { strict: false }));
    const issue = async (some: readonly Reservation[]) => {
      await certificates.reserve(some, { reservedBy: 0, keepMs: 0, storedLast: '' });
      await certificates.complete(some.map(sign));
    };
    const first = await tableReads(tx);
    // A connection settles on its plans after a few calls, while the tables are still all but empty.
    for (let at = 0; at < reservations.length; at += 4) await issue(reservations.slice(at, at + 4));
    return [first, await tableReads(tx)];
  });
  expect(after).toEqual(before);
});
