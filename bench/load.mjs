import { spawn } from 'node:child_process';
import { readFileSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../setup/programs.mjs';
import { DISTURBED, startReading, waitForQuiet } from './processes.mjs';

const SCRIPT = fileURLToPath(new URL('load.lua', import.meta.url));

export function requireProgram(name, packageName = name) {
  const program = findProgram(name);
  if (!program) throw new Error(`${name} is missing. Install it with: apt-get install -y --no-install-recommends ${packageName}`);
  return program;
}

/** Like `runLoad`, after a wait for quiet; a disturbed run is done again, and of `tries` the least disturbed one counts. */
export async function runQuietLoad(contestant, { patience, tries, ...load }) {
  let { first } = load;
  let answered = 0;
  let best;
  for (let attempt = 1; attempt <= tries; attempt++) {
    await waitForQuiet(patience);
    const result = await runLoad(contestant, { ...load, first });
    first = result.next;
    answered += result.certificates;
    const errors = (best?.errors ?? 0) + result.errors;
    if (!best || result.foreignCores < best.foreignCores) best = result;
    best = { ...best, errors, attempts: attempt };
    if (best.foreignCores <= DISTURBED) break;
  }
  return { ...best, answered, next: first };
}

/**
 * Runs wrk against a contestant and answers rate, latency in ms, CPU and errors.
 * `contestant`: { kind: single | batch | cfssl, ports, path, key?, order?, groups: name → pids, watchLoops? }.
 * `first`: the first CSR not used yet. `record`: a file that gets the fingerprint of every answered certificate.
 */
export async function runLoad(contestant, { clients, seconds, csrs, first, batch = 1, record }) {
  const threads = Math.min(2, clients);
  const env = {
    PATH: process.env['PATH'], BENCH_PORTS: contestant.ports.join(','), BENCH_KIND: contestant.kind, BENCH_THREADS: String(threads),
    BENCH_PATH: contestant.path, BENCH_CSRS: csrs, BENCH_FIRST: String(first), BENCH_BATCH: String(batch), BENCH_ORDER: contestant.order ?? '',
    ...(contestant.key === undefined ? {} : { BENCH_KEY: contestant.key }), ...(record === undefined ? {} : { BENCH_RECORD: record }),
  };
  const args = ['-t', String(threads), '-c', String(clients), '-d', `${seconds}s`, '--timeout', '15s', '-s', SCRIPT, `http://127.0.0.1:${contestant.ports[0]}/`];
  const endWatch = contestant.watchLoops?.();
  const child = spawn(requireProgram('wrk'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  // wrk reads its CSRs before it connects, so the reading also covers a moment in which nothing is asked.
  const end = startReading({ ...contestant.groups, load: { roots: [child.pid] } });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  let reading;
  child.once('exit', () => (reading = end()));
  await new Promise((resolve) => child.once('close', resolve));
  const loops = await endWatch?.();
  const line = /^RESULT (.*)$/m.exec(said)?.[1];
  if (!line) throw new Error(`wrk failed:\n${said}`);
  const result = JSON.parse(line);
  const errors = result.connect + result.read + result.write + result.timeout + result.status;
  const refusal = /^REFUSED (.*)$/m.exec(said)?.[1];
  if (result.exhausted) throw new Error(`The CSRs ran out before the time did: give --csrs a larger number. (${result.requests} requests, ${errors} errors ${refusal ?? ''})`);
  const certificates = contestant.kind === 'batch' ? result.certificates : result.requests - result.status;
  // The reaped load generator's CPU is this process's now; the reading saw it until it was a zombie.
  const cpu = Object.entries(reading.cpu).filter(([name]) => name !== 'load');
  return {
    rate: certificates / (result.micros / 1e6),
    certificates,
    errors,
    refusal,
    p50: result.p50 / 1_000,
    p99: result.p99 / 1_000,
    cpuPerCertificate: (cpu.reduce((total, [, used]) => total + used, 0) / certificates) * 1e6,
    cpuByGroup: Object.fromEntries(cpu.map(([name, used]) => [name, (used / certificates) * 1e6])),
    foreignCores: reading.foreignCores,
    stolenCores: reading.stolenCores,
    next: result.next,
    ...loops,
  };
}

/** The fingerprints that `record` collected, one file per thread of wrk. */
export function readRecord(record) {
  const files = [0, 1].map((number) => `${record}.${number}`).filter((file) => existsSync(file));
  const fingerprints = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));
  for (const file of files) rmSync(file);
  return fingerprints;
}
