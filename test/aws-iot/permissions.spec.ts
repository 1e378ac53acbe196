import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { METHOD_PERMISSIONS, type Permission, permissionsOf } from '../../src/aws-iot/methods/permissions.js';
import { TRIED_ACTIONS, type TriedAction } from '../../src/aws-iot/clients/permission-trials.js';
import type { Method } from '../../src/work-orders/work-order.tables.js';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { US } from '../sandbox/support/bench.js';
import { AssumedRole, type Statement } from './support/assumed-role.js';
import { Line } from './support/line.js';

const ACCOUNT = '222222222222';
const BUCKET = `factory-${ACCOUNT}`;
const METHODS = Object.keys(METHOD_PERMISSIONS) as Method[];

let line: Line;
let role: AssumedRole;
let name: string;
beforeAll(async () => {
  line = await Line.start();
  role = new AssumedRole(line, ACCOUNT, 'us-east-1', { BUCKET, PREFIX: 'lineside' });
  role.allow('jitp');
  await line.aws.own(new S3Client({ ...line.aws.access(US), forcePathStyle: true })).send(new CreateBucketCommand({ Bucket: BUCKET }));
  name = await line.addTarget(US, { name: 'assumed', ...role.ofTarget });
  // Nothing else may call AWS or change anything there meanwhile.
  const { id } = await line.addAuthority();
  await line.registrationIn('in-sync', id, name);
  await line.db.updateTable('registration').set({ method: 'bulk', parameters: JSON.stringify({ bucket: 'factory-{account}' }), next_attempt_at: new Date('2100-01-01') }).where('authority_id', '=', id).execute();
});
afterAll(() => line.stop());

interface Answer {
  passed: boolean;
  methods: string[];
  items: { permission: Permission; statement: string; method: string; state: string; finding: string; awsError: string | null; remedy: string | null }[];
}

async function prove(method?: Method): Promise<Answer> {
  const { status, body } = await line.call('operator', 'POST', `/v1/aws/targets/${name}/permissions`, method === undefined ? {} : { method });
  expect(status).toBe(200);
  return body;
}

/** Everything that the account holds, but who has called. */
function registry() {
  // The sandbox has the file itself for its own.
  const copy = join(line.aws.folder, 'copy');
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const file of readdirSync(join(line.aws.folder, 'data')).filter((each) => each.startsWith('registry.sqlite'))) copyFileSync(join(line.aws.folder, 'data', file), join(copy, file));
  const database = new DatabaseSync(join(copy, 'registry.sqlite'));
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table' and name not in ('role_session', 'role') order by name").all() as { name: string }[];
    expect(tables.length).toBeGreaterThan(15);
    return Object.fromEntries(tables.map(({ name: table }) => [table, database.prepare(`select * from "${table}"`).all().map((row) => JSON.stringify(row)).sort()]));
  } finally {
    database.close();
  }
}

it('is asked for exactly what docs/aws gives, statement by statement, for each method', () => {
  const files = readdirSync('docs/aws').flatMap((file) => /^([a-z-]+)\.json$/.exec(file)?.[1] ?? []).sort();
  expect(METHODS.toSorted()).toEqual(files);
  for (const method of METHODS) {
    const given = role.statements(method).map(({ Sid, Action }) => [Sid, [Action].flat()]);
    expect([method, Object.fromEntries(given)]).toEqual([method, METHOD_PERMISSIONS[method]]);
    const template = JSON.parse(readFileSync(`docs/aws/${method}.cloudformation.json`, 'utf8')).Resources.LinesideRole.Properties.Policies[0].PolicyDocument;
    expect([method, template.Statement.map(({ Sid, Action, Condition }: Statement) => [Sid, Action, Condition])]).toEqual([method, role.statements(method).map(({ Sid, Action, Condition }) => [Sid, Action, Condition])]);
  }
});

it('has an upgrade told of what came later in the words of these files: each permission, and the file that gives it', () => {
  const rows = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| (\d{4}) \| `([a-z.-]+\.json)` \| ((?:`[a-z]+:\w+`(?:, )?)+) \|/gm)].map(([, , file, permissions]) => ({ file: file!, permissions: permissions!.match(/[a-z]+:\w+/g)! }));
  const lacking = rows.flatMap(({ file, permissions }) => permissions.filter((each) => !readFileSync(`docs/aws/${file}`, 'utf8').includes(`"${each}"`)).map((each) => [file, each]));
  expect(lacking).toEqual([]);
  expect(rows).toEqual(expect.arrayContaining([{ file: 'jitr.json', permissions: ['iot:ReplaceTopicRule'] }, { file: 'trusted-user.cloudformation.json', permissions: ['iot:DescribeProvisioningTemplate'] }]));
});

it('bounds iam:PassRole to one role and to AWS IoT in every file', () => {
  for (const method of METHODS) {
    for (const statement of role.statements(method).filter(({ Action }) => [Action].flat().some((action) => action.startsWith('iam:')))) {
      expect([method, statement]).toEqual([method, {
        Sid: 'PassProvisioningRole', Effect: 'Allow', Action: ['iam:PassRole'], Resource: `arn:aws:iam::${ACCOUNT}:role/lineside-provisioning`,
        Condition: { StringEquals: { 'iam:PassedToService': 'iot.amazonaws.com' } },
      }]);
    }
  }
});

