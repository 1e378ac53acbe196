import { until } from '../support/until.js';
import { FleetLine } from './support/fleet-line.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let fleet: FleetLine;
beforeAll(async () => {
  fleet = await FleetLine.ready();
}, PATIENCE_MS);
afterAll(() => fleet.line.stop());

const unknownOf = (order: string) => fleet.unknownOf(order);

it('names and leaves what a unit may not have by a restored ledger, while its order waits to be confirmed', async () => {
  await fleet.releasedOrder('DOUBT', ['DB-1']);
  const unit = await fleet.handed('DOUBT', 'DB-1');
  await fleet.decide('DB-1', 'scrap');
  await fleet.line.db.updateTable('work_order').set({ unconfirmed_epoch: 1 }).where('id', '=', 'DOUBT').execute();
  const certificateId = await fleet.signedInAws(unit);
  expect(await until('named', async () => (await unknownOf('DOUBT')).find((each) => each.certificateId === certificateId))).toMatchObject({ thing: 'DB-1' });
  expect([await until('AWS answers', () => fleet.statusInAws(certificateId)), await fleet.refused(certificateId)]).toEqual(['ACTIVE', []]);
}, PATIENCE_MS);
