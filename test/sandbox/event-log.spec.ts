import { withoutFloods } from '../../src/sandbox/event-log.js';

it('writes the first sixty lines of an event within a minute, and then how many more there were', () => {
  let now = 0;
  const written: [string, object][] = [];
  const log = withoutFloods((event, facts) => written.push([event, facts]), () => now);
  for (let line = 0; line < 5_000; line++) log('sandbox.provisioned', { line });
  log('sandbox.listening', {});
  expect(written).toHaveLength(61);
  now = 60_000;
  log('sandbox.provisioned', { line: 'next' });
  expect(written.slice(61)).toEqual([['sandbox.not-written', { 'sandbox.provisioned': 4_940 }], ['sandbox.provisioned', { line: 'next' }]]);
});
