// The service as the benches run it: a prepared ledger to copy from, and api processes on such a copy.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newApiKey } from '../dist/access/api-key.js';
import { findFreePort } from '../dist/local/ports.js';
import { startSandbox } from '../dist/sandbox/sandbox.js';
import { loadSandboxSettings } from '../dist/sandbox/settings.js';
import { ensureDemoLine } from '../dist/simulation/demo-line.js';
import { SERIAL_PREFIX } from './csr-pool.mjs';
import { CHECKOUT, databaseUrl, runSql } from './services.mjs';

export const PREPARED = 'prepared';
export const ORDER = 'bench';
const LOOP_WATCH = fileURLToPath(new URL('issuance/loop-watch.mjs', import.meta.url));
/** BENCH_WORKER=off leaves the worker out: what sequencing and the log's readers cost is the difference. */
const WITH_WORKER = process.env['BENCH_WORKER'] !== 'off';
/** How the api's Node is started; without any options by default, as in the container image. (`npm start` keeps its heap small.) */
const NODE_OPTIONS = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean);

/**
 * Makes the database `prepared` through the REST API: targets, an issuing authority, a line, and a released order with
 * `units` units. AWS is the sandbox, which is needed for this alone. Answers the issuer's key.
 */
export async function prepareLedger(services, units) {
  const roles = ['admin', 'manager', 'officer', 'issuer'];
  const keys = Object.fromEntries(roles.map((role) => [role, newApiKey(role).text]));
  const keysFile = join(services.folder, 'bootstrap-keys.json');
  writeFileSync(keysFile, JSON.stringify(keys), { mode: 0o600 });
  const sandboxFolder = join(services.folder, 'sandbox');
  mkdirSync(sandboxFolder, { mode: 0o700 });
  const sandbox = await startSandbox(loadSandboxSettings({ SANDBOX_DATA_DIR: sandboxFolder, SANDBOX_PORT: '0', SANDBOX_MQTT_PORT: '0', SANDBOX_PROXY_PORT: '0' }), () => undefined);
  await runSql(services, 'postgres', `create database ${PREPARED}`);
  const api = await startApi(services, PREPARED, { settings: { ROLES: 'api,worker', BOOTSTRAP_KEYS_FILE: keysFile, RECONCILE_MS: '200' } });
  try {
    const credentials = await ensureDemoLine({ baseUrl: api.url, keys, sandbox: { folder: sandboxFolder }, credentialsFile: join(services.folder, 'credentials.json') });
    const post = async (path, body) => {
      const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${keys.manager}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    };
    const targets = credentials.aws.targets.map(({ name }) => name);
    const order = { id: ORDER, product: 'bench-device', line: credentials.station.line, authority: 'Lineside', quantity: units, targets, serials: { prefix: SERIAL_PREFIX, start: 1, digits: 6 } };
    await post('/v1/work-orders', order);
    await post(`/v1/work-orders/${ORDER}/release`, {});
    // The queues hold the next of them only.
    for (let queued = 0; queued < units; await wait(100)) {
      const answer = await fetch(`${api.url}/v1/queues`, { headers: { authorization: `Bearer ${keys.manager}` } });
      queued = (await answer.json()).items.reduce((sum, { jobs, waiting }) => sum + (waiting > 0 ? jobs.queued : 0), 0);
    }
    return keys.issuer;
  } finally {
    await api.stop();
    await sandbox.stop();
    // What autovacuum does a minute later anyway; without it every copy would begin with plans for empty tables.
    await runSql(services, PREPARED, 'vacuum analyze');
  }
}

function startProcess(program, services, database, { settings, nodeOptions = [] }) {
  const log = openSync(join(services.folder, 'logs', 'api.log'), 'a');
  const env = {
    PATH: process.env['PATH'], HOME: process.env['HOME'], ...services.hsm,
    // With credentials, targets whose sandbox has ended are out of reach, and orders go on; without, they would be refused.
    AWS_SHARED_CREDENTIALS_FILE: join(services.folder, 'sandbox', 'credentials'), AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true',
    DATABASE_URL: databaseUrl(services, database), REDIS_URL: services.redis.url, LOG_LEVEL: 'error', RATE_LIMIT_PER_MINUTE: '1000000', ...settings,
  };
  return fork(join(CHECKOUT, 'dist', program), [], { cwd: CHECKOUT, env, execArgv: [...NODE_OPTIONS, ...nodeOptions], stdio: ['ignore', log, log, 'ipc'] });
}

/**
 * The worker beside the api processes: it gives leaves their index and makes the rows of what AWS must learn. Most benches have no
 * AWS, so it looks there once, at its start, when nothing is due.
 */
export async function startWorker(services, database, { settings = { RECONCILE_MS: '600000' }, nodeOptions = [] } = {}) {
  const child = startProcess('worker.js', services, database, { settings, nodeOptions });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await once(child, 'message');
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  const ask = async (message) => {
    child.send(message);
    return (await once(child, 'message'))[0];
  };
  return { pid: child.pid, stop, ask };
}

/** One api process that listens. `nodeOptions`: for profiles. */
export async function startApi(services, database, { settings = {}, nodeOptions = [] } = {}) {
  const port = await findFreePort();
  const child = startProcess('main.js', services, database, { settings: { ROLES: 'api', PORT: String(port), ...settings }, nodeOptions });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.url));
    child.once('exit', (code) => reject(new Error(`the api ended with ${code}; see ${services.folder}/logs/api.log`)));
  });
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  const send = (message) => child.send(message);
  const ask = async (message) => {
    send(message);
    return (await once(child, 'message'))[0];
  };
  return { pid: child.pid, port, url, stop, send, ask };
}

/** Watches the api's event loops until the answer is called, which answers the worst of each figure in ms. */
function watchLoops(apis) {
  for (const api of apis) api.send('watch');
  return async () => {
    const loops = await Promise.all(apis.map(async (api) => (await api.ask('report')).loop));
    const worst = (of) => Math.max(...loops.map(of));
    return {
      loopP99: worst(({ delay }) => delay.p99), loopMax: worst(({ delay }) => delay.max),
      computedP99: worst(({ computed }) => computed.p99), computedMax: worst(({ computed }) => computed.max),
    };
  };
}

/** `count` api processes on a ledger, as a contestant for the load generator. */
export async function startService(services, database, { count, key, settings, nodeOptions = [] }) {
  const apis = [];
  const options = { settings, nodeOptions: ['--import', LOOP_WATCH, ...nodeOptions] };
  for (let number = 0; number < count; number++) apis.push(await startApi(services, database, options));
  const worker = WITH_WORKER ? await startWorker(services, database) : undefined;
  const pids = apis.map(({ pid }) => pid);
  const groups = { pools: { parents: pids }, api: { roots: pids }, ...(worker ? { worker: { roots: [worker.pid] } } : {}), postgres: { roots: [services.postgres.child.pid] }, redis: { roots: [services.redis.child.pid] } };
  const contestant = { kind: 'single', ports: apis.map(({ port }) => port), path: '/v1/certificates', key, order: ORDER, groups, watchLoops: () => watchLoops(apis) };
  return { apis, contestant, stop: () => Promise.all([...apis, ...(worker ? [worker] : [])].map((each) => each.stop())) };
}
