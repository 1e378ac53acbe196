import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openCheckpointKey, readCheckpoint, writeCheckpoint } from '../../src/audit/checkpoint-file.js';
import { readLeaf } from '../../src/audit/log-follower.js';
import { createApp } from '../../src/create-app.js';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { checkCheckpoint } from '../../src/local/checkpoint-check.js';
import { lookAround } from '../../src/local/examination.js';
import { dumpDatabase, restoreDatabase } from '../support/database.js';
import { allKept } from '../support/kept-checkpoint.js';
import { newFolder } from '../support/run-folders.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { allPublished } from './published-crl.js';

const folder = newFolder('restored');
const checkpoints = join(folder, 'checkpoint');
const backup = join(folder, 'ledger.dump');
let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ CHECKPOINT_DIR: checkpoints });
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const issue = (workOrder: string, serial: string | undefined, key = deviceKey()) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(key) });
const lastCrl = () => bench.db.selectFrom('crl').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirstOrThrow();
const publish = () => bench.app.get(CrlPublisher, { strict: false }).publish(bench.authority.id);
const examined = () => lookAround('.', { ...process.env, DATABASE_URL: bench.config.DATABASE_URL, CHECKPOINT_DIR: checkpoints, LINESIDE_DATA_DIR: folder });
const checkOf = async (name: string) => {
  const { body } = await bench.call('GET', '/health/ready', undefined);
  return (body['checks'] as Record<string, { ok: boolean; detail?: string }>)[name];
};

const lastKept = () => allKept(bench, checkpoints);

async function accept(): Promise<{ code: number; answer: Record<string, unknown> }> {
  const env = { ...process.env, DATABASE_URL: bench.config.DATABASE_URL, CHECKPOINT_DIR: checkpoints, LINESIDE_DATA_DIR: folder };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', 'ledger', 'accept', '--json'], { env });
    return { code: 0, answer: JSON.parse(stdout) as Record<string, unknown> };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, answer: JSON.parse(stdout) as Record<string, unknown> };
  }
}

