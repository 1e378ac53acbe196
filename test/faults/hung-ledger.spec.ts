import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type LocalPostgres, startPostgres } from '../../src/local/local-postgres.js';
import { findProcessesIn } from '../../src/local/running-processes.js';
import { newFolder } from '../support/run-folders.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

const LEASE_MS = 3_000;
const folder = newFolder('ledger');
const place = { folder: join(folder, 'postgres'), passwordFile: join(folder, 'password'), logFile: join(folder, 'postgres.log'), durable: false };
let postgres: LocalPostgres;
let bench: ServiceBench;

beforeAll(async () => {
  postgres = await startPostgres(place);
  bench = await serviceBench({ DATABASE_URL: postgres.url, LEASE_MS: String(LEASE_MS), HEARTBEAT_MS: '1000' });
});
afterAll(async () => {
  await bench.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
  for (const { pid } of findProcessesIn(place.folder, 'postgres')) process.kill(pid, name);
};

it('a ledger that hangs for longer than a lease takes no unit from its station', async () => {
  const { serials } = await bench.order(4);
  for (const serial of serials) {
    const { jobId, fence } = await bench.claim(serial);
    signal('SIGSTOP');
    try {
      // The hang itself: nothing happens meanwhile that could be waited for.
      await wait(LEASE_MS * 1.3);
    } finally {
      signal('SIGCONT');
    }
    expect([serial, (await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).status]).toEqual([serial, 200]);
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
  }
});