it.each(METHODS)('finds everything allowed with the policy of docs/aws for %s, and leaves the account as it was', async (method) => {
  role.allow(method);
  const before = registry();
  const { passed, methods, items } = await prove(method);
  expect(items.filter(({ state }) => state !== 'allowed')).toEqual([]);
  expect([passed, methods]).toEqual([true, [method]]);
  expect(items.map(({ permission }) => permission).sort()).toEqual(permissionsOf([method]).map(({ permission }) => permission).filter((permission) => permission !== 'iot:GetRegistrationCode').sort());
  expect(registry()).toEqual(before);
});

/** What a proof must say of each permission while these are denied. */
function statesWith(denied: ReadonlySet<string>, permission: Permission): string {
  const removal = permission in TRIED_ACTIONS ? TRIED_ACTIONS[permission as TriedAction] : undefined;
  if (removal !== undefined && denied.has(removal)) return 'not-tried';
  if (permission === 'iam:PassRole' && denied.has('iot:RegisterCACertificate')) return 'not-tried';
  return denied.has(permission) ? 'denied' : 'allowed';
}

it.each(METHODS)('finds and names each permission of %s that is denied, and no other, and leaves the account as it was', async (method) => {
  const statements = role.statements(method);
  const before = registry();
  const earlier = new Set(METHODS.slice(0, METHODS.indexOf(method)).flatMap((each) => permissionsOf([each]).map(({ permission }) => permission)));
  // Once is enough: the calls are the same for all methods.
  const own = permissionsOf([method]).map(({ permission }) => permission).filter((permission) => !earlier.has(permission) && permission !== 'iot:GetRegistrationCode');
  const found = new Set<string>();
  // Round k denies those whose number has bit k: no two permissions are denied in the same rounds.
  for (let bit = 1; bit <= own.length; bit *= 2) {
    const denied = new Set<string>(own.filter((_, at) => ((at + 1) & bit) !== 0));
    role.set([...statements, { Effect: 'Deny', Action: [...denied], Resource: '*' }]);
    const { passed, items } = await prove(method);
    expect(passed).toBe(false);
    expect(Object.fromEntries(items.map(({ permission, state }) => [permission, state]))).toEqual(Object.fromEntries(items.map(({ permission }) => [permission, statesWith(denied, permission)])));
    for (const item of items.filter(({ state }) => state === 'denied')) {
      found.add(item.permission);
      expect(item).toMatchObject({
        awsError: expect.stringMatching(/^AccessDenied/), finding: expect.stringContaining('AccessDenied'),
        remedy: `Allow ${item.permission} to the target’s role or user: statement ${item.statement} of docs/aws/${method}.json.`,
      });
    }
    expect(items.filter(({ state, remedy }) => (state === 'allowed') !== (remedy === null))).toEqual([]);
  }
  // Those that can't be tried while another one is missing need a round of their own.
  for (const permission of own.filter((each) => !found.has(each))) {
    role.set([...statements, { Effect: 'Deny', Action: permission, Resource: '*' }]);
    expect((await prove(method)).items.filter(({ state }) => state === 'denied').map((item) => item.permission)).toEqual([permission]);
  }
  expect(registry()).toEqual(before);
});

it('tells an AWS that does not answer from one that denies', async () => {
  role.allow('multi-account');
  await line.aws.admin('POST', 'faults', { kind: 'throttle', action: 'iot:DescribeThing' });
  expect((await prove('multi-account')).items.filter(({ state }) => state !== 'allowed')).toMatchObject([{ permission: 'iot:DescribeThing', state: 'unreachable', awsError: 'ThrottlingException', remedy: expect.stringMatching(/\w/) }]);
  await line.aws.admin('DELETE', 'faults');
});

it('removes what it made though the answer was lost, and names it where that fails', async () => {
  role.allow('multi-account');
  const before = registry();
  await line.aws.admin('POST', 'faults', { kind: 'lost-answer', action: 'iot:RegisterCertificateWithoutCA' });
  expect((await prove('multi-account')).items.find(({ permission }) => permission === 'iot:RegisterCertificateWithoutCA')).toMatchObject({ state: 'allowed', remedy: null });
  await line.aws.admin('DELETE', 'faults');
  expect(registry()).toEqual(before);

  // The first one asks whether removing is permitted.
  line.edge.denied = undefined;
  const deletions = () => line.edge.mutations.filter((call) => call.startsWith('DELETE /certificates/')).length;
  const asked = deletions();
  Object.defineProperty(line.edge, 'denied', { configurable: true, get: () => (deletions() > asked + 1 ? /^DELETE \/certificates\// : undefined) });
  const item = (await prove('multi-account')).items.find(({ permission }) => permission === 'iot:RegisterCertificateWithoutCA')!;
  Object.defineProperty(line.edge, 'denied', { configurable: true, writable: true, value: undefined });
  expect(item).toMatchObject({ state: 'allowed', finding: expect.stringMatching(/^The certificate [0-9a-f]{64} was made to try the permission and could not be removed/), remedy: expect.stringContaining('by hand') });
});

it('asks for the methods of the target’s families where none is named, and nothing of a retired target', async () => {
  role.allow('bulk');
  expect(await prove()).toMatchObject({ methods: ['bulk'], passed: true });
  await line.db.updateTable('registration').set({ parameters: JSON.stringify({ bucket: 'nobodys' }) }).execute();
  expect((await prove()).items.filter(({ state }) => state !== 'allowed')).toMatchObject([{ permission: 's3:PutObject', state: 'not-tried', remedy: expect.stringContaining('Make the bucket') }]);
  expect((await line.call('officer', 'DELETE', `/v1/aws/targets/${name}`)).status).toBe(200);
  expect(await line.call('operator', 'POST', `/v1/aws/targets/${name}/permissions`, {})).toMatchObject({ status: 409, body: { code: 'target-state' } });
});
