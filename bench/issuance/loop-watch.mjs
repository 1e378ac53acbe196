// Loaded into an api process with --import: how long its event loop does not turn. The message 'watch' starts anew,
// 'report' is answered with { loop }, in ms.
import { createHistogram } from 'node:perf_hooks';

const TICK_MS = 2;
/** What a due timer waits: the loop's own work, and the time in which other processes had the core. In µs. */
const delay = createHistogram();
/** What the main thread computed from one tick to the next, which is what no machine could have spared it. In µs. */
const computed = createHistogram();

const cpu = () => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};
let at = performance.now();
let used = cpu();
function tick() {
  const now = performance.now();
  const nowUsed = cpu();
  delay.record(Math.max(1, Math.round((now - at - TICK_MS) * 1_000)));
  computed.record(Math.max(1, nowUsed - used));
  at = now;
  used = nowUsed;
}
setInterval(tick, TICK_MS).unref();

const inMs = (histogram) => ({ p99: histogram.percentile(99) / 1_000, max: histogram.max / 1_000 });
process.on('message', (message) => {
  if (message === 'watch') {
    delay.reset();
    computed.reset();
  } else if (message === 'report') {
    tick(); // what holds the loop up at this moment counts too
    process.send({ loop: { delay: inMs(delay), computed: inMs(computed) } });
  }
});
