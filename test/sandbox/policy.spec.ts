import { Certificate } from '../../src/sandbox/certificates/x509-certificate.js';
import { matches } from '../../src/sandbox/model/pattern.js';
import { PolicyCheck, type Action } from '../../src/sandbox/mqtt/policy.js';
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
    certificate = new Certificate(fromPem('CERTIFICATE', (await ca.issue('CN=unit-1, OU=first, OU=second, O=a*b, ST="a,b"', { dns: ['one.example.com', 'two.example.com'] })).pem));
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
      store.things.add(account, 'unit-1', { line: 'L7' }, { type: 'valve' });
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
    ['iot:Certificate.Subject.State', 'a\\,b'],
    ['iot:Certificate.Subject.AlternativeName.DNSName', 'one.example.com'],
    ['iot:Certificate.Subject.AlternativeName.DNSName.1', 'two.example.com'],
    ['iot:Connection.Thing.ThingTypeName', 'valve'],
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
    expect(allows(publish('*', { Condition: { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } } }))).toBe(false);
  });

  const UNIT = 'iot:Certificate.Subject.OrganizationalUnit.List';
  it.each<[string, object, boolean]>([
    ['an address in the range', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } }, true],
    ['an address outside of the range', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    ['a range that is none', { IpAddress: { 'aws:SourceIp': 'everywhere/99' } }, false],
    ['an address that must be elsewhere', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, true],
    ['all values of a list allowed', { 'ForAllValues:StringEquals': { [UNIT]: ['first', 'second', 'third'] } }, true],
    ['one value of a list not allowed', { 'ForAllValues:StringEquals': { [UNIT]: ['first'] } }, false],
    ['one value of a list wanted', { 'ForAnyValue:StringEquals': { [UNIT]: ['second', 'third'] } }, true],
    ['no value of a list wanted', { 'ForAnyValue:StringEquals': { [UNIT]: ['third'] } }, false],
    ['all values of nothing', { 'ForAllValues:StringEquals': { 'iot:Certificate.Subject.Country.List': ['DE'] } }, true],
    ['any value of nothing', { 'ForAnyValue:StringEquals': { 'iot:Certificate.Subject.Country.List': ['DE'] } }, false],
    ['the opposite', { StringNotEquals: { 'iot:ClientId': 'other' } }, true],
    ['the opposite of what is', { StringNotLike: { 'iot:ClientId': 'unit-*' } }, false],
    ['another case', { StringEqualsIgnoreCase: { 'iot:ClientId': 'UNIT-1' } }, true],
    ['a key that is missing, if it exists', { StringEqualsIfExists: { 'iot:LastWillTopic': 'x' } }, true],
    ['a key that is missing', { StringEquals: { 'iot:LastWillTopic': 'x' } }, false],
    ['the type of the thing', { StringEquals: { 'iot:Connection.Thing.ThingTypeName': 'valve' } }, true],
    ['an attribute of the thing', { StringEquals: { 'iot:Connection.Thing.Attributes[line]': 'L8' } }, false],
    ['all conditions but one', { StringEquals: { 'iot:ClientId': 'unit-1' }, Bool: { 'iot:Connection.Thing.IsAttached': 'false' } }, false],
  ])('hold conditions on %s: %j', (_what, Condition, expected) => {
    expect(allows(publish('*', { Condition }), 'x', 'unit-1', true)).toBe(expected);
  });

  it('are not asked for a provisioning claim, which may use its template only, until it ends', () => {
    const claimed = (template: string, expiresAt: Date) => {
      const account = store.account({ accountId: '111111111111', region: `eu-west-${++counter}` });
      store.fleet.addClaim(account, { certificateId: certificate.id, template: 'mine', expiresAt });
      const actor = { account, certificate, clientId: 'unit-1', sourceIp: '127.0.0.1' };
      return new PolicyCheck(store).allows(actor, 'iot:Publish', `topic/$aws/provisioning-templates/${template}/provision/json`);
    };
    expect(claimed('mine', new Date(Date.now() + 60_000))).toBe(true);
    expect(claimed('other', new Date(Date.now() + 60_000))).toBe(false);
    expect(claimed('mine', new Date(Date.now() - 1))).toBe(false);
  });

  it('can name the certificate by its id', () => {
    const own = { Condition: { StringEquals: { 'iot:CertificateId': certificate.id } } };
    expect(allows(publish('*', own))).toBe(true);
    expect(allows(publish('${iot:CertificateId}/x'), `${certificate.id}/x`)).toBe(true);
    expect(allows(publish('*', { Condition: { StringEquals: { 'iot:CertificateId': 'f'.repeat(64) } } }))).toBe(false);
  });
});
