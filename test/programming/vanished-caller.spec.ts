import { once } from 'node:events';
import { connect } from 'node:net';
import { ProgrammingService } from '../../src/programming/programming.service.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const SLOTS = 40;

let bench: ServiceBench;
let port: number;
let wide: string;
beforeAll(async () => {
  bench = await serviceBench();
  await bench.app.listen(0, '127.0.0.1');
  port = Number(new URL(await bench.app.getUrl()).port);
  await bench.as('manager').post('/v1/stations', { id: 'wide', line: 'line-1', slots: Array.from({ length: SLOTS }, (_, at) => `s${at}`) });
  wide = await bench.addKey('station', 'wide');
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

/** Claims that are at work in the service. */
let atWork = 0;
beforeAll(() => {
  const programming = bench.app.get(ProgrammingService, { strict: false });
  const claim = programming.claim.bind(programming);
  programming.claim = async (...asked) => {
    atWork += 1;
    return claim(...asked).finally(() => (atWork -= 1));
  };
});

const requestFor = (slot: string, key: string, waitMs = 0) => {
  const body = JSON.stringify({ slot, waitMs });
  return `POST /v1/station/claims HTTP/1.1\r\nHost: lineside\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

/** Sends a claim and hangs up: at once, after so many turns of the event loop, or when `until` says so. */
async function vanish(slot: string, turns: number) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(requestFor(slot, wide));
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  socket.destroy();
}

const leased = async () => (await bench.db.selectFrom('job').select('id').where('state', '=', 'leased').execute()).length;

it('a caller that hung up takes no job, and burns no attempt: what was leased to nobody goes to the next who asks', async () => {
  const { serials } = await bench.order(SLOTS);
  await Promise.all(Array.from({ length: SLOTS }, (_, at) => vanish(`s${at}`, at)));
  await until('all claims done', () => (atWork === 0 ? true : undefined));
  await until('no job at a station', async () => ((await leased()) === 0 ? true : undefined));
  const claims = await Promise.all(serials.map((serial, at) => bench.claim(serial, `s${at}`, wide)));
  expect(new Set(claims.map(({ answer }) => `${answer.status} attempt ${answer.body['attempt']}`))).toEqual(new Set(['200 attempt 1']));
});

it('a caller that hung up while it waited takes none of the work that comes later', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(requestFor(`s${at}`, wide, 20_000));
      return socket;
    }),
  );
  await until('eight claims that wait', () => (atWork === 8 ? true : undefined));
  for (const socket of sockets) socket.destroy();
  await until('all claims done', () => (atWork === 0 ? true : undefined));
  const { serials } = await bench.order(1);
  expect((await bench.claim(serials[0])).answer).toMatchObject({ status: 200, body: { attempt: 1 } });
});

it('a claim that waits is refused when its key is revoked meanwhile', async () => {
  const key = await bench.addKey('station', 'a');
  const waiting = bench.call('POST', '/v1/station/claims', key, { slot: '1', waitMs: 25_000 });
  await until('a claim that waits', () => (atWork === 1 ? true : undefined));
  expect((await bench.call('DELETE', `/v1/access/keys/${key.split('_')[2]}`, bench.keys.admin)).status).toBe(204);
  const { serials } = await bench.order(1);
  expect(await waiting).toMatchObject({ status: 401, body: { code: 'caller-unknown' } });
  expect((await bench.claim(serials[0])).answer).toMatchObject({ status: 200, body: { attempt: 1 } });
});
