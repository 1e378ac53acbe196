import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { StationPlace } from './station-place.js';

const PYTHON = '/usr/bin/python3';
const CLIENTS = resolve('clients/python');

/** A station program: what is in the loop over its jobs, as Python. It ends once `units` were worked on. `more`: further arguments of its Station. */
export function pythonProgram(place: StationPlace, body: string, units = 1, more = '') {
  const source = `
import sys, os, time, lineside
os.chdir(sys.argv[2])
station = lineside.Station(sys.argv[1], slot="1", key_file="station.key", spool="spool", patience=20${more})
print("left", station.flush(patience=0), flush=True)
done = 0
if ${units} == 0: sys.exit(0)
for job in station.jobs():
    with job:
        print("unit", job.serial, flush=True)
${body.trim().split('\n').map((line) => `        ${line}`).join('\n')}
    done += 1
    if done == ${units}: break
`;
  const file = join(place.folder, 'station.py');
  writeFileSync(file, source);
  const child = spawn(PYTHON, ['-B', file, place.gate.url, place.folder], { env: { PATH: process.env['PATH'], PYTHONPATH: CLIENTS }, stdio: ['pipe', 'pipe', 'pipe'] });
  place.running.add(child);
  const output = text(child.stdout);
  const errors = text(child.stderr);
  let said = '';
  child.stdout.on('data', (part) => (said += String(part)));
  return {
    child,
    said: () => said,
    async end() {
      const [code] = (await once(child, 'exit')) as [number | null];
      return { code, output: await output, errors: await errors };
    },
  };
}

/** A unit from its identity to PASS. */
export const PROVISION = `
identity = job.certificate(lineside.openssl_csr(job.serial + ".key"))
assert identity["certificate"].startswith("-----BEGIN CERTIFICATE-----") and identity["endpoints"]
job.passed({"milliamperes": 81})`;
