import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { stationPlace } from '../clients/station-place.js';

// No heartbeat falls between the steps, which are counted.
const place = stationPlace({ LEASE_MS: '60000', HEARTBEAT_MS: '20000', POLL_WAIT_MS: '1000' });

/** Keeps what it was given of each run, and tells a checkpoint. */
const PROGRAM = `#!/bin/sh
cp "$LINESIDE_CERTIFICATE_FILE" "$LINESIDE_SERIAL.$$.crt"; cp "$LINESIDE_KEY_FILE" "$LINESIDE_SERIAL.$$.key"
echo '{"type":"checkpoint","data":{"block":1}}'
echo '{"type":"record","data":{"milliamperes":81}}'
`;

async function agent(killAt: number) {
  const log = join(place.folder, 'steps');
  rmSync(log, { force: true });
  const station = join(place.folder, 'station');
  const options = ['--slot', '1', '--once', '--server', place.gate.url, '--key-file', join(place.folder, 'station.key'), '--folder', station];
  const env = { ...process.env, KILL_AT: String(killAt), KILL_IN: station, KILL_LOG: log };
  const child = spawn(process.execPath, ['--import', resolve('test/agent/kill-at.mjs'), resolve('dist/cli.js'), 'station', 'run', ...options, '--', join(place.folder, 'program.sh')], { cwd: place.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  place.running.add(child);
  const errors = text(child.stderr);
  const [code] = (await once(child, 'exit')) as [number | null];
  place.running.delete(child);
  return { code, errors: await errors, steps: readFileSync(log, 'utf8').trim().split('\n') };
}

const copies = (serial: string, ending: string) => readdirSync(place.folder).filter((name) => name.startsWith(`${serial}.`) && name.endsWith(ending)).map((name) => readFileSync(join(place.folder, name), 'utf8'));
const left = (...path: string[]) => (existsSync(join(place.folder, 'station', ...path)) ? readdirSync(join(place.folder, 'station', ...path)) : []);

describe('lineside station run, where the power goes', () => {
  it('at any of its steps, goes on with the same unit, key and certificate, and reports one result', async () => {
    writeFileSync(join(place.folder, 'program.sh'), PROGRAM);
    chmodSync(join(place.folder, 'program.sh'), 0o755);
    let all: string[] = [];
    for (let killAt = 1; ; killAt += 1) {
      // The second one is for an agent that comes back to find the first one done.
      const { serials: [serial] } = await place.bench.order(2);
      const first = await agent(killAt);
      const second = first.code === null ? await agent(0) : first;
      const about = `killed at step ${killAt}: ${first.steps.at(-1)}`;
      const { id, state } = await place.bench.db.selectFrom('unit').select(['id', 'state']).where('serial', '=', serial!).executeTakeFirstOrThrow();
      const certificates = await place.bench.db.selectFrom('certificate').select('serial_number').where('unit_id', '=', id).execute();
      const { body: attempts } = await place.bench.as('manager').get(`/v1/units/${serial}/attempts`);
      const { body: late } = await place.bench.as('manager').get(`/v1/units/${serial}/late-reports`);
      expect({ about, code: second.code, state, certificates: certificates.length, outcomes: (attempts['items'] as { outcome: string }[]).map(({ outcome }) => outcome), late: late['items'] }).toEqual({ about, code: 0, state: 'passed', certificates: 1, outcomes: ['PASS'], late: [] });
      expect({ about, certificates: new Set(copies(serial!, '.crt')).size, keys: new Set(copies(serial!, '.key')).size }).toEqual({ about, certificates: 1, keys: 1 });
      expect({ about, spool: left('slots', '1', 'spool'), units: left('units') }).toEqual({ about, spool: [], units: [] });
      all = first.steps;
      await place.bench.clearSlots();
      if (first.code !== null) break;
    }
    // That there were steps, and each kind of them.
    for (const kind of [/^POST .*claims$/, /^answer to POST .*claims$/, /^renameSync .*device\.key\.new$/, /^POST .*certificate$/, /^answer to POST .*certificate$/, /^renameSync .*device\.crt\.new$/, /^spawn$/, /^POST .*heartbeat$/, /^the program has ended$/, /^open .*spool/, /^rename .*spool/, /^POST .*result$/, /^answer to POST .*result$/, /^rm .*spool/, /^rmSync .*units/]) {
      expect([kind, all.filter((step) => kind.test(step)).length]).not.toEqual([kind, 0]);
    }
  }, 300_000);
});
