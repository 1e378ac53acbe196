import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { readCheckpoint } from '../../src/audit/checkpoint-file.js';
import { readLeaf } from '../../src/audit/log-follower.js';
import { type LocalPostgres, startPostgres } from '../../src/local/local-postgres.js';
import { allKept } from '../support/kept-checkpoint.js';
import { newFolder } from '../support/run-folders.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const folder = newFolder('failover');
const cluster = join(folder, 'postgres');
const standby = join(folder, 'standby');
const checkpoints = join(folder, 'checkpoint');
let server: LocalPostgres;
let bench: ServiceBench;

const start = async (port?: number) => {
  server = await startPostgres({ folder: cluster, passwordFile: join(folder, 'password'), logFile: join(folder, 'postgres.log'), durable: false, ...(port === undefined ? {} : { port }) });
};

beforeAll(async () => {
  await start();
  process.env['DATABASE_URL'] = server.url;
  bench = await serviceBench({ CHECKPOINT_DIR: checkpoints });
});
afterAll(async () => {
  await bench.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const issue = (workOrder: string, serial: string | undefined) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

const lastKept = () => allKept(bench, checkpoints, ({ earlier }) => earlier !== null);

/** With its owner, who need not be this user. */
function copyFolder(from: string, to: string) {
  rmSync(to, { recursive: true, force: true });
  execFileSync('cp', ['-a', from, to]);
}

/** What a standby has that follows at a distance: all until now. */
async function copyToStandby() {
  await server.stop();
  copyFolder(cluster, standby);
  await start(server.port);
}

/** The standby takes the place of the server, at its address. */
async function failOver() {
  await server.stop();
  copyFolder(standby, cluster);
  writeFileSync(join(cluster, 'standby.signal'), '');
  await start(server.port);
  writeFileSync(join(cluster, 'promote'), '');
  process.kill(Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGUSR1');
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await until('promoted', async () => ((await client.query('select pg_is_in_recovery() as standby')).rows[0].standby ? undefined : true));
  await client.end();
}

it('a failover that loses nothing stops nobody', async () => {
  const { id, serials } = await bench.order(2);
  // The first checkpoint has none before it.
  await allKept(bench, checkpoints);
  expect(await issue(id, serials[0])).toMatchObject({ status: 201 });
  await lastKept();
  await bench.restart(async () => {
    await copyToStandby();
    await failOver();
  });
  expect(await issue(id, serials[1])).toMatchObject({ status: 201 });
  expect(await bench.auditTrail('ledger')).toEqual([]);
});

it('a failover that lost a certificate holds the orders, and needs nobody at the machine', async () => {
  const { id, serials } = await bench.order(2);
  expect(await issue(id, serials[0])).toMatchObject({ status: 201 });
  await lastKept();
  await bench.restart(copyToStandby);
  expect(await issue(id, serials[1])).toMatchObject({ status: 201 });
  await lastKept();
  const lost = (await readCheckpoint(checkpoints))!.index;
  await bench.restart(failOver);
  const held = await until('held', async () => {
    const { body } = await bench.as('manager').get(`/v1/work-orders/${id}`);
    return body['state'] === 'held' ? body : undefined;
  });
  expect(held).toMatchObject({ stateReason: expect.stringMatching(/lost what it held/) });
  expect((await issue(id, serials[1])).status).toBe(409);
  const leaves = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', 'ledger').orderBy('seq').execute();
  expect(leaves.map(({ body }) => readLeaf(body))).toMatchObject([{ event: 'ledger.held', facts: { kind: 'failover', reason: expect.stringContaining(`leaf ${lost} `) } }, { event: 'ledger.restored' }]);
  await bench.as('manager').post(`/v1/work-orders/${id}/resume`);
  expect(await issue(id, serials[1])).toMatchObject({ status: 201 });
});
