import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settled } from '../../src/client/station-answers.js';
import { Station, type StationSettings } from '../../src/client/station.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { stationPlace } from './station-place.js';

const LIMIT = 3_000_000;
const place = stationPlace({ LEASE_MS: '20000', HEARTBEAT_MS: '2000', ATTACHMENT_BYTES: String(LIMIT) });

const station = (more: Partial<StationSettings> = {}) => new Station({ baseUrl: place.gate.url, key: place.bench.keys.station, slot: '1', spool: join(place.folder, 'spool'), patienceMs: 300, ...more });
const spooled = () => readdirSync(join(place.folder, 'spool'));
const kept = async (serial: string, list: string) => (await place.bench.as('manager').get(`/v1/units/${serial}/${list}`)).body['items'] as Record<string, unknown>[];
const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body;
const TIMES = { startedAt: '2026-11-26T08:59:12.5+01:00', endedAt: '2026-11-26T09:00:00+01:00' };
const ATTACHED = [{ name: 'scope.png', mediaType: 'image/png', bytes: 7 }, { name: 'log', mediaType: 'text/plain', bytes: 12 }];

async function claimed(serial: string, from = station()) {
  const job = await from.claim({ serial });
  if (!job) throw new Error('no job');
  return job;
}

/** A unit that has passed with two attachments, while the network takes neither. */
async function passedOffline(serial: string, slot = '1') {
  writeFileSync(join(place.folder, 'scope.png'), 'picture');
  const job = await claimed(serial, station({ slot }));
  await job.certificate(csrFor(deviceKey()));
  place.gate.meddle(({ method, url }, answer) => {
    if (method !== 'PUT' && !/result/.test(url ?? '')) return undefined;
    answer.destroy();
    return 'taken';
  });
  await job.attach('scope.png', join(place.folder, 'scope.png'), 'image/png');
  await job.attach('log', Buffer.from('what it said'), 'text/plain');
  expect(await job.report({ outcome: 'PASS', record: { milliamperes: 81 }, failureDetail: 'none', ...TIMES })).toBeUndefined();
}

