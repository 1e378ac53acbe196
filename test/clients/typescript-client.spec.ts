import { readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attempted } from '../../src/client/api-client.js';
import { type Job, LeaseLost } from '../../src/client/job.js';
import { Session } from '../../src/client/session.js';
import { Station } from '../../src/client/station.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
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

  it('ends without a word when its program is ended: the unit is still held, and the slot gets it again under the same lease', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const power = new AbortController();
    const slot = { baseUrl: place.gate.url, key: place.bench.keys.station, slot: '1' };
    const held = (await new Station({ ...slot, signal: power.signal }).claim({ serial: serial! }))!;
    const asked: (string | undefined)[] = [];
    place.gate.meddle(({ url }) => void asked.push(url));
    const running = held.run((each) => wait(60_000, undefined, { signal: each.signal }));
    power.abort(new Error('the power was cut'));
    expect(await running).toEqual({ kind: 'stopped' });
    await expect(held.report({ outcome: 'PASS' })).rejects.toThrow('the power was cut');
    expect(asked).toEqual([]);
    expect((await new Station(slot).claim({ serial: serial! }))!.fence).toBe(held.fence);
  });

  it('says how a lease ended: by the service’s word', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const held = (await station().claim({ serial: serial! }))!;
    await place.bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serial!).execute();
    expect(await held.run((each) => each.certificate(csrFor(deviceKey())))).toMatchObject({ kind: 'lease-lost', problem: { code: 'lease-lost' } });
  });

  it('takes work that ends with its lease for let go, whatever it was waiting for', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const held = (await station().claim({ serial: serial! }))!;
    await place.bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serial!).execute();
    // The timer rejects with an AbortError of its own.
    expect(await held.run((each) => wait(60_000, undefined, { signal: each.signal }))).toMatchObject({ kind: 'lease-lost', problem: { code: 'lease-lost' } });
  });

  it('tells of each request what came of it, and how long that took', async () => {
    const heard: Attempted[] = [];
    const heeded = new Station({ baseUrl: place.gate.url, key: place.bench.keys.station, slot: '9', onAttempt: (attempt) => heard.push(attempt) });
    await expect(heeded.claim({ waitMs: 0 })).rejects.toMatchObject({ code: 'slot-unknown' });
    expect(heard).toEqual([
      { method: 'GET', path: '/v1/station', status: 200, ms: expect.any(Number) },
      { method: 'POST', path: '/v1/station/claims', status: 422, code: 'slot-unknown', ms: expect.any(Number) },
    ]);
  });
});

describe('a session of the TypeScript client', () => {
  const program = (installation: string) => {
    const settings = { baseUrl: place.gate.url, key: place.bench.otherStation };
    const session = new Session({ ...settings, software: 'press', version: '1.0', installation, patienceMs: 300 });
    return { session, slots: ['1', '2'].map((slot) => new Station({ ...settings, slot, session, patienceMs: 300 })) };
  };

  it('is begun once for all slots, and is named in each of their calls', async () => {
    const { session, slots } = program('one');
    const named: unknown[] = [];
    place.gate.meddle(({ url, headers }) => void named.push([url, headers['lineside-session']]));
    await Promise.all(slots.map((slot) => slot.claim({ waitMs: 0 })));
    const { session: id } = await session.begin();
    expect(named).toEqual([['/v1/station/session', undefined], ['/v1/station/claims', id], ['/v1/station/claims', id]]);
  });

  it('is over once another program has taken the station over, and is begun anew only when that has gone silent', async () => {
    const [first, second] = [program('one'), program('two')];
    await until('the first gets in', () => first.session.begin().then(() => true, () => undefined));
    // Refused as long as the first one is there.
    await expect(second.slots[0]!.claim({ waitMs: 0 })).rejects.toMatchObject({ code: 'station-already-connected' });
    await until('the second gets in', () => second.slots[0]!.claim({ waitMs: 0 }).then(() => true, () => undefined));
    await expect(first.slots[0]!.claim({ waitMs: 0 })).rejects.toMatchObject({ code: 'station-session-ended' });
    await expect(first.slots[1]!.claim({ waitMs: 0 })).rejects.toMatchObject({ code: 'station-already-connected' });
    await until('the first gets in again', () => first.slots[1]!.claim({ waitMs: 0 }).then(() => true, () => undefined));
  });
});
