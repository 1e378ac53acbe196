// npm run bench:aws – see ../README.md
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newApiKey } from '../../dist/access/api-key.js';
import { callsPerSecond } from '../../dist/aws-iot/clients/call-budget.js';
import { startSandbox } from '../../dist/sandbox/sandbox.js';
import { loadSandboxSettings } from '../../dist/sandbox/settings.js';
import { ApiClient } from '../../dist/client/api-client.js';
import { ensureIssuing } from '../../dist/simulation/authority-setup.js';
import { ensureDemoLine } from '../../dist/simulation/demo-line.js';
import { ensureReleased } from '../../dist/simulation/line-setup.js';
import { ensureCsrPool, SERIAL_PREFIX, serialOf } from '../csr-pool.mjs';
import { startApi, startWorker } from '../factory.mjs';
import { CACHE, runSql, startServices } from '../services.mjs';
import { median, rounded, table } from '../statistics.mjs';

const DATABASE = 'ledger';
const ORDER = 'bench-aws';
const FAMILY = 'Bench-multi-account';
const LIVE_HEAP = fileURLToPath(new URL('live-heap.mjs', import.meta.url));
/** Of the worker's live heap, late ÷ early: flat, but for what caches of bounded size still take up. */
const FLAT = 1.1;
/** Of the operations that each unit needs, the two with the lowest quota: each is called once for a unit. */
const SLOWEST = 'RegisterCertificateWithoutCA';
const anything = { parse: (value) => value };

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '10000' },
    'quota-percent': { type: 'string', default: '200' },
    least: { type: 'string', default: '0.95' },
    json: { type: 'boolean', default: false },
  },
});
const units = Number(values.units);
const quotaPercent = Number(values['quota-percent']);
const say = (text) => process.stderr.write(`${text}\n`);

const services = await startServices();
let summary;
try {
  summary = await measure();
} finally {
  await services.stop();
}
report(summary);

