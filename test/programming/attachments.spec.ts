import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { AttachmentSweep } from '../../src/programming/attachment-sweep.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const MOST_BYTES = 2_500_000;
let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api', LEASE_MS: '60000', ATTACHMENT_BYTES: String(MOST_BYTES), ATTACHMENT_BYTES_PER_HOUR: '3000000' });
});
beforeEach(async () => {
  await bench.db.deleteFrom('attachment').execute();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const OCTETS = { 'content-type': 'application/octet-stream' };

async function upload(content: Buffer, { as = sha256(content), key = bench.keys.station, sent = content }: { as?: string; key?: string; sent?: Buffer | Readable } = {}) {
  const { statusCode: status, body } = await bench.app.inject({ method: 'PUT', url: `/v1/attachments/${as}`, headers: { authorization: `Bearer ${key}`, ...OCTETS }, payload: sent });
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

const read = (hash: string) => bench.app.inject({ url: `/v1/attachments/${hash}`, headers: { authorization: `Bearer ${bench.keys.operator}` } });
const items = async (serial: string, list: string) => (await bench.as('manager').get(`/v1/units/${serial}/${list}`)).body['items'] as { attachments: object[] }[];

async function atStation() {
  const { serials: [serial] } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serial);
  return { serial: serial!, jobId, fence, report: (result: object) => bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, ...result }) };
}

const named = (content: Buffer, name = 'scope.png', mediaType = 'image/png') => ({ name, sha256: sha256(content), mediaType });

describe('an attachment', () => {
  it.each([['of several pieces', MOST_BYTES], ['of no byte', 0]])('%s is read again byte for byte, by the names that its result gave it', async (_which, length) => {
    const content = randomBytes(length);
    expect(await upload(content)).toEqual({ status: 201, body: { sha256: sha256(content), bytes: length } });
    expect(await upload(content, { as: sha256(content).toUpperCase() })).toEqual({ status: 200, body: { sha256: sha256(content), bytes: length } });
    const { serial, report } = await atStation();
    const attachments = [named(content), named(content, 'the same \u0000 again', 'text/plain; charset=utf-8')];
    expect((await report({ outcome: 'ERROR', attachments })).status).toBe(200);
    expect(await items(serial, 'attempts')).toMatchObject([{ attachments: [{ ...attachments[0], bytes: length }, { ...attachments[1], name: 'the same \\u0000 again', bytes: length }] }]);
    const { statusCode, rawPayload, headers } = await read(sha256(content));
    expect([statusCode, rawPayload.equals(content)]).toEqual([200, true]);
    expect(headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-length': String(length), 'content-disposition': `attachment; filename="${sha256(content)}"`, 'x-content-type-options': 'nosniff' });
  });

  it('that is named and not there is missing until somebody uploads it', async () => {
    const content = randomBytes(100);
    const { serial, report } = await atStation();
    expect((await report({ outcome: 'ERROR', attachments: [named(content)] })).status).toBe(200);
    expect(await items(serial, 'attempts')).toMatchObject([{ attachments: [{ ...named(content), bytes: null }] }]);
    expect((await read(sha256(content))).json()).toMatchObject({ status: 404, code: 'attachment-unknown' });
    expect((await upload(content)).status).toBe(201);
    expect(await items(serial, 'attempts')).toMatchObject([{ attachments: [{ bytes: 100 }] }]);
  });

  it('is kept as evidence with what comes late, and where a result comes again with another one', async () => {
    const [first, second, late] = [randomBytes(1), randomBytes(2), randomBytes(3)];
    const { serial, report } = await atStation();
    await report({ outcome: 'ERROR', attachments: [named(first)] });
    for (let time = 0; time < 2; time++) {
      expect((await report({ outcome: 'ERROR', attachments: [named(first)] })).status).toBe(200);
      expect((await report({ outcome: 'ERROR', attachments: [named(second)] })).status).toBe(200);
      expect((await report({ outcome: 'FAIL', attachments: [named(late)] })).status).toBe(409);
    }
    await upload(late);
    expect(await items(serial, 'attempts')).toMatchObject([{ attachments: [named(first)] }]);
    expect(await items(serial, 'late-reports')).toMatchObject([{ outcome: 'ERROR', attachments: [{ ...named(second), bytes: null }] }, { outcome: 'FAIL', attachments: [{ ...named(late), bytes: 3 }] }]);
  });

  it.each([
    ['more than 32', Array.from({ length: 33 }, () => named(randomBytes(4)))], ['one with a hash that is none', [{ ...named(randomBytes(4)), sha256: 'abc' }]],
    ['one with a type that is none', [{ ...named(randomBytes(4)), mediaType: 'picture' }]],
  ])('comes with a result only as it is described: not %s', async (_which, attachments) => {
    const { serial, report } = await atStation();
    expect(await report({ outcome: 'ERROR', attachments })).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('attachments') as string } });
    expect(await items(serial, 'attempts')).toMatchObject([{ outcome: null }]);
  });
});

