import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Store } from '../../src/sandbox/store/store.js';
import { makeFolder, removeFolder } from './support/bench.js';

const NAMES = [
  { accountId: '111111111111', region: 'eu-west-1' },
  { accountId: '222222222222', region: 'us-east-1' },
];

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

/** What `.dump` wrote of the registry of an earlier sandbox. */
function restore(file: string): void {
  const database = new DatabaseSync(join(folder, 'registry.sqlite'));
  database.exec(readFileSync(join('test', 'sandbox', 'stores', file), 'utf8'));
  database.close();
}

describe('the store', () => {
  it('of a sandbox before versions of policies and types of things goes on with all that it holds', () => {
    restore('0001.sql');
    const store = new Store(folder);
    const [eu, us] = NAMES.map((name) => store.account(name));
    expect(eu!.endpoint).toBe('a358aa36c15682-ats.iot.eu-west-1.amazonaws.com');
    expect(store.things.find(eu!, 'unit-2')).toMatchObject({ attributes: { line: 'L2' }, type: undefined, billingGroup: undefined, version: 1 });
    const [principal] = store.things.principalsOf(eu!, 'unit-2');
    expect(principal).toMatchObject({ type: 'EXCLUSIVE_THING' });
    const [policy] = store.policies.attachedTo(eu!, principal!.certificateId);
    expect(JSON.parse(policy!.document)).toMatchObject({ Statement: { Action: 'iot:*' } });
    expect(policy!.modifiedAt).toEqual(policy!.createdAt);
    expect(store.policies.addVersion(policy!, '{}')).toBe(2);
    expect(store.policies.versions(policy!).map(({ version }) => version)).toEqual([2, 1]);
    const template = store.templates.find(eu!, 'units')!;
    expect(store.templates.addVersion(template, '{}')).toBe(2);
    expect(store.caCertificates.page(us!, undefined, { size: 9, ascending: true }).items).toMatchObject([{ mode: 'SNI_ONLY', status: 'ACTIVE' }]);
    expect(store.retainedMessages.page(eu!, { most: 10 }).map(({ topic, payload }) => [topic, payload.toString()])).toEqual([['state/unit-2', 'on']]);
    store.close();
    // Once brought up to date it opens as it is.
    const again = new Store(folder);
    expect(again.policies.versions(policy!)).toHaveLength(2);
    again.close();
  });

  it('of a newer sandbox is refused and not touched', () => {
    new Store(folder).close();
    const path = join(folder, 'registry.sqlite');
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 9999');
    newer.close();
    expect(() => new Store(folder)).toThrow(/A newer sandbox has made .* \(version 9999/);
    const after = new DatabaseSync(path);
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 9999 });
    after.close();
  });
});
