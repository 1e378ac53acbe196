import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { readCheckpoint } from '../../src/audit/checkpoint-file.js';
import { checkCheckpoint } from '../../src/local/checkpoint-check.js';
import { lookAround } from '../../src/local/examination.js';
import { Clock } from '../../src/platform/clock.js';
import { allKept } from '../support/kept-checkpoint.js';
import { newFolder } from '../support/run-folders.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const folder = newFolder('checkpoint-kept');
const [here, elsewhere] = [join(folder, 'here'), join(folder, 'elsewhere')] as const;
let bench: ServiceBench;
const warn = mock.method(Logger.prototype, 'warn', () => undefined);
beforeAll(async () => {
  bench = await serviceBench({ CHECKPOINT_DIR: here, CHECKPOINT_COPY_DIR: elsewhere });
});
afterAll(async () => {
  await bench.close();
  warn.mock.restore();
  rmSync(folder, { recursive: true, force: true });
});

/** A minute and a half passes: for this process, and for what the log holds. Three times stay within what clocks may differ by. */
let passedMs = 0;
async function timePasses(): Promise<void> {
  passedMs += 90_000;
  bench.app.get(Clock).now = () => new Date(Date.now() + passedMs);
  await bench.db.transaction().execute(async (tx) => {
    await sql`alter table log_leaf disable trigger user`.execute(tx);
    await sql`update log_leaf set at = at - interval '90 seconds'`.execute(tx);
    await sql`alter table log_leaf enable trigger user`.execute(tx);
  });
}
const health = () => bench.call('GET', '/health/ready', undefined) as Promise<{ status: number; body: { status?: string; checks?: Record<string, { ok: boolean; detail?: string }> } }>;
/** Resolves when readiness names these folders, and no other, as those in which nothing is kept. */
const lagging = (...folders: string[]) =>
  until(`nothing is kept in ${folders.join(' and ') || 'no folder'}`, async () => {
    const { status, body } = await health();
    const { ok, detail = '' } = body.checks!['checkpoint-kept']!;
    const named = [here, elsewhere].filter((each) => detail.includes(`in ${each} since`));
    return ok === (folders.length === 0) && named.join() === folders.join() ? { status, readiness: body.status, detail } : undefined;
  });
const doctor = async () => {
  const env = { ...process.env, DATABASE_URL: bench.config.DATABASE_URL, CHECKPOINT_DIR: here, CHECKPOINT_COPY_DIR: elsewhere, LINESIDE_DATA_DIR: folder };
  return checkCheckpoint({ ...(await lookAround('.', env)), isRunning: true });
};
const age = async () => Number(/^lineside_checkpoint_age_seconds (\S+)$/m.exec(String((await bench.call('GET', '/metrics', undefined)).body['text']))?.[1]);
const newLeaf = async () => {
  const { id, serials } = await bench.order(1);
  return bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) });
};
const complaints = () => warn.mock.calls.map(({ arguments: [entry] }) => entry as { event?: string; folder?: string }).filter(({ event }) => event === 'checkpoint.not_kept');

it('never makes the folder of the copy, which may be a share that is not there, and says for how long nothing has been kept in it', async () => {
  await allKept(bench, here);
  expect((await lagging()).readiness).toBe('ready');
  expect(existsSync(elsewhere)).toBe(false);

  await timePasses();
  expect(await lagging(elsewhere)).toEqual({ status: 200, readiness: 'degraded', detail: expect.stringMatching(/nothing has been kept in .*elsewhere since .*is not there/) });
  expect(await age()).toBeGreaterThan(60);
  expect(await newLeaf()).toMatchObject({ status: 201 });
  await allKept(bench, here);
  expect(complaints().map((entry) => entry.folder)).toEqual([elsewhere]);
  expect(await doctor()).toEqual({ name: 'ledger checkpoint', state: 'warn', finding: expect.stringMatching(/elsewhere is not there/), remedy: expect.stringMatching(/mounted/) });

  mkdirSync(elsewhere);
  await lagging();
  await allKept(bench, elsewhere);
  expect(await age()).toBeLessThan(60);
  expect(await doctor()).toMatchObject({ state: 'ok', finding: expect.stringMatching(/holds leaf/) });
});

it('takes an empty folder in the place of the one that it knew for a share that went away', async () => {
  renameSync(elsewhere, `${elsewhere}-unmounted`);
  mkdirSync(elsewhere);
  await timePasses();
  expect(await newLeaf()).toMatchObject({ status: 201 });
  expect(await lagging(elsewhere)).toMatchObject({ readiness: 'degraded', detail: expect.stringContaining('checkpoint.key is gone') });
  expect(await readCheckpoint(elsewhere)).toBeUndefined();
  expect(await doctor()).toMatchObject({ state: 'warn', finding: expect.stringMatching(/has been kept in .*elsewhere/) });

  rmSync(elsewhere, { recursive: true });
  renameSync(`${elsewhere}-unmounted`, elsewhere);
  await lagging();
  expect(await doctor()).toMatchObject({ state: 'ok' });
});

it('is degraded while nothing can be kept at all, and names what it kept last', async () => {
  await allKept(bench, here);
  renameSync(here, `${here}-away`);
  writeFileSync(here, 'no folder');
  expect(await newLeaf()).toMatchObject({ status: 201 });
  await until('placed', async () => ((await bench.db.selectFrom('log_leaf').leftJoin('log_index', 'log_index.seq', 'log_leaf.seq').select('log_leaf.seq').where('index', 'is', null).execute()).length === 0 ? true : undefined));
  await timePasses();
  expect(await lagging(here)).toMatchObject({ status: 200, readiness: 'degraded' });
  expect(await doctor()).toMatchObject({ state: 'warn', finding: expect.stringMatching(/here can't be read \(ENOTDIR\)/) });

  // Put back as it was: the log has gone on without it.
  rmSync(here);
  renameSync(`${here}-away`, here);
  await allKept(bench, here);
  await lagging();
  expect(await doctor()).toMatchObject({ state: 'ok' });
});
