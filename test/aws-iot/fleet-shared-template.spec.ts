import { UpdateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { FleetLine } from './support/fleet-line.js';

/** A function of Lambda is a process that has to start first. */
const PATIENCE_MS = 90_000;

let fleet: FleetLine;
/** Of the family of order TWO, whose template is that of order ONE. */
let second: string;
let templateName: string;

beforeAll(async () => {
  fleet = await FleetLine.start();
  await fleet.order('ONE', ['A-1', 'A-2', 'A-3', 'A-4']);
  await fleet.deployHook();
  await fleet.seenInSync();
  await fleet.activate();
  await fleet.released('ONE');
  const family = `${fleet.line.family}b`;
  ({ id: second } = await fleet.line.addAuthority({ family }));
  await fleet.deployHook(second);
  await fleet.order('TWO', ['B-1', 'B-2', 'B-3', 'B-4'], { authority: family });
  await fleet.seenInSync(second);
  await fleet.activate(second);
  await fleet.released('TWO');
  const [one, two] = [await fleet.handed('ONE', 'A-1'), await fleet.handed('TWO', 'B-1')];
  templateName = one.body.claim.template;
  expect(two.body.claim.template).toBe(templateName);
}, PATIENCE_MS);
afterAll(() => fleet.line.stop());

const update = (change: object) => until('AWS changes the template', () => fleet.iot.send(new UpdateProvisioningTemplateCommand({ templateName, ...change })).catch(() => undefined));
function putHook() {
  const { accountId, region } = fleet.line.aws.account(EU);
  return update({ preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: `arn:aws:lambda:${region}:${accountId}:function:lineside-fleet-hook` } });
}
/** And both families know it. */
async function takeHookOff() {
  await update({ removePreProvisioningHook: true });
  for (const authority of [fleet.authority, second]) await fleet.line.registrationLookedAt(authority, fleet.target);
}
const refused = { status: 409, body: expect.objectContaining({ code: 'may-not-issue', detail: expect.stringContaining('has no pre-provisioning hook') }) };

it('hands out again as soon as AWS shows the hook, whatever was seen before, and asks AWS a few times only for many who are refused', async () => {
  await takeHookOff();
  const { edge } = fleet.line;
  edge.seen.length = 0;
  const answers = await Promise.all(Array.from({ length: 60 }, () => fleet.handed('TWO', 'B-2')));
  expect(answers).toEqual(Array(60).fill(expect.objectContaining(refused)));
  // Of the first who was refused, and of looks that were due anyway.
  const asked = edge.seen.filter(({ call }) => call === `GET /provisioning-templates/${templateName}`).length;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(20);
  await putHook();
  expect((await fleet.handed('ONE', 'A-2')).status).toBe(201);
}, PATIENCE_MS);

it('looks at once at each family that differs where one of them was made right', async () => {
  await takeHookOff();
  await fleet.line.db.updateTable('registration').set({ next_attempt_at: new Date(Date.now() + 3_600_000) }).where('authority_id', '=', second).execute();
  expect((await fleet.line.call('officer', 'POST', `/v1/aws/registrations/${fleet.authority}/${fleet.target}/apply`, {})).body.differences).toEqual([]);
  expect((await fleet.handed('ONE', 'A-3')).status).toBe(201);
  await fleet.line.registrationIn('in-sync', second, fleet.target);
  expect((await fleet.handed('TWO', 'B-3')).status).toBe(201);
}, PATIENCE_MS);
