// The station programs of a line, in a process of their own, so that their work is not the service's. Each slot has a connection of its
// own, as station software has: it claims a unit, has its key certified, sends heartbeats as often as it is told, and reports PASS at the
// end of its cycle. Gets its shift in one message; answers `measuring` when all slots are busy, and the times in the end.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

/** Station programs wait at least so long for an answer. */
const PATIENCE_MS = 30_000;
const [shift] = await once(process, 'message');
const { ports, keys, slots, cycleMs, seconds, csrsFile, firstCsr } = shift;
const csrs = readFileSync(csrsFile, 'utf8').split('\n');
let nextCsr = firstCsr;
const calls = ['claim', 'certificate', 'heartbeat', 'result'];
const times = Object.fromEntries(calls.map((call) => [call, createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 })]));
const refused = new Map();
let measuring = false;
let over = false;
let units = 0;

const begin = performance.now();
const busy = keys.flatMap((key, station) => Array.from({ length: slots }, (_, at) => runSlot(ports[(station * slots + at) % ports.length], key, `s${at}`)));
await wait(cycleMs + 2_000);
process.send('measuring');
measuring = true;
const from = performance.now();
await wait(seconds * 1_000);
measuring = false;
const lasted = (performance.now() - from) / 1_000;
over = true;
await Promise.all(busy);
const at = (name) => ({ count: times[name].count, p50: times[name].percentile(50) / 1_000, p99: times[name].percentile(99) / 1_000, max: times[name].count ? times[name].max / 1_000 : NaN });
process.send({ lasted, units, nextCsr, times: Object.fromEntries(calls.map((name) => [name, at(name)])), refused: [...refused], whole: (performance.now() - begin) / 1_000 }, () => process.exit());

async function runSlot(port, key, slot) {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  await wait(Math.random() * cycleMs);
  while (!over) {
    const began = performance.now();
    const claimed = await call('claim', agent, port, key, '/v1/station/claims', { slot, waitMs: 1_000 });
    if (!claimed) continue;
    const { job, lease } = claimed;
    const beats = setInterval(() => void call('heartbeat', agent, port, key, `/v1/jobs/${job.id}/heartbeat`, { fence: lease.fence, phase: 'program' }), shift.heartbeatMs);
    await pause(began + cycleMs * 0.1);
    await call('certificate', agent, port, key, `/v1/jobs/${job.id}/certificate`, { fence: lease.fence, csr: JSON.parse(`"${csrs[nextCsr++]}"`) });
    await pause(began + cycleMs);
    clearInterval(beats);
    await call('result', agent, port, key, `/v1/jobs/${job.id}/result`, { fence: lease.fence, outcome: 'PASS', record: { milliamperes: 81 } });
    if (measuring) units += 1;
  }
}

/** Until the clock shows `until`, or the shift is over. */
async function pause(until) {
  while (!over && performance.now() < until) await wait(Math.min(500, Math.max(1, until - performance.now())));
}

async function call(name, agent, port, key, path, body) {
  const counts = measuring;
  const start = performance.now();
  const { status, text } = await send(agent, port, key, path, JSON.stringify(body));
  if (counts) times[name].record(Math.max(1, Math.round((performance.now() - start) * 1_000)));
  if (status === 200 || status === 201) return JSON.parse(text);
  // What is asked after the shift counts nowhere: all slots end at once then.
  if (status !== 204 && counts) {
    const what = `${name} ${status} ${text.slice(0, 160)}`;
    refused.set(what, (refused.get(what) ?? 0) + 1);
  }
  return undefined;
}

function send(agent, port, key, path, body) {
  return new Promise((resolve) => {
    const failed = (error) => resolve({ status: 0, text: error.message });
    const call = request({ agent, port, host: '127.0.0.1', path, method: 'POST', timeout: PATIENCE_MS, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }));
      answer.on('error', failed);
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', failed);
    call.end(body);
  });
}
