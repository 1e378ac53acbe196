// npm run bench:line – see ../README.md
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureCsrPool } from '../csr-pool.mjs';
import { PREPARED, prepareLedger, startApi, startWorker } from '../factory.mjs';
import { carelessly, FILLED, fillLedger } from '../growth/fill.mjs';
import { readIndexes } from '../growth/structure.mjs';
import { startReading } from '../processes.mjs';
import { CACHE, copyDatabase, runSql, startServices } from '../services.mjs';
import { median, rounded, table } from '../statistics.mjs';

const { values } = parseArgs({
  options: {
    stations: { type: 'string', default: '300' },
    slots: { type: 'string', default: '8' },
    /** Seconds from one unit of a slot to its next. */
    cycle: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '2' },
    api: { type: 'string', default: '1' },
    sizes: { type: 'string', default: '0,2e6' },
    json: { type: 'boolean', default: false },
  },
});
const [stations, slots, cycle, seconds, rounds] = [values.stations, values.slots, values.cycle, values.seconds, values.rounds].map(Number);
const CALLS = ['claim', 'certificate', 'heartbeat', 'result'];
const HEARTBEAT_MS = 10_000;
const GOALS = { claim: 150, heartbeat: 100 };
const SAME = 0.95;
const MOST_MEGABYTES = 1_024;
/** What one ledger's slots take in all rounds, and some in reserve. */
const UNITS = Math.ceil(rounds * stations * slots * (2 + (seconds + 4) / cycle) * 1.05) + 500;
const program = (name) => fileURLToPath(new URL(name, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

const csrsFile = ensureCsrPool(CACHE, UNITS);
const services = await startServices();
const sizes = values.sizes.split(',').map(Number).toSorted((a, b) => a - b);
const contestants = [];
const results = [];
try {
  await prepareLedger(services, UNITS);
  const keys = await makeStations();
  let source = { size: 0, database: PREPARED };
  const ledgers = sizes.map((size) => ({ size, database: `ledger_${size}` }));
  await carelessly(services, async () => {
    // Each begins as a copy of the one before.
    for (const ledger of ledgers) {
      await copyDatabase(services, source.database, ledger.database);
      await fillLedger(services, ledger.database, { from: source.size, to: ledger.size, say });
      source = ledger;
    }
  });
  for (const ledger of ledgers) contestants.push(await startLedger(ledger));
  contestants.push(await startBare());
  for (let round = 1; round <= rounds; round++) {
    // Turn by turn, so that the machine's moods meet all alike.
    for (const contestant of contestants) results.push(await measure(contestant, keys, round));
  }
} finally {
  await Promise.all(contestants.map((contestant) => contestant.stop()));
  await services.stop();
}
report();

/** Answers one key per station. They are made through the API, once, before the ledgers are copied. */
async function makeStations() {
  const { manager } = JSON.parse(readFileSync(join(services.folder, 'bootstrap-keys.json'), 'utf8'));
  const { station } = JSON.parse(readFileSync(join(services.folder, 'credentials.json'), 'utf8'));
  const api = await startApi(services, PREPARED);
  const post = async (path, body) => {
    const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${manager}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  try {
    const keys = [];
    for (let number = 1; number <= stations; number++) {
      const id = `bench-${number}`;
      await post('/v1/stations', { id, line: station.line, slots: Array.from({ length: slots }, (_, at) => `s${at}`) });
      keys.push((await post('/v1/access/keys', { role: 'station', name: id, station: id })).key);
    }
    return keys;
  } finally {
    await api.stop();
    await runSql(services, PREPARED, 'vacuum analyze');
  }
}

/** The service on a ledger of this size: api processes and one worker. */
async function startLedger({ size, database }) {
  await readIndexes(services, database, FILLED);
  // A Redis database of its own for each, or the queues of one would be the other's.
  const redis = new URL(services.redis.url);
  redis.pathname = `/${contestants.length + 1}`;
  const settings = { REDIS_URL: redis.href, HEARTBEAT_MS: String(HEARTBEAT_MS) };
  const apis = [];
  for (let number = 0; number < Number(values.api); number++) apis.push(await startApi(services, database, { settings }));
  const worker = await startWorker(services, database, { settings: { ...settings, RECONCILE_MS: '600000' } });
  const roots = [...apis, worker].map(({ pid }) => pid);
  return {
    name: `on ${size.toLocaleString('en')} finished`, size, ports: apis.map(({ port }) => port), firstCsr: 0, roots,
    groups: { service: { roots }, postgres: { roots: [services.postgres.child.pid] }, redis: { roots: [services.redis.child.pid] } },
    stop: () => Promise.all([...apis, worker].map((each) => each.stop())),
  };
}

async function startBare() {
  const redis = new URL(services.redis.url);
  redis.pathname = '/0';
  const certificate = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(760)}\n-----END CERTIFICATE-----\n`;
  const child = fork(program('bare.mjs'), [], { env: { PATH: process.env['PATH'], REDIS_URL: redis.href, UNITS: String(UNITS), CERTIFICATE: certificate } });
  const [{ port }] = await once(child, 'message');
  return {
    name: 'bare Fastify and Redis', size: undefined, ports: [port], firstCsr: 0, roots: [child.pid],
    groups: { service: { roots: [child.pid] }, redis: { roots: [services.redis.child.pid] } },
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function measure(contestant, keys, round) {
  const shift = fork(program('slots.mjs'), [], { env: { PATH: process.env['PATH'] }, execArgv: ['--max-semi-space-size=64'] });
  shift.send({ ports: contestant.ports, keys, slots, cycleMs: cycle * 1_000, seconds, heartbeatMs: HEARTBEAT_MS, csrsFile, firstCsr: contestant.firstCsr });
  await once(shift, 'message');
  const end = startReading({ load: { roots: [shift.pid] }, ...contestant.groups });
  let megabytes = residentMegabytes(contestant.roots);
  const watch = setInterval(() => (megabytes = Math.max(megabytes, residentMegabytes(contestant.roots))), 2_000);
  const [result] = await once(shift, 'message');
  clearInterval(watch);
  const reading = end();
  contestant.firstCsr = result.nextCsr;
  await new Promise((resolve) => (shift.exitCode === null ? shift.once('exit', resolve) : resolve()));
  const { claim, heartbeat } = result.times;
  say(`round ${round}  ${contestant.name.padEnd(24)} ${rounded(result.units / result.lasted, 1)} units/s, claim p99 ${rounded(claim.p99, 1)} ms, heartbeat p99 ${rounded(heartbeat.p99, 1)} ms, ${rounded(megabytes)} MB${result.refused.length ? `, REFUSED ${JSON.stringify(result.refused.slice(0, 3))}` : ''}`);
  return { round, name: contestant.name, size: contestant.size, megabytes, cpu: reading.cpu, elapsed: reading.elapsed, foreignCores: reading.foreignCores, ...result };
}

/** Resident memory of processes with all their children, in MB; what they share counts once for each. */
function residentMegabytes(roots) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'latin1');
      parents.set(Number(entry), { parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), kilobytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) });
    } catch {
      // It has just ended.
    }
  }
  const counted = new Set(roots);
  for (let size = 0; size !== counted.size; ) {
    size = counted.size;
    for (const [pid, { parent }] of parents) if (counted.has(parent)) counted.add(pid);
  }
  return [...counted].reduce((total, pid) => total + (parents.get(pid)?.kilobytes ?? 0), 0) / 1_024;
}

function report() {
  if (values.json) writeFileSync(1, `${JSON.stringify(results, null, 1)}\n`);
  const of = (name, value) => results.filter((result) => result.name === name).map(value);
  const bare = contestants.at(-1).name;
  const rows = contestants.map(({ name }) => [
    name, rounded(median(of(name, ({ units, lasted }) => units / lasted)), 1),
    ...CALLS.flatMap((call) => [rounded(median(of(name, ({ times }) => times[call].p50)), 1), rounded(median(of(name, ({ times }) => times[call].p99)), 1)]),
    rounded(Math.max(...of(name, ({ megabytes }) => megabytes))), rounded(median(of(name, ({ cpu, elapsed }) => (cpu.service + (cpu.postgres ?? 0) + cpu.redis) / elapsed)), 2), rounded(median(of(name, ({ foreignCores }) => foreignCores)), 2),
  ]);
  const out = values.json ? process.stderr : process.stdout;
  out.write(`${table(['', 'units/s', ...CALLS.flatMap((call) => [`${call} p50`, 'p99 ms']), 'RSS MB', 'cores', 'foreign'], rows)}\n\n`);
  const ratioRows = contestants.slice(0, -1).map(({ name }) => [
    name, ...CALLS.flatMap((call) => ['p50', 'p99'].map((share) => rounded(median(of(name, ({ times }) => times[call][share]).map((value, round) => value / of(bare, ({ times }) => times[call][share])[round])), 1))),
  ]);
  out.write(`${table(['÷ bare', ...CALLS.flatMap((call) => [`${call} p50`, 'p99'])], ratioRows)}\n\n`);
  const misses = [];
  for (const { name, size } of contestants.slice(0, -1)) {
    for (const [call, most] of Object.entries(GOALS)) {
      const p99 = median(of(name, ({ times }) => times[call].p99));
      if (p99 > most) misses.push(`${call} p99 ${name}: ${rounded(p99, 1)} ms, goal ${most}`);
    }
    const memory = Math.max(...of(name, ({ megabytes }) => megabytes));
    if (memory > MOST_MEGABYTES) misses.push(`memory ${name}: ${rounded(memory)} MB, goal ${MOST_MEGABYTES}`);
    if (size === sizes[0]) continue;
    const first = contestants[0].name;
    for (const call of CALLS) {
      const same = median(of(name, ({ times }) => times[call].p50).map((value, round) => of(first, ({ times }) => times[call].p50)[round] / value));
      out.write(`${call}: p50 ${first} ÷ ${name} = ${rounded(same, 2)}\n`);
      if (same < SAME) misses.push(`${call} p50 ${name}: ratio ${rounded(same, 2)}, goal ${SAME}`);
    }
  }
  const refusals = results.flatMap(({ refused, name }) => refused.map(([what, count]) => `${name}: ${count} × ${what}`));
  for (const line of [...misses, ...refusals]) out.write(`✗ ${line}\n`);
  if (misses.length + refusals.length > 0) process.exitCode = 1;
}
