import { readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Job, LeaseLost } from '../../src/client/job.js';
import { Station } from '../../src/client/station.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import type { Meddling } from './station-gate.js';
import { stationPlace } from './station-place.js';

const place = stationPlace({ LEASE_MS: '5000', HEARTBEAT_MS: '500' });

const station = (patienceMs = 300) => new Station({ baseUrl: place.gate.url, key: place.bench.keys.station, slot: '1', spool: join(place.folder, 'spool'), patienceMs });
const attemptsOf = async (serial: string) => ((await place.bench.as('manager').get(`/v1/units/${serial}`)).body['attempts'] as { outcome: string | null }[]).map(({ outcome }) => outcome);

async function claimed(serial: string): Promise<Job> {
  const job = await station().claim({ serial });
  if (!job) throw new Error('no job');
  return job;
}

/** Refuses each report so. */
const refusing = (status: number, problem: object): Meddling => (asked, answer: ServerResponse) => {
  if (asked.url?.endsWith('/result') !== true) return undefined;
  asked.resume();
  answer.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ detail: 'why', retryable: true, retryAfterMs: 50, ...problem }));
  return 'taken';
};
const pass = async (job: Job) => {
  await job.certificate(csrFor(deviceKey()));
  await job.report({ outcome: 'PASS' });
};

describe('the TypeScript client', () => {
  it('keeps a PASS that the service could not take for its ledger, and brings it later', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const job = await claimed(serial!);
    place.gate.meddle(refusing(503, { code: 'ledger-unavailable', nextStep: 'retry' }));
    expect(await job.run(pass)).toMatchObject({ kind: 'reported', report: { outcome: 'PASS' }, kept: true });
    place.gate.meddle(() => undefined);
    expect(await station().flush()).toBe(0);
    expect(await attemptsOf(serial!)).toEqual(['PASS']);
  });

  it('reports ERROR in the place of a PASS that waits for AWS, and leaves no second word of the unit behind', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const job = await claimed(serial!);
    place.gate.meddle(refusing(409, { code: 'ship-gate-unmet', nextStep: 'retry' }));
    const running = job.run(async (each) => {
      await each.certificate(csrFor(deviceKey()));
      await each.report({ outcome: 'PASS' }).catch((error: unknown) => {
        place.gate.meddle(() => undefined);
        throw error;
      });
    });
    expect(await running).toMatchObject({ kind: 'reported', report: { outcome: 'ERROR', failureCode: 'ship-gate-unmet' }, kept: false });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual([]);
    expect(await attemptsOf(serial!)).toEqual(['ERROR']);
  });

  it('gives a unit back that a person must come for, and waits before the next one', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const job = await claimed(serial!);
    place.gate.meddle((asked, answer) => {
      if (asked.url?.endsWith('/certificate') !== true) return undefined;
      asked.resume();
      answer.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ code: 'device-key-unwanted', detail: 'why', retryable: false, nextStep: 'call', operatorAction: 'Call the line engineer.' }));
      return 'taken';
    });
    expect(await job.run(pass)).toMatchObject({ kind: 'released', problem: { code: 'device-key-unwanted' } });
    expect([job.restMs, await attemptsOf(serial!)]).toEqual([10_000, ['ABORTED']]);
  });

  it('stops the work on a unit with its lease, though the calls that would renew it go on trying', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const held = (await station(600_000).claim({ serial: serial! }))!;
    place.gate.meddle((asked) => (asked.url?.endsWith('/heartbeat') === true ? 'taken' : undefined));
    const ending = await held.run((each) => new Promise((_, reject) => each.signal.addEventListener('abort', () => reject(each.signal.reason as Error))));
    expect(ending).toEqual({ kind: 'lease-lost' });
    expect(held.signal.reason).toBeInstanceOf(LeaseLost);
    place.gate.meddle(() => undefined);
  });
});
