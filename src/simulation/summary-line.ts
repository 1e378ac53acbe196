import type { Sight } from './simulation-report.js';

/** Where it can't be written over, a line comes this often, in milliseconds. */
const LINE_EVERY_MS = 10_000;

/** How a run stands, in one line. */
export function summarize({ run, stationsOn, stations, cuts }: Sight): string {
  const { passed, failed, retried, units, seconds } = run.progress();
  const [claim, heartbeat] = [run.calls.of('claim'), run.calls.of('heartbeat')];
  const refusals = [...run.calls.refusals].map(([code, count]) => `${code} ${count}`).join(' ');
  return [
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`,
    `stations ${stationsOn}/${stations}${cuts > 0 ? ` (${cuts} killed)` : ''}`,
    `units ${passed} passed, ${failed} failed, ${run.inWork} in work of ${units}; ${run.claimed} claims, ${retried} again`,
    `${(passed / Math.max(seconds, 0.001)).toFixed(1)}/s`,
    `claim ${claim.p50}/${claim.p99} ms`,
    `heartbeat ${heartbeat.p50}/${heartbeat.p99} ms`,
    `refused ${refusals || '0'}`,
    `unanswered ${run.calls.unanswered}`,
  ].join('  ');
}

/** Writes to standard error, so that standard output holds the result alone: over the last line on a terminal, else a line now and then, and the last one. */
export function summaryPrinter(out: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>): (sight: Sight) => void {
  let last = performance.now();
  return (sight) => {
    const isOver = sight.run.signal.aborted && sight.stationsOn === 0;
    if (out.isTTY) {
      const line = summarize(sight);
      out.write(`\r\u001b[2K${line.slice(0, Math.max(20, (out.columns ?? 120) - 1))}${isOver ? '\n' : ''}`);
      return;
    }
    if (!isOver && performance.now() - last < LINE_EVERY_MS) return;
    last = performance.now();
    out.write(`${summarize(sight)}\n`);
  };
}