describe('a ledger that was restored from a backup', () => {
  const lost = { key: deviceKey(), crlNumber: 0, fence: 0, firstIndex: 0, index: 0 };
  let order: { id: string; serials: string[] };

  beforeAll(async () => {
    order = await bench.order(4);
    const before = await issue(order.id, order.serials[0]);
    await dumpDatabase(bench.config.DATABASE_URL, backup);
    // From here on everything is lost.
    expect(await issue(order.id, order.serials[1], lost.key)).toMatchObject({ status: 201 });
    lost.fence = (await bench.claim(order.serials[2])).fence;
    await bench.as('officer').post(`/v1/certificates/${String(before.body['fingerprint'])}/revoke`, { reason: 'superseded' });
    await allPublished(bench);
    lost.crlNumber = (await lastCrl()).number;
    await lastKept();
    const first = await bench.db.selectFrom('log_leaf').innerJoin('log_index', 'log_index.seq', 'log_leaf.seq').select('index').where('event', '=', 'certificate.reserved').where('subject', '=', `unit:${order.serials[1]!}`).executeTakeFirstOrThrow();
    lost.firstIndex = first.index;
    lost.index = (await readCheckpoint(checkpoints))!.index;
    await bench.restart(() => restoreDatabase(bench.config.DATABASE_URL, backup));
  });

  it('issues nothing, whoever asks and however', async () => {
    const before = await bench.db.selectFrom('certificate').selectAll().execute();
    for (const serial of order.serials.slice(1)) {
      expect(await issue(order.id, serial)).toMatchObject({ status: 503, body: { code: 'ledger-older', detail: expect.stringMatching(/lacks what it held/), operatorAction: expect.stringMatching(/restored from a backup/) } });
    }
    const atStation = await bench.claim(order.serials[2]);
    const answer = await bench.as('station').post(`/v1/jobs/${atStation.jobId}/certificate`, { fence: atStation.fence, csr: csrFor(deviceKey()) });
    expect(answer).toMatchObject({ status: 503, body: { code: 'ledger-older' } });
    await bench.as('station').post(`/v1/jobs/${atStation.jobId}/release`, { fence: atStation.fence });
    expect(await bench.db.selectFrom('certificate').selectAll().execute()).toEqual(before);
  });

  it('stops other replicas too, which have kept nothing', async () => {
    const { CHECKPOINT_DIR: _, ...without } = bench.config;
    const other = await createApp(without as typeof bench.config, false as never);
    try {
      const { id, serials } = await bench.order(1);
      const answer = await other.inject({
        method: 'POST', url: '/v1/certificates', headers: { authorization: `Bearer ${bench.keys.issuer}` }, payload: { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) },
      });
      expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'ledger-older' }]);
    } finally {
      await other.close();
    }
  });

  it('publishes no revocation list', async () => {
    await bench.db.insertInto('crl_due').values({ authority_id: bench.authority.id }).execute();
    await expect(until('refused', publish)).rejects.toMatchObject({ code: 'ledger-older' });
  });

  it('is said by readiness, doctor, metrics and the log, with what to do', async () => {
    expect(await checkOf('checkpoint')).toMatchObject({ ok: false, detail: expect.stringMatching(/ledger accept/) });
    expect(await checkCheckpoint(await examined())).toMatchObject({ state: 'fail', remedy: expect.stringMatching(/ledger accept/) });
    expect(String((await bench.call('GET', '/metrics', undefined)).body['text'])).toMatch(/^lineside_ledger_held 1$/m);
    expect(await bench.auditTrail('ledger')).toEqual(['ledger.held']);
  });

  it('goes on being held after another start', async () => {
    await bench.restart();
    expect(await issue(order.id, order.serials[1])).toMatchObject({ status: 503, body: { code: 'ledger-older' } });
  });

  it('is accepted on the machine, and then gives nothing to an order that no manager has resumed', async () => {
    const { code, answer } = await accept();
    expect({ code, answer }).toMatchObject({ code: 0, answer: { accepted: true, to: lost.index, heldOrders: expect.arrayContaining([order.id]), unconfirmedOrders: expect.any(Number) } });
    const leaf = await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'ledger.restored').executeTakeFirstOrThrow();
    expect(readLeaf(leaf.body).facts).toMatchObject({ from: answer['from'], to: lost.index, epoch: 1 });
    expect(Number(answer['from'])).toBeLessThanOrEqual(lost.firstIndex);
    expect((await bench.as('manager').get(`/v1/work-orders/${order.id}`)).body).toMatchObject({ state: 'held', unconfirmed: true, warnings: expect.arrayContaining([{ problem: expect.stringMatching(/had lost what it held/), remedy: expect.any(String) }]) });
    expect((await issue(order.id, order.serials[1])).status).toBe(409);
    expect(await bench.db.selectFrom('certificate').selectAll().where('state', '=', 'valid').execute()).toHaveLength(1);
  });

  it('numbers its revocation lists above all that were used', async () => {
    await allPublished(bench);
    expect((await lastCrl()).number).toBeGreaterThan(lost.crlNumber);
  });

  it('issues again for what a manager resumes, with fences above all that were used', async () => {
    expect(await bench.as('manager').post(`/v1/work-orders/${order.id}/resume`)).toMatchObject({ status: 200, body: { unconfirmed: false } });
    expect(await bench.auditTrail(`work-order:${order.id}`)).toEqual(expect.arrayContaining(['work-order.resumed', 'work-order.confirmed']));
    expect(((await bench.as('manager').get('/v1/work-orders?unconfirmed=true')).body['items'] as { id: string }[]).map(({ id }) => id)).not.toContain(order.id);
    expect(await issue(order.id, order.serials[1])).toMatchObject({ status: 201 });
    const { fence, answer } = await bench.claim(order.serials[2]);
    expect(answer.status).toBe(200);
    expect(fence).toBeGreaterThan(lost.fence);
    expect(fence).toBeGreaterThan(1_000_000);
  });

  it('is well again, also after another start', async () => {
    await lastKept();
    await bench.restart();
    expect(await checkOf('checkpoint')).toMatchObject({ ok: true });
    expect(await checkCheckpoint(await examined())).toMatchObject({ state: 'ok' });
    expect(await accept()).toMatchObject({ code: 1, answer: { accepted: false } });
  });

  it('is known again when the same backup is restored once more', async () => {
    await bench.restart(() => restoreDatabase(bench.config.DATABASE_URL, backup));
    expect(await issue(order.id, order.serials[3])).toMatchObject({ status: 503, body: { code: 'ledger-older' } });
    const { answer } = await accept();
    expect(answer).toMatchObject({ accepted: true, epoch: 2 });
    await until('well', async () => ((await checkOf('checkpoint'))?.ok ? true : undefined));
  });

  it('is noticed while the service runs, when it has lost a certificate that this process has stored', async () => {
    const { id, serials } = await bench.order(2);
    const { body } = await issue(id, serials[0]);
    await bench.db.deleteFrom('certificate').where('fingerprint', '=', String(body['fingerprint'])).execute();
    expect(await issue(id, serials[1])).toMatchObject({ status: 503, body: { code: 'ledger-older', detail: expect.stringMatching(/has lost certificate/) } });
    // As after a failover: the worker accepts it by itself, and the order waits for a manager.
    await until('accepted', async () => ((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['state'] === 'held' ? true : undefined));
    expect((await bench.auditTrail('ledger')).slice(-2)).toEqual(['ledger.held', 'ledger.restored']);
    await until('known', async () => ((await checkOf('checkpoint'))?.ok ? true : undefined));
    await bench.as('manager').post(`/v1/work-orders/${id}/resume`);
    expect(await issue(id, serials[1])).toMatchObject({ status: 201 });
  });
});

