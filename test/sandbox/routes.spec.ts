import { listThings } from '../../src/sandbox/control-plane/things.js';
import { findOperation } from '../../src/sandbox/control-plane/routes.js';

describe('the operation of a path', () => {
  it('is found with its labels decoded, however long and whatever they hold', () => {
    const arn = 'arn:aws:iot:eu-west-1:111111111111:cert/ab+c%';
    expect(findOperation('POST', `/attached-policies/${encodeURIComponent(arn)}`)?.labels).toEqual({ target: arn });
    const long = 'x'.repeat(2_000);
    expect(findOperation('GET', `/provisioning-templates/${long}/versions/7`)?.labels).toEqual({ templateName: long, versionId: '7' });
    expect(findOperation('GET', '/things')).toEqual({ name: 'ListThings', run: listThings, labels: {} });
  });

  it.each([
    ['a path that AWS IoT does not have', 'GET', '/nothing'],
    ['a method that the path does not have', 'PUT', '/things/a'],
    ['a method that nobody has', 'FOO', '/things'],
    ['an empty label', 'GET', '/things/'],
    ['an empty label in the middle', 'GET', '/things//principals'],
    ['a slash too many', 'GET', '/things/a/'],
    ['other letters in the path', 'GET', '/Things'],
  ])('is none for %s', (_what, method, path) => {
    expect(findOperation(method, path)).toBeUndefined();
  });

  it.each(['/things/%zz', '/things/%E0%A4'])('can not be told from %s, which is no UTF-8', (path) => {
    expect(() => findOperation('GET', path)).toThrow('The path is not well encoded.');
  });
});
