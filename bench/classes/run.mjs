// npm run bench:classes – see ../README.md
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureCsrPool } from '../csr-pool.mjs';
import { PREPARED, prepareLedger, startApi } from '../factory.mjs';
import { CACHE, startServices } from '../services.mjs';
import { median, rounded, table } from '../statistics.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, rounds: { type: 'string', default: '3' }, streams: { type: 'string', default: '1,5' }, json: { type: 'boolean', default: false } },
});
const SLOTS = 16;
/** From one unit of a slot to the next. */
const CYCLE_MS = 500;
const seconds = Number(values.seconds);
const STREAMS = [0, ...values.streams.split(',').map(Number)];
const UNITS = Math.ceil((seconds * 1_000 * SLOTS * 1.2) / CYCLE_MS) * STREAMS.length * Number(values.rounds) + 500;
const HOSTILE = fileURLToPath(new URL('hostile.mjs', import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

const csrs = readFileSync(ensureCsrPool(CACHE, UNITS), 'utf8').trim().split('\n').map((line) => JSON.parse(`"${line}"`));
const services = await startServices();
const results = [];
try {
  const issuer = await prepareLedger(services, UNITS);
  const api = await startApi(services, PREPARED, { settings: { ROLES: 'api,worker', RECONCILE_MS: '600000' } });
  try {
    const stationKey = await makeStation(api.url);
    await phase(api.url, stationKey, issuer, 0, 4); // V8 compiles what is busy
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const streams of STREAMS) results.push({ round, streams, ...(await phase(api.url, stationKey, issuer, streams, seconds)) });
    }
  } finally {
    await api.stop();
  }
} finally {
  await services.stop();
}
report();

async function makeStation(url) {
  const { manager } = JSON.parse(readFileSync(join(services.folder, 'bootstrap-keys.json'), 'utf8'));
  const { station } = JSON.parse(readFileSync(join(services.folder, 'credentials.json'), 'utf8'));
  const slots = Array.from({ length: SLOTS }, (_, at) => `s${at}`);
  await post(url, manager, '/v1/stations', { id: 'bench-station', line: station.line, slots });
  return (await post(url, manager, '/v1/access/keys', { role: 'station', name: 'bench', station: 'bench-station' })).key;
}

async function post(url, key, path, body) {
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** Slots at their usual pace, beside `streams` hostile streams. Milliseconds. */
async function phase(url, station, issuer, streams, lasting) {
  const hostile = streams > 0 ? fork(HOSTILE, [], { env: { PATH: process.env['PATH'], URL: url, KEY: issuer, STREAMS: String(streams), CSR: JSON.stringify(csrs.at(-1)) } }) : undefined;
  let lines = 0;
  hostile?.on('message', ({ answered }) => (lines += answered));
  if (hostile) await wait(1_500);
  const times = { claim: [], certificate: [], result: [] };
  const end = performance.now() + lasting * 1_000;
  const timed = async (name, work) => {
    const began = performance.now();
    const answer = await work();
    times[name].push(performance.now() - began);
    return answer;
  };
  const slot = async (number) => {
    await wait((number * CYCLE_MS) / SLOTS);
    while (performance.now() < end) {
      const next = wait(CYCLE_MS);
      const claimed = await timed('claim', () => post(url, station, '/v1/station/claims', { slot: `s${number}` }));
      if (!claimed) throw new Error('the order ran out of units');
      const { fence } = claimed.lease;
      await timed('certificate', () => post(url, station, `/v1/jobs/${claimed.job.id}/certificate`, { fence, csr: csrs.pop() }));
      await timed('result', () => post(url, station, `/v1/jobs/${claimed.job.id}/result`, { fence, outcome: 'PASS' }));
      await next;
    }
  };
  try {
    await Promise.all(Array.from({ length: SLOTS }, (_, number) => slot(number)));
  } finally {
    hostile?.kill('SIGKILL');
  }
  const at = (list, share) => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)];
  const result = { linesPerSecond: Math.round(lines / lasting), units: times.result.length };
  for (const [name, list] of Object.entries(times)) Object.assign(result, { [`${name}P50`]: at(list, 0.5), [`${name}P99`]: at(list, 0.99) });
  say(`${streams} stream(s): claim ${rounded(result.claimP50, 1)} / ${rounded(result.claimP99, 1)} ms, certificate ${rounded(result.certificateP50, 1)} / ${rounded(result.certificateP99, 1)} ms, ${result.linesPerSecond} lines/s`);
  return result;
}

function report() {
  if (values.json) return void process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  const of = (streams, name) => results.filter((result) => result.streams === streams).map((result) => result[name]);
  const ratio = (streams, name) => median(of(streams, name).map((value, round) => value / of(0, name)[round]));
  const rows = STREAMS.map((streams) => [
    String(streams), ...['claimP50', 'claimP99', 'certificateP50', 'certificateP99'].flatMap((name) => [rounded(median(of(streams, name)), 1), rounded(ratio(streams, name), 2)]), String(median(of(streams, 'linesPerSecond'))),
  ]);
  process.stdout.write(`${table(['streams', 'claim p50 ms', '÷ alone', 'claim p99 ms', '÷ alone', 'certificate p50 ms', '÷ alone', 'certificate p99 ms', '÷ alone', 'lines/s'], rows)}\n`);
}
