import { EU, US } from '../sandbox/support/bench.js';
import { deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import type { Line } from '../aws-iot/support/line.js';
import { Field } from './field.js';

/** More than a worker looks at in any time that a test waits, if each look takes as long as it may. */
const HELD_UP = Array.from({ length: 32 }, (_, at) => `S-${at}`);

let field: Field;
let line: Line;
let [inEu, inUs]: Field[] = [];
beforeAll(async () => {
  field = await Field.start();
  ({ line } = field);
  [inEu, inUs] = await Promise.all([EU, US].map(async (index) => {
    const [id, target] = [`MA-${index}`, field.units.targets[index]!];
    await line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: `${line.family}M`, method: 'multi-account', quantity: 1_000, targets: [target], serials: [`${id}-FIRST`] });
    await until(`${id} is released`, async () => ((await line.call('manager', 'POST', `/v1/work-orders/${id}/release`)).status === 200 ? true : undefined));
    return field.in([target]);
  }));
}, 120_000);
afterAll(() => line?.stop());

/** A renewal that waits for what AWS says now, since it was last seen to differ. */
async function waitsForAws(serial: string): Promise<void> {
  const { unitId, certificateId } = await inEu!.units.certify(serial, `MA-${EU}`);
  const rows = () => line.db.updateTable('unit_target').where('unit_id', '=', unitId);
  await rows().set({ state: 'in-sync' }).execute();
  await field.setState(serial, 'shipped');
  expect((await field.renew(serial, deviceKey())).status).toBe(202);
  await until(`the second certificate of ${serial} is expected`, async () => {
    const { numUpdatedRows } = await rows().set({ state: 'drifted', detail: 'In AWS the certificate is INACTIVE' }).where('certificate_id', '<>', certificateId).executeTakeFirst();
    return numUpdatedRows > 0n ? true : undefined;
  });
  await line.db.updateTable('renewal').set({ next_look_at: new Date('2100-01-01') }).where('unit_id', '=', unitId).execute();
}

it('goes on with the renewals of a target that answers while those of one that hangs wait, and with these once it answers', async () => {
  const old = await inUs!.registered('S-US', `MA-${US}`);
  const key = deviceKey();
  await Promise.all(HELD_UP.map(waitsForAws));
  const { region } = line.aws.account(EU);
  const { body: { id: fault } } = await line.aws.admin('POST', 'faults', { kind: 'slow', action: 'iot:*', region, delayMs: 600_000 });
  await line.db.updateTable('renewal').set({ next_look_at: new Date(0) }).execute();

  const isIn = (state: string) => until(`the renewal of S-US is ${state}`, async () => ((await field.standing('S-US')).state === state ? true : undefined));
  expect((await field.renew('S-US', key)).status).toBe(202);
  await isIn('ready');
  expect((await field.renew('S-US', key)).status).toBe(200);
  expect((await field.reportSeen('S-US', field.units.targets[US])).status).toBe(200);
  await isIn('grace');
  await line.db.updateTable('renewal').set({ grace_ends_at: new Date(0), next_look_at: new Date() }).where('unit_id', '=', old.unitId).execute();
  await isIn('done');

  const heldUp = async () => (await Promise.all(HELD_UP.map((serial) => field.standing(serial)))) as { detail: string | null }[];
  const waits = ({ detail }: { detail: string | null }) => detail?.includes('did not answer') === true;
  // Their pauses grow to a minute, which is as long as `until` waits.
  const allSay = () => until('each of the others says why it waits', async () => ((await heldUp()).every(waits) ? true : undefined));
  await allSay().catch(allSay);
  expect((await heldUp())[0]).toMatchObject({
    step: 'look', awsError: 'ETIMEDOUT', detail: expect.stringMatching(new RegExp(`^${field.units.targets[EU]}: AWS IoT did not answer \\w+ \\(ETIMEDOUT\\)`)),
    remedy: expect.stringContaining('the way to AWS'),
  });

  await line.aws.admin('DELETE', `faults/${fault}`);
  // What a person asks is asked at once, while the pause of the others lasts, and its answer counts for all.
  expect((await line.call('operator', 'POST', `/v1/units/${HELD_UP[0]}/check`)).status).toBe(200);
  await until('all go on', async () => ((await heldUp()).some(waits) ? undefined : true));
}, 240_000);
