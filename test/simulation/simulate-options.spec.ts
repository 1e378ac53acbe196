import { spawnSync } from 'node:child_process';
import { readOptions, type SimulateOptions } from '../../src/simulation/simulate-options.js';

const given = (options: Partial<SimulateOptions>) => readOptions({ stations: '4', slots: '1', takt: '0', failRate: '0%', method: 'jitp', ...options });

describe('the options of a simulation', () => {
  it('are read as they are written', () => {
    expect(given({ stations: '300', slots: '8', kill: '1/min', failRate: '3%', minutes: '10', takt: '60', connect: '10%', seed: 'a', route: 'provision,test' })).toMatchObject({
      stations: 300, slots: 8, killsPerMinute: 1, failRate: 0.03, minutes: 10, taktMs: 60_000, connect: 0.1, seed: 'a', route: ['provision', 'test'],
    });
    expect(given({ takt: '1.5s', kill: '0.5/min' })).toMatchObject({ taktMs: 1_500, killsPerMinute: 0.5 });
  });

  it.each<[Partial<SimulateOptions>, string]>([
    [{ stations: '0' }, '--stations must be a whole number from 1 to 1000'],
    [{ stations: '1e2' }, '--stations must be a whole number from 1 to 1000'],
    [{ slots: '17' }, '--slots must be a whole number from 1 to 16'],
    [{ units: '100001' }, '--units must be a whole number from 1 to 100000'],
    [{ takt: '-1' }, '--takt must be a number of seconds from 0 to 3600'],
    [{ failRate: '0.03' }, '--fail-rate must be a share from 0% to 100%, such as 3%'],
    [{ failRate: '101%' }, '--fail-rate must be a share from 0% to 100%, such as 3%'],
    [{ kill: '1' }, '--kill must be a rate from 0/min to 600/min, such as 1/min'],
    [{ units: '5', minutes: '1' }, '--units and --minutes both say when the run is over: give one of them'],
    [{ minutes: '1', rotate: true }, '--rotate needs --units: the next generation takes over after a third of them'],
    [{ order: 'a b' }, '--order must be letters, digits, dot, dash and underscore, at most 63'],
    [{ route: 'a,a' }, '--route must name 1 to 16 different steps, as in provision,test'],
  ])('%j are refused', (options, message) => {
    expect(() => given(options)).toThrow(message);
  });

  it.each([['--stations', '0'], ['--unknown'], ['--fail-rate', '3']])('lead to exit code 2 where they can’t be followed: %s %s', (...words) => {
    const { status, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'simulate', ...words.filter((word) => word !== undefined)], { encoding: 'utf8' });
    expect(stderr).toContain(words[0]);
    expect(status).toBe(2);
  });
});