describe('the spool of the TypeScript client', () => {
  it.each([['in time', false], ['too late', true]])('brings results in one call for many, with their attachments and their own times, %s', async (_when, isLate) => {
    const { serials } = await place.bench.order(2);
    for (const [index, serial] of serials.entries()) await passedOffline(serial, String(index + 1));
    expect(spooled().map((name) => name.split('.')[1]).toSorted()).toEqual(['attachment', 'attachment', 'json', 'json']);
    if (isLate) await place.bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', 'in', serials).execute();
    const asked: string[] = [];
    place.gate.meddle(({ method, url }) => {
      asked.push(`${method} ${url?.replace(/[0-9a-f]{64}/, 'sha256')}`);
      return undefined;
    });
    const brought: Settled[] = [];
    expect(await station({ onBrought: (settled) => brought.push(settled) }).flush()).toBe(0);
    expect(asked).toEqual(['PUT /v1/attachments/sha256', 'PUT /v1/attachments/sha256', 'POST /v1/results/batch']);
    expect(spooled()).toEqual([]);
    expect(brought).toMatchObject(serials.map((serial) => (isLate ? { state: 'late', unit: { serial, state: 'certified' }, problem: { code: 'lease-lost' } } : { state: 'taken', unit: { serial, state: 'passed' } })));
    for (const serial of serials) {
      const [told] = await kept(serial, isLate ? 'late-reports' : 'attempts');
      expect(told).toMatchObject({ outcome: 'PASS', failureDetail: 'none', stationStartedAt: TIMES.startedAt, stationEndedAt: TIMES.endedAt, attachments: ATTACHED, record: { sha256: expect.any(String) as string } });
      expect(await unitOf(serial)).toMatchObject({ state: isLate ? 'certified' : 'passed' });
    }
  });

  it('keeps each result for which the service has given no answer', async () => {
    const { serials } = await place.bench.order(2);
    for (const [index, serial] of serials.entries()) await passedOffline(serial, String(index + 1));
    const entries = spooled().filter((name) => name.endsWith('.json'));
    for (const answered of [0, 1]) {
      place.gate.meddle(({ url }, answer) => {
        if (url?.endsWith('/batch') !== true) return undefined;
        answer.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"line":1,"state":"taken"}\n'.repeat(answered));
        return 'taken';
      });
      expect(await station().flush()).toBe(2 - answered);
      expect(spooled().filter((name) => name.endsWith('.json'))).toEqual(entries.slice(answered));
    }
  });

  it('brings what it kept before the next claim', async () => {
    const { serials: [first, second] } = await place.bench.order(2);
    await passedOffline(first!);
    place.gate.meddle(() => undefined);
    await (await claimed(second!)).release();
    expect([await unitOf(first!), spooled()]).toMatchObject([{ state: 'passed' }, []]);
  });

  it('removes what a process that is gone has left half written, and nothing of one that runs', async () => {
    mkdirSync(join(place.folder, 'spool'));
    const names = ['4194305-left.json.new', `${process.pid}-under-way.json.new`];
    for (const name of names) writeFileSync(join(place.folder, 'spool', name), '{');
    expect(await station().flush()).toBe(0);
    expect(spooled()).toEqual(names.slice(1));
  });

  it('puts a result aside that the service refuses for good, with the refusal, and brings the others', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    mkdirSync(join(place.folder, 'spool'));
    writeFileSync(join(place.folder, 'spool', '1.json'), JSON.stringify({ path: '/v1/jobs/job-999999/result', body: { fence: 1, outcome: 'PASS' } }));
    await passedOffline(serial!);
    place.gate.meddle(() => undefined);
    expect(await station().flush()).toBe(0);
    expect(spooled()).toEqual(['1.refused']);
    expect(JSON.parse(readFileSync(join(place.folder, 'spool', '1.refused'), 'utf8'))).toMatchObject({ problem: { code: 'job-unknown' } });
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed' });
  });

  it('uploads a file as large as the service takes it, and puts a larger one aside and tells the operator', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const told: (string | undefined)[] = [];
    const job = await claimed(serial!, station({ onOperator: (sentence) => told.push(sentence), patienceMs: 20_000 }));
    const files = [LIMIT, LIMIT + 1].map((bytes) => {
      const file = join(place.folder, String(bytes));
      writeFileSync(file, Buffer.alloc(bytes, bytes % 251));
      return file;
    });
    const hashes = files.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'));
    expect([await job.attach('all', files[0]!), await job.attach('too much', files[1]!), await job.attach('nothing', Buffer.alloc(0))].slice(0, 2)).toEqual(hashes);
    expect(told).toEqual([expect.stringContaining('sent too much at once')]);
    await job.report({ outcome: 'FAIL', failureCode: 'E1' });
    expect((await kept(serial!, 'attempts'))[0]).toMatchObject({ attachments: [{ name: 'all', bytes: LIMIT }, { name: 'too much', bytes: null }, { name: 'nothing', bytes: 0 }] });
    expect(spooled()).toEqual([`${hashes[1]}.refused-attachment`]);
  });

  it('uploads without a spool too, and throws what is refused', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const job = (await new Station({ baseUrl: place.gate.url, key: place.bench.keys.station, slot: '1' }).claim({ serial: serial! }))!;
    writeFileSync(join(place.folder, 'log'), 'what it said');
    await job.attach('log', join(place.folder, 'log'), 'text/plain');
    await expect(job.attach('too much', Buffer.alloc(LIMIT + 1))).rejects.toMatchObject({ code: 'request-too-large' });
    await job.report({ outcome: 'FAIL', failureCode: 'E1' });
    expect((await kept(serial!, 'attempts'))[0]).toMatchObject({ attachments: [ATTACHED[1]] });
  });
});