describe('an upload', () => {
  const kept = async () => (await bench.db.selectFrom('attachment').select('bytes').execute()).map(({ bytes }) => bytes);

  it('of another content than its hash says is refused, and nothing of it is kept', async () => {
    const content = randomBytes(1_000);
    expect(await upload(content, { sent: Buffer.concat([content, Buffer.from('x')]) })).toMatchObject({ status: 422, body: { code: 'attachment-differs' } });
    expect(await kept()).toEqual([]);
    await upload(content);
    expect(await upload(content, { sent: randomBytes(1_000) })).toMatchObject({ status: 422, body: { code: 'attachment-differs' } });
    expect((await read(sha256(content))).rawPayload.equals(content)).toBe(true);
  });

  it('of a file that is too large is refused, whether it says its length or not', async () => {
    const content = randomBytes(MOST_BYTES + 1);
    expect(await upload(content)).toMatchObject({ status: 413, body: { code: 'request-too-large' } });
    expect(await upload(content, { sent: Readable.from([content.subarray(0, MOST_BYTES), content.subarray(MOST_BYTES)]) })).toMatchObject({ status: 413, body: { code: 'request-too-large' } });
    expect(await kept()).toEqual([]);
  });

  it('of more than a station may upload within an hour has to wait, and holds no other station back', async () => {
    const [first, second] = [randomBytes(2_000_000), randomBytes(1_500_000)];
    expect((await upload(first)).status).toBe(201);
    expect(await upload(second)).toMatchObject({ status: 429, body: { code: 'attachments-over-rate', retryable: true, retryAfterMs: 60_000 } });
    // It is there, and costs nothing more.
    expect((await upload(first)).status).toBe(200);
    expect((await upload(second, { key: bench.otherStation })).status).toBe(201);
    await bench.db.updateTable('attachment').set({ uploaded_at: new Date(Date.now() - 3_700_000) }).where('sha256', '=', Buffer.from(sha256(first), 'hex')).execute();
    const third = randomBytes(1_500_000);
    expect((await upload(third)).status).toBe(201);
  });

  it('that turns out too large half-way is told so on its connection, also where it listens only when all is sent', async () => {
    await bench.app.listen(0, '127.0.0.1');
    const { port } = new URL(await bench.app.getUrl());
    const socket = connect(Number(port), '127.0.0.1').pause();
    socket.write(`PUT /v1/attachments/${'a'.repeat(64)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bench.keys.station}\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let left = 60; left > 0; left--) await promisify<string>(socket.write.bind(socket))(`${(200_000).toString(16)}\r\n${'x'.repeat(200_000)}\r\n`);
    await promisify<string>(socket.write.bind(socket))('0\r\n\r\n');
    const [answer] = (await once(socket.resume(), 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 .*request-too-large/s);
  });

  it('keeps no claim waiting, however long the ledger takes over it', async () => {
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const locking = bench.db.transaction().execute(async (tx) => {
      await sql`lock table attachment in access exclusive mode`.execute(tx);
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const uploads = Array.from({ length: 20 }, () => upload(randomBytes(10)));
    await until('uploads wait in the ledger', async () => {
      const { rows } = await sql<{ waiting: number }>`select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(bench.db);
      return rows[0]!.waiting > 1 ? true : undefined;
    });
    const { serials: [serial] } = await bench.order(1);
    expect((await bench.claim(serial)).answer).toMatchObject({ status: 200, body: { unit: { serial } } });
    held.resolve();
    await locking;
    expect(new Set((await Promise.all(uploads)).map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('waits where as many as the process can hold are on their way, until some have ended or hung up', async () => {
    const agent = new Agent();
    const url = await bench.app.getUrl();
    const open = (content: Buffer) => request(new URL(`/v1/attachments/${sha256(content)}`, url), { method: 'PUT', agent, headers: { authorization: `Bearer ${bench.keys.station}`, 'content-length': content.length, ...OCTETS } });
    const slow = Array.from({ length: 33 }, (_, index) => {
      const content = Buffer.from(`slow ${index}`);
      const call = open(content);
      call.on('error', () => undefined); // we cut them ourselves
      call.write(content.subarray(0, 1));
      return { call, content, answer: (once(call, 'response') as Promise<[IncomingMessage]>).then(([answer]) => answer) };
    });
    const [busy, refused] = await Promise.any(slow.map(async (each) => [await each.answer, each] as const));
    expect([busy.statusCode, await json(busy)]).toMatchObject([503, { code: 'attachments-busy', retryable: true }]);
    const [first, ...others] = slow.filter((each) => each !== refused) as [(typeof slow)[0], ...typeof slow];
    for (const { call, answer } of others) {
      answer.catch(() => undefined);
      call.destroy();
    }
    const content = randomBytes(10);
    await until('there is room', async () => ((await upload(content)).status === 201 ? true : undefined));
    first.call.end(first.content.subarray(1));
    expect((await first.answer).statusCode).toBe(201);
    agent.destroy();
    expect((await read(sha256(first.content))).rawPayload.equals(first.content)).toBe(true);
    expect((await read(sha256(others[0]!.content))).statusCode).toBe(404);
  });
});

it('what no result names is deleted a day after its last upload, and what one names is kept', async () => {
  const [nameless, again, fresh, inResult, inLateReport, unseen] = Array.from({ length: 6 }, () => randomBytes(20)) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  for (const content of [nameless, again, inResult, inLateReport, unseen]) await upload(content);
  const { report } = await atStation();
  await report({ outcome: 'ERROR', attachments: [named(inResult), named(unseen)] });
  await report({ outcome: 'FAIL', attachments: [named(inLateReport)] });
  await bench.db.updateTable('attachment').set({ uploaded_at: new Date(Date.now() - 2 * 86_400_000) }).execute();
  // As where a result and an upload at the same moment did not see each other.
  await bench.db.updateTable('attachment').set({ is_named: false }).where('sha256', '=', Buffer.from(sha256(unseen), 'hex')).execute();
  await upload(fresh);
  expect((await upload(again)).status).toBe(200);
  expect(await bench.app.get(AttachmentSweep).sweep()).toBe(false);
  const left = await Promise.all([nameless, again, fresh, inResult, inLateReport, unseen].map(async (content) => (await read(sha256(content))).statusCode));
  expect(left).toEqual([404, 200, 200, 200, 200, 200]);
  expect(await bench.db.selectFrom('attachment_part').select('number').where('sha256', '=', Buffer.from(sha256(nameless), 'hex')).execute()).toEqual([]);
});