describe('what is no restored ledger', () => {
  it('a replica with an empty folder takes what the ledger holds as its first checkpoint', async () => {
    const empty = join(folder, 'empty');
    await (await createApp({ ...bench.config, CHECKPOINT_DIR: empty }, false as never)).close();
    expect(await readCheckpoint(empty)).toMatchObject({ ledger: (await readCheckpoint(checkpoints))!.ledger });
    expect((await bench.db.selectFrom('ledger_identity').select('hold').executeTakeFirstOrThrow()).hold).toBeNull();
  });

  it('another ledger altogether stops the process with the wrong folder, and nobody else', async () => {
    const foreign = join(folder, 'foreign');
    await writeCheckpoint(foreign, { ...(await readCheckpoint(checkpoints))!, ledger: 'of-another-site' }, await openCheckpointKey(foreign));
    const app = await createApp({ ...bench.config, CHECKPOINT_DIR: foreign }, false as never);
    try {
      const { id, serials } = await bench.order(2);
      const answer = await app.inject({
        method: 'POST', url: '/v1/certificates', headers: { authorization: `Bearer ${bench.keys.issuer}` }, payload: { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) },
      });
      expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'ledger-unknown', detail: expect.stringMatching(/belongs to the ledger/) }]);
      expect(await issue(id, serials[1])).toMatchObject({ status: 201 });
    } finally {
      await app.close();
    }
  });

  it('a checkpoint that is damaged stops its process, unless the second place has a good one', async () => {
    const damaged = join(folder, 'damaged');
    await writeCheckpoint(damaged, (await readCheckpoint(checkpoints))!, await openCheckpointKey(damaged));
    const file = join(damaged, 'checkpoint.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"index\\":\d/, '"index\\":9'));
    const { id, serials } = await bench.order(2);
    const ask = async (settings: object, serial: string | undefined) => {
      const app = await createApp({ ...bench.config, ROLES: ['api'], CHECKPOINT_DIR: damaged, ...settings }, false as never);
      try {
        return (await app.inject({
          method: 'POST', url: '/v1/certificates', headers: { authorization: `Bearer ${bench.keys.issuer}` }, payload: { workOrder: id, serial, csr: csrFor(deviceKey()) },
        })).statusCode;
      } finally {
        await app.close();
      }
    };
    expect(await ask({}, serials[0])).toBe(503);
    expect(await ask({ CHECKPOINT_COPY_DIR: checkpoints }, serials[0])).toBe(201);
    // It is whole again.
    expect(await ask({}, serials[1])).toBe(201);
  });
});
