import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { visitHolder } from '../../setup/lock.mjs';
import { locateDataFolder } from './data-folder.js';
import { checkFolder, checkInstallation, checkPorts, type Finding } from './machine-checks.js';
import { readStartSettings } from './start-settings.js';
import { checkPostgres, checkRedis, checkSandbox, checkService, checkToken } from './service-checks.js';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const SIGNS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

/** `lineside doctor`: what is wrong on this machine and how to mend it. Exit code 1 when something is. Changes nothing. */
export async function doctor({ json }: { json: boolean }): Promise<void> {
  const findings = await examine(CHECKOUT, process.env);
  const isWell = findings.every(({ state }) => state !== 'fail');
  const text = findings.map(({ state, name, finding, remedy }) => `${SIGNS[state]}  ${name}: ${finding}${remedy ? `\n      → ${remedy}` : ''}`);
  const verdict = isWell ? 'Nothing stands in the way.' : 'Something is wrong; the arrows say how to mend it.';
  process.stdout.write(json ? `${JSON.stringify({ ok: isWell, findings }, null, 2)}\n` : `${[...text, '', verdict].join('\n')}\n`);
  process.exitCode = isWell ? 0 : 1;
}

/** All findings about one checkout and its data folder, in the order in which things depend on each other. */
export async function examine(checkout: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const settings = readStartSettings(env);
  const place = locateDataFolder(settings.dataFolder);
  const runningAt = existsSync(place.root) ? await findRunning(place.root) : undefined;
  const ofServices = await Promise.all([
    checkPorts(settings, runningAt !== undefined),
    checkPostgres(place, env, runningAt !== undefined),
    checkRedis(place, env, runningAt !== undefined),
    checkToken(place, env),
    checkSandbox(settings, runningAt !== undefined),
    checkService(runningAt),
  ]);
  return [...checkInstallation(checkout, settings), ...checkFolder(place), ...ofServices.flat()];
}

/** Where a start of this folder runs: its address, `starting`, or undefined. */
async function findRunning(root: string): Promise<string | undefined> {
  let said: string | undefined;
  await visitHolder(root, 'start', (line) => {
    said = line;
    return 'enough';
  });
  return said;
}
