// npm run bench:profile – where the api's time goes and which SQL a certificate costs. See ../README.md
import { appendFileSync, createReadStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../dist/local/local-postgres.js';
import { ensureCsrPool } from '../csr-pool.mjs';
import { PREPARED, prepareLedger, startService } from '../factory.mjs';
import { runLoad } from '../load.mjs';
import { CACHE, CHECKOUT, copyDatabase, startServices } from '../services.mjs';
import { rounded, table } from '../statistics.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    clients: { type: 'string', default: '64' },
    'warm-up': { type: 'string', default: '8' },
    csrs: { type: 'string', default: '60000' },
    top: { type: 'string', default: '40' },
    /** Keep the .cpuprofile files in .test-run/profiles, for the browser's developer tools. */
    keep: { type: 'boolean', default: false },
  },
});
const csrs = ensureCsrPool(CACHE, Number(values.csrs));
const services = await startServices();
const profiles = values.keep ? join(CHECKOUT, '.test-run', 'profiles') : join(services.folder, 'profiles');
rmSync(profiles, { recursive: true, force: true });
mkdirSync(profiles, { recursive: true });
const load = { clients: Number(values.clients), seconds: Number(values.seconds), csrs };
const report = [];
try {
  const key = await prepareLedger(services, Number(values.csrs));
  await profileNode(key);
  await countStatements(key);
} finally {
  await services.stop();
}
process.stdout.write(`${report.join('\n\n')}\n`);

/** One api process under the CPU profiler of V8, once it is warm. */
async function profileNode(key) {
  await copyDatabase(services, PREPARED, 'profiled');
  const file = join(profiles, 'api.cpuprofile');
  const profiler = fileURLToPath(new URL('profiler.mjs', import.meta.url));
  const service = await startService(services, 'profiled', { count: 1, key, nodeOptions: ['--import', profiler], settings: { PROFILE_FILE: file } });
  let result;
  try {
    const { next: first } = await runLoad(service.contestant, { ...load, seconds: Number(values['warm-up']), first: 0 });
    service.apis[0].send('profile');
    result = await runLoad(service.contestant, { ...load, first });
    service.apis[0].send('profile');
    for (let tries = 0; !existsSync(file) && tries < 200; tries++) await wait(50);
  } finally {
    await service.stop();
  }
  const groups = Object.entries(result.cpuByGroup).map(([name, used]) => `${name} ${rounded(used)}`);
  report.push(`With the profiler on: ${rounded(result.rate)} certificates/s at ${values.clients} clients, ${result.errors} errors, CPU µs/certificate: ${groups.join(', ')}; foreign ${rounded(result.foreignCores, 2)} core`);
  report.push(describeProfile(JSON.parse(readFileSync(file, 'utf8')), result.certificates));
}

function describeProfile({ nodes, samples, timeDeltas }, certificates) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const byFunction = new Map();
  const byPlace = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id);
    const place = placeOf(functionName, url);
    if (place === '(idle)') return;
    const name = `${functionName || '(anonymous)'}  ${url ? `${url.replace(/^.*\/(node_modules|dist)\//, '$1/').replace(/^file:\/\//, '')}:${lineNumber + 1}` : ''}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + timeDeltas[index]);
    byPlace.set(place, (byPlace.get(place) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  const rows = (map, most) => [...map].toSorted(([, a], [, b]) => b - a).slice(0, most).map(([name, micros]) => [name, rounded(micros / certificates, 1), `${rounded((100 * micros) / total, 1)} %`]);
  const head = ['self time of the api', 'µs/cert', 'share'];
  return [`Busy for ${rounded(total / certificates)} µs a certificate.`, table(['by package', ...head.slice(1)], rows(byPlace, 25)), table(head, rows(byFunction, Number(values.top)))].join('\n\n');
}

function placeOf(functionName, url) {
  if (functionName === '(idle)' || functionName === '(root)') return '(idle)';
  if (functionName === '(garbage collector)' || functionName === '(program)') return functionName;
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage) return inPackage;
  const inFolder = /\/dist\/([^/]+)\//.exec(url)?.[1];
  if (inFolder) return `src/${inFolder}`;
  return url.startsWith('node:') ? `${url.split('/')[0]}${url.includes('/') ? '/…' : ''}` : url || '(native)';
}

/** The same load once more while PostgreSQL writes down every statement and its time. The writing costs time of its own, so this run's rate says nothing. */
async function countStatements(key) {
  await services.postgres.stop();
  const place = (name) => ({ folder: join(services.folder, name), passwordFile: join(services.folder, `${name}-password`), logFile: join(services.folder, 'logs', 'statements.log') });
  appendFileSync(join(services.folder, 'postgres', 'postgresql.auto.conf'), "log_min_duration_statement = 0\nlog_line_prefix = '%d '\n");
  services.postgres = await startPostgres({ ...place('postgres'), durable: true });
  await copyDatabase(services, PREPARED, 'counted');
  const service = await startService(services, 'counted', { count: 1, key });
  let certificates;
  try {
    ({ certificates } = await runLoad(service.contestant, { ...load, first: 0 }));
  } finally {
    await service.stop();
  }
  const statements = new Map();
  for await (const line of createInterface({ input: createReadStream(place('postgres').logFile) })) {
    const found = /^counted LOG: {2}duration: ([\d.]+) ms {2}(?:(parse|bind) \S+|(?:execute \S+|statement)): (.*)$/.exec(line);
    if (!found) continue;
    const [, ms, preparing, text] = found;
    const name = text.replaceAll(/\(\$\d+(?:, \$\d+)*\)/g, '(…)').replaceAll(/\s+/g, ' ').slice(0, 110);
    const entry = statements.get(name) ?? { times: 0, ms: 0 };
    if (!preparing) entry.times++;
    entry.ms += Number(ms);
    statements.set(name, entry);
  }
  const all = [...statements.values()];
  const rows = [...statements].toSorted(([, a], [, b]) => b.ms - a.ms).slice(0, 30).map(([name, { times, ms }]) => [name, rounded(times / certificates, 2), rounded((ms * 1_000) / certificates), rounded((ms * 1_000) / Math.max(1, times))]);
  const times = all.reduce((sum, entry) => sum + entry.times, 0);
  const ms = all.reduce((sum, entry) => sum + entry.ms, 0);
  report.push(`${rounded(times / certificates, 2)} SQL statements and ${rounded((ms * 1_000) / certificates)} µs of PostgreSQL's time a certificate (parse, bind and execute, logging on):`);
  report.push(table(['statement', 'times/cert', 'µs/cert', 'µs each'], rows));
}
