import { readdirSync } from 'node:fs';
import { until } from '../support/until.js';
import { PROVISION, pythonProgram } from './python-program.js';
import { stationPlace } from './station-place.js';

// A program may be silent for two heartbeats, which is long enough for a busy machine.
const place = stationPlace({ LEASE_MS: '40000', HEARTBEAT_MS: '10000', POLL_WAIT_MS: '1000' });

const program = (body: string, units?: number, more?: string) => pythonProgram(place, body, units, more);
const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; attempts: { outcome: string | null; failureCode: string | null }[] };

describe('a session of the Python client', () => {
  it('works in a session where the station demands one, keeps another program out, and gets its unit back when it is started again', async () => {
    const { serials } = await place.bench.order(1);
    const access = (requireSession: boolean) => place.bench.call('PATCH', '/v1/stations/a/access', place.bench.keys.manager, { requireSession });
    const session = (installation: string, patience: number) => `, session=lineside.Session(sys.argv[1], "press", "7.2", installation="${installation}", slots=["1"], key_file="station.key", patience=${patience})`;
    expect((await access(true)).status).toBe(200);
    try {
      const first = program('job.keep({"block": 12})\nopen("claimed", "w").close()\ntime.sleep(300)', 1, session('disk-1', 20));
      await until('claimed', () => (readdirSync(place.folder).includes('claimed') ? true : undefined));
      const other = program('', 1, session('disk-2', 0));
      await until('the other one is told', () => (other.said().includes('Close the other program that works as this station') ? true : undefined));
      other.child.kill('SIGKILL');
      first.child.kill('SIGKILL');
      await Promise.all([first.end(), other.end()]);
      const again = await program(`assert job.checkpoint == {"block": 12}\n${PROVISION.trim()}`, 1, session('disk-1', 20)).end();
      expect(again).toMatchObject({ code: 0, errors: '', output: `left 0\nunit ${serials[0]}\n` });
      expect(await unitOf(serials[0]!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
    } finally {
      await access(false);
    }
  });
});
