import { Certificate } from '../../src/sandbox/certificates/x509-certificate.js';
import { matches, PolicyCheck, type Action } from '../../src/sandbox/mqtt/policy.js';
import { Store } from '../../src/sandbox/store/store.js';
import { fromPem } from '../../src/x509/pem.js';
import { makeFolder, removeFolder } from './support/bench.js';
import { TestAuthority } from './support/test-pki.js';
import { unlessEndless } from '../support/unless-endless.js';

describe('a pattern of a policy', () => {
  it.each([
    ['topic/a', 'topic/a', true],
    ['topic/a', 'topic/ab', false],
    ['topic/*', 'topic/', true],
    ['topic/*', 'topic/a/b', true],
    ['topic/*/b', 'topic/x/y/b', true],
    ['topic/*/b', 'topic/x/y/c', false],
    ['topic/?', 'topic/', false],
    ['topic/?', 'topic/a', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['topicfilter/a/+', 'topicfilter/a/+', true],
    ['topicfilter/a/+', 'topicfilter/a/b', false],
    ['topicfilter/a/#', 'topicfilter/a/b', false],
    ['topic/.', 'topic/a', false],
    ['', '', true],
    ['', 'a', false],
  ])('%s on %s: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('costs little even when it is made to cost much', () => {
    expect(unlessEndless(() => matches(`${'*a'.repeat(5_000)}b`, 'a'.repeat(20_000)))).toBe(false);
  });
});

describe('the policies of a certificate', () => {
  let folder: string;
  let store: Store;
  let certificate: Certificate;
  let counter = 0;

  beforeAll(async () => {
    folder = makeFolder();
    store = new Store(folder);
    const ca = await TestAuthority.make('C=DE, O=Lineside, CN=Issuing CA');
    certificate = new Certificate(fromPem('CERTIFICATE', (await ca.issue('CN=unit-1, OU=first, OU=second, O=a*b')).pem));
  });
  afterAll(() => {
    store.close();
    removeFolder(folder);
  });

  /** Whether one statement allows publishing to `topic/<value>` in an account of its own. */
  function allows(statement: object, topic = 'x', clientId = 'unit-1', attached = false): boolean {
    const account = store.account({ accountId: '111111111111', region: `eu-west-${++counter}` });
    store.policies.add(account, 'p', JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
    store.policies.attach(account, 'p', certificate.id);
    if (attached) {
      store.things.add(account, 'unit-1', { line: 'L7' });
      store.things.attach(account, { thing: 'unit-1', certificateId: certificate.id, type: 'NON_EXCLUSIVE_THING' });
    }
    const action: Action = 'iot:Publish';
    return new PolicyCheck(store).allows({ account, certificate, clientId, sourceIp: '127.0.0.1' }, action, `topic/${topic}`);
  }

  const publish = (resource: string, more: object = {}) => ({ Effect: 'Allow', Action: 'iot:Publish', Resource: `arn:aws:iot:*:*:topic/${resource}`, ...more });

  it.each([
    ['iot:ClientId', 'unit-1'],
    ['aws:SourceIp', '127.0.0.1'],
    ['iot:Certificate.Subject.CommonName', 'unit-1'],
    ['iot:Certificate.Subject.OrganizationalUnit', 'first'],
    ['iot:Certificate.Subject.OrganizationalUnit.1', 'second'],
    ['iot:Certificate.Issuer.CommonName', 'Issuing CA'],
    ['iot:Certificate.Issuer.Country', 'DE'],
    ['iot:Connection.Thing.ThingName', 'unit-1'],
    ['iot:Connection.Thing.Attributes[line]', 'L7'],
    ['iot:Connection.Thing.IsAttached', 'true'],
  ])('know ${%s}', (name, value) => {
    expect(allows(publish(`\${${name}}`), value, 'unit-1', true)).toBe(true);
    expect(allows(publish(`\${${name}}`), `${value}x`, 'unit-1', true)).toBe(false);
  });

  it.each(['iot:Certificate.Subject.Country', 'iot:Certificate.Subject.OrganizationalUnit.2', 'iot:Connection.Thing.ThingName', 'iot:Unknown', ''])(
    'say nothing where ${%s} has no value',
    (name) => {
      expect(allows(publish(`\${${name}}*`), 'anything')).toBe(false);
    },
  );

  it('don\'t substitute values that hold wildcards', () => {
    expect(allows(publish('${iot:ClientId}'), 'secret', '*')).toBe(false);
    expect(allows(publish('${iot:Certificate.Subject.Organization}'), 'aXb')).toBe(false);
  });

  it.each([
    ['iot:*', true],
    ['iot:Pub*', true],
    ['iot:publish', true],
    ['*', true],
    ['iot:Subscribe', false],
    ['greengrass:*', false],
  ])('with action %s: %s', (Action, expected) => {
    expect(allows(publish('*', { Action }))).toBe(expected);
  });

  it('hold conditions on the connection, and no unknown operator helps the caller', () => {
    const attached = { Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } } };
    expect(allows(publish('*', attached), 'x', 'unit-1', true)).toBe(true);
    expect(allows(publish('*', attached), 'x', 'unit-1', false)).toBe(false);
    expect(allows(publish('*', { Condition: { StringLike: { 'iot:Certificate.Subject.CommonName': 'unit-*' } } }))).toBe(true);
    expect(allows(publish('*', { Condition: { StringEquals: { 'iot:ClientId': ['other', '${iot:Certificate.Subject.CommonName}'] } } }))).toBe(true);
    expect(allows(publish('*', { Condition: { StringEquals: { 'iot:ClientId': 'other' } } }))).toBe(false);
    expect(allows(publish('*', { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }))).toBe(false);
  });
});
