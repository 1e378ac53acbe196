import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Listr } from 'listr2';
import { tryLock, visitHolder } from '../../setup/lock.mjs';
import { SettingsRefused } from '../config/settings.js';
import { openDataFolder } from './data-folder.js';
import { Launcher } from './launcher.js';
import { readStatusLine } from './launcher-status.js';
import { LocalProblem } from './local.errors.js';
import { findParent } from './running-processes.js';
import { findDeadKeys } from './credentials-check.js';
import { findFaults } from './service-checks.js';
import { readStartSettings } from './start-settings.js';
import { describeEnd, describeRunning, describeStart } from './start-report.js';
import { surviveLostOutput } from '../config/program-output.js';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const say = (text: string) => process.stdout.write(`${text}\n`);

interface StartOptions {
  /** Whether a prepared process waits to take the service's place. */
  standsBy: boolean;
  whenReady: (launcher: Launcher, checkout: string) => void;
}

/** `lineside start`: everything on this machine, until Ctrl-C. A second one tells where the first one runs. */
export async function start({ standsBy, whenReady }: StartOptions = { standsBy: false, whenReady: () => undefined }): Promise<void> {
  // A terminal that was closed, or a disk that is full, must not keep the parts from being started again or stopped in order.
  surviveLostOutput();
  try {
    const settings = readStartSettings(process.env);
    const place = openDataFolder(settings.dataFolder);
    const launcher = new Launcher({ checkout: CHECKOUT, place, settings, env: process.env, standsBy, onUnexpectedEnd: (end) => process.stderr.write(`\n${describeEnd(end)}\n`) });
    let isReady = false;
    const visitors = new Set<() => void>();
    const lock = await tryLock(place.root, 'start', (socket) => {
      const tell = () => void socket.write(`${JSON.stringify(launcher.status(isReady))}\n`);
      tell();
      visitors.add(tell);
      socket.once('close', () => visitors.delete(tell));
    });
    if (!lock) return await joinRunningStart(place.root, place.credentials, { standsBy, whenReady });

    const stop = (exitCode: number) => {
      process.exitCode = exitCode;
      void launcher.stop().then(() => process.exit());
    };
    stopWhenAsked(stop);
    const faults: string[] = [];
    try {
      faults.push(...(await bringUp(launcher, settings)));
    } catch (error) {
      if (process.exitCode !== undefined) return;
      await launcher.stop();
      throw error;
    }
    if (process.exitCode !== undefined) return;
    isReady = true;
    for (const tell of visitors) tell();
    const deadKeys = await findDeadKeys({ place, databaseUrl: launcher.databaseUrl }).catch(() => []);
    say(describeStart(place, settings, launcher.address, faults, deadKeys));
    whenReady(launcher, CHECKOUT);
  } catch (error) {
    if (process.exitCode !== undefined) return;
    if (error instanceof SettingsRefused) throw error;
    fail(error);
    // The lock of the data folder would keep this process alive.
    process.exit();
  }
}

/** Answers why stations would be refused, one sentence each, although everything runs. */
async function bringUp(launcher: Launcher, settings: ReturnType<typeof readStartSettings>): Promise<string[]> {
  const faults: string[] = [];
  const tasks = new Listr(
    [
      { title: 'Looking for leftovers and free ports', task: () => launcher.clear() },
      {
        title: 'Stores, HSM and sandbox',
        task: (_, task) =>
          task.newListr(
            [
              { title: 'PostgreSQL', enabled: settings.databaseUrl === undefined, task: () => launcher.startPostgres() },
              { title: 'Redis', enabled: settings.redisUrl === undefined, task: () => launcher.startRedis() },
              { title: 'SoftHSM token (NOT FOR PRODUCTION)', enabled: settings.hsmModule === undefined, task: () => launcher.prepareToken() },
              { title: 'AWS IoT sandbox', enabled: settings.runsSandbox, task: () => launcher.startSandbox() },
            ],
            { concurrent: true },
          ),
      },
      { title: 'Service', task: () => launcher.startService() },
      {
        title: 'Golden unit',
        enabled: settings.runsSandbox,
        exitOnError: false,
        task: async (_, task) => {
          const outcome = await launcher.checkGoldenUnit((line) => (task.output = line));
          if (!outcome.passed) {
            faults.push(`the golden unit did not come through: ${outcome.message} (see golden-unit.log)`);
            throw new Error(`Golden unit FAILED: ${outcome.message}`);
          }
          task.title = ['Golden unit passed', ...outcome.lines].join('\n  ');
        },
      },
    ],
    { registerSignalListeners: false, renderer: process.stdout.isTTY ? 'default' : 'simple', rendererOptions: { collapseSubtasks: false } },
  );
  await tasks.run();
  return [...(await findFaults(launcher.address)), ...faults];
}

/** Ctrl-C reaches npm and this process; the children are in groups of their own and are stopped in order. */
function stopWhenAsked(stop: (exitCode: number) => void): void {
  const begin = () => {
    if (process.exitCode === undefined) say('\nStopping …');
    stop(process.exitCode === undefined ? 0 : Number(process.exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, begin);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  // npm runs this process below a shell that passes no signal on: when npm or the shell has ended, nobody can stop it any more.
  const shell = process.ppid;
  const npm = findParent(shell);
  setInterval(() => {
    if (process.ppid !== shell || findParent(shell) !== npm) begin();
  }, 500).unref();
}

async function joinRunningStart(root: string, credentials: string, options: StartOptions): Promise<void> {
  say('Lineside is already being started from this folder; waiting until it is ready …');
  let url: string | undefined;
  await visitHolder(root, 'start', (line) => {
    url = readStatusLine(line)?.url ?? undefined;
    return url === undefined ? undefined : 'enough';
  });
  if (url === undefined) return start(options);
  say(describeRunning(url, credentials));
}

function fail(error: unknown): void {
  const isExpected = error instanceof LocalProblem;
  const text = isExpected ? `${error.message}\n${error.remedy}` : `${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`\n${text}\n${isExpected ? '' : `Run this to see what is wrong: node ${join(CHECKOUT, 'dist', 'cli.js')} doctor\n`}`);
  process.exitCode = 1;
}