async function measure() {
  const folder = join(services.folder, 'sandbox');
  mkdirSync(folder, { mode: 0o700 });
  // The account of this bench has raised quotas, which the sandbox does not know.
  const settings = loadSandboxSettings({ SANDBOX_DATA_DIR: folder, SANDBOX_PORT: '0', SANDBOX_MQTT_PORT: '0', SANDBOX_PROXY_PORT: '0', SANDBOX_THROTTLING: 'off' });
  const sandbox = await startSandbox(settings, () => undefined);
  const aws = { AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'), AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };
  try {
    await runSql(services, 'postgres', `create database ${DATABASE}`);
    await certify(folder, aws);
    return await drain(aws);
  } finally {
    await sandbox.stop();
  }
}

/** Units of one order with a certificate each, in a ledger whose worker is away. */
async function certify(folder, aws) {
  const keys = Object.fromEntries(['admin', 'manager', 'officer', 'issuer'].map((role) => [role, newApiKey(role).text]));
  const keysFile = join(services.folder, 'bootstrap-keys.json');
  writeFileSync(keysFile, JSON.stringify(keys), { mode: 0o600 });
  const first = await startApi(services, DATABASE, { settings: { ...aws, ROLES: 'api,worker', BOOTSTRAP_KEYS_FILE: keysFile, RECONCILE_MS: '200' } });
  let target;
  try {
    const credentials = await ensureDemoLine({ baseUrl: first.url, keys, sandbox: { folder }, credentialsFile: join(services.folder, 'credentials.json') });
    const [officer, manager] = [new ApiClient(first.url, keys.officer), new ApiClient(first.url, keys.manager)];
    target = credentials.aws.targets[0].name;
    await officer.patch(`/v1/aws/targets/${target}`, { quotaPercent }, anything);
    await ensureIssuing(officer, FAMILY, 60_000);
    const order = { id: ORDER, product: 'bench-device', line: credentials.station.line, authority: FAMILY, method: 'multi-account', quantity: units, targets: [target], serials: { prefix: SERIAL_PREFIX, start: 1, digits: 6 } };
    await ensureReleased(manager, order);
  } finally {
    await first.stop();
  }
  say(`${units.toLocaleString('en')} certificates are made`);
  const csrs = readFileSync(ensureCsrPool(CACHE, units), 'latin1').split('\n');
  const api = await startApi(services, DATABASE);
  try {
    for (let from = 0; from < units; from += 100) {
      const lines = csrs.slice(from, Math.min(units, from + 100)).map((csr, at) => ({ workOrder: ORDER, serial: serialOf(from + at), csr: JSON.parse(`"${csr}"`) }));
      const answer = await fetch(`${api.url}/v1/certificates/batch`, {
        method: 'POST', headers: { authorization: `Bearer ${keys.issuer}`, 'content-type': 'application/x-ndjson' }, body: lines.map((line) => JSON.stringify(line)).join('\n'),
      });
      const made = (await answer.text()).split('\n').filter((line) => line.includes('"certificate"')).length;
      if (made !== lines.length) throw new Error(`${made} of ${lines.length} certificates were answered (${answer.status})`);
    }
  } finally {
    await api.stop();
  }
}

/** From the first unit that the worker brings to AWS to the last. */
async function drain(aws) {
  const worker = await startWorker(services, DATABASE, { settings: { ...aws, RECONCILE_MS: '500' }, nodeOptions: ['--expose-gc', '--import', LIVE_HEAP] });
  const memory = [];
  try {
    let [first, known] = [undefined, 0];
    /** Tenths of the units after which the live heap is asked for. */
    let tenth = 2;
    while (known < units) {
      await wait(250);
      const [row] = await runSql(services, DATABASE, `select count(*)::int as known from unit_target where state = 'in-sync' and certificate_id in (select fingerprint from certificate where work_order_id = '${ORDER}')`);
      known = row.known;
      if (known > 0) first ??= { at: performance.now(), known };
      if (known < (units * tenth) / 10) continue;
      const { liveHeap } = await worker.ask('live-heap');
      memory.push({ tenth, liveHeap, resident: residentMemory(worker.pid) });
      tenth = Math.floor((known * 10) / units) + 1;
    }
    const seconds = (performance.now() - first.at) / 1_000;
    const between = (from, to) => {
      const stretch = memory.filter((each) => each.tenth >= from && each.tenth <= to);
      return { liveHeap: median(stretch.map(({ liveHeap }) => liveHeap)), resident: median(stretch.map(({ resident }) => resident)) };
    };
    const [twice] = await runSql(services, DATABASE, `select count(*)::int as registered, count(distinct subject)::int as units from log_leaf where event = 'unit.registered'`);
    return { seconds, rate: (units - first.known) / seconds, allowed: callsPerSecond(SLOWEST, quotaPercent), early: between(2, 4), late: between(8, 10), ...twice };
  } finally {
    await worker.stop();
  }
}

function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1_024;
}

function report({ seconds, rate, allowed, early, late, registered, units: distinct }) {
  const ratio = rate / allowed;
  if (values.json) process.stdout.write(`${JSON.stringify({ units, seconds, rate, allowed, ratio, early, late, registered })}\n`);
  else {
    process.stdout.write(`${table(['units', 's', 'units/s', 'allowed/s', '÷ allowed', 'worker: live heap at 20–40 %, MB', 'at 80–100 %', 'resident at 20–40 %', 'at 80–100 %'], [[units.toLocaleString('en'), rounded(seconds, 1), rounded(rate, 1), rounded(allowed, 1), rounded(ratio, 3), rounded(early.liveHeap, 1), rounded(late.liveHeap, 1), rounded(early.resident), rounded(late.resident)]])}\n`);
  }
  if (registered !== units || distinct !== units) {
    process.stdout.write(`${registered} registrations of ${distinct} units are on record\n`);
    process.exitCode = 1;
  }
  if (late.liveHeap > early.liveHeap * FLAT) {
    process.stdout.write('the worker holds more and more\n');
    process.exitCode = 1;
  }
  if (ratio < Number(values.least)) process.exitCode = 1;
}
