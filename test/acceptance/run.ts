// `npm run acceptance`: starts the product with ports and data of its own, lets a whole line work on it for ten minutes, kills and stops parts of it meanwhile, and accounts for every unit.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readOptions, UsageError } from '../../src/simulation/simulate-options.js';
import { describe } from '../../src/simulation/simulation-report.js';
import { summaryPrinter } from '../../src/simulation/summary-line.js';
import { newFolder } from '../support/run-folders.js';
import { accept, FAULTS, REPLICA_FAULTS } from './accept.js';
import { Installation } from './installation.js';

const HELP = `npm run acceptance -- [--stations 300] [--slots 8] [--minutes 10] [--takt 60] [--fail-rate 3%] [--kill 1/min] [--replicas] [--stop 60] [--method jitp] [--seed WORD] [--keep] [--json]
--replicas: two apis behind a balancer and two workers; one of each is killed, the other stopped for --stop seconds (20). Without: one of each, and Redis is emptied and stopped (60).
Exit code 0: every unit is accounted for. 1: it is not, and what differs is named. 2: the options can't be followed.
`;

function read() {
  const text = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const { values } = parseArgs({
    options: {
      stations: text('300'), slots: text('8'), minutes: text('10'), takt: text('60'), 'fail-rate': text('3%'), kill: text('1/min'), replicas: { type: 'boolean', default: false }, stop: { type: 'string' }, method: text('jitp'), seed: { type: 'string' },
      keep: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  });
  const { stations, slots, minutes, takt, kill, method, seed, replicas, keep, json, help } = values;
  const settings = readOptions({ stations, slots, minutes, takt, failRate: values['fail-rate'], kill, method, ...(seed === undefined ? {} : { seed }) });
  const stoppedMs = Number(values.stop ?? (replicas ? '20' : '60')) * 1_000;
  if (!(stoppedMs >= 1_000 && stoppedMs <= 600_000)) throw new UsageError('--stop must be a number of seconds from 1 to 600');
  return { settings: { ...settings, minutes: settings.minutes!, faults: replicas ? REPLICA_FAULTS : FAULTS }, stoppedMs, replicas, keep, json, help };
}

function readOrEnd(): ReturnType<typeof read> {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${HELP}`);
    return process.exit(2);
  }
}

const { settings, stoppedMs, replicas, keep, json, help } = readOrEnd();
if (help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const folder = newFolder('acceptance');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
let installation: Installation | undefined;
try {
  say(`Starting api, worker, sandbox, PostgreSQL and Redis in ${folder} …`);
  installation = await Installation.start(folder, {}, replicas ? 2 : 1);
  const report = await accept(installation, { ...settings, onProgress: summaryPrinter(process.stderr), signal: stop.signal }, stoppedMs, say);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(`${report.faults.map(({ what, atSeconds }) => `After ${atSeconds} s: ${what}`).join('\n')}\n${describe(report)}`);
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  say(`The acceptance ended early: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  await installation?.stop();
  if (keep || process.exitCode !== 0) say(`Data and logs stay in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
process.exit();
