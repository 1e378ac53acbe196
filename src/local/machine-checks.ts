import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LEAST_NODE } from '../config/installation.js';
import { installCommand } from '../../setup/debian.mjs';
import { findMissingPackages, needsBuild, needsInstall } from '../../setup/missing.mjs';
import type { DataFolder } from './data-folder.js';
import type { Examined, Finding } from './examination.js';
import { findPortOwner, isPortFree } from './ports.js';
import { isOpenToOthers, OPEN_TO_OTHERS } from './secret-file.js';
import { fixedPorts } from './start-settings.js';

/** Settings of this shell: they stop a start, and a running one has its own. */
export function checkSettings({ settingsFaults, isRunning }: Examined): Finding[] {
  const name = 'settings';
  if (settingsFaults.length === 0) return [{ name, state: 'ok', finding: isRunning ? "the running start's own are used here" : 'of this shell' }];
  const state = isRunning ? 'warn' : 'fail';
  return settingsFaults.map((finding) => ({ name, state, finding, remedy: `docs/settings.md names every setting.${isRunning ? ' The running start is not touched by those of this shell.' : ''}` }));
}

export function checkInstallation({ checkout, settings }: Examined): Finding[] {
  const major = Number(process.versions.node.split('.')[0]);
  const given = { DATABASE_URL: settings.databaseUrl ?? '', REDIS_URL: settings.redisUrl ?? '', HSM_MODE: settings.hsmModule === undefined ? '' : 'external' };
  const missing = findMissingPackages({ purpose: 'start', env: given, needsInstall: false });
  return [
    major >= LEAST_NODE
      ? { name: 'node', state: 'ok', finding: `version ${process.versions.node}` }
      : { name: 'node', state: 'fail', finding: `version ${process.versions.node} is too old.`, remedy: 'Run it through npm, which brings Node 24: npm run -s lineside -- doctor' },
    missing.length === 0
      ? { name: 'programs', state: 'ok', finding: 'PostgreSQL, Redis and SoftHSM are there, or named by settings' }
      : { name: 'programs', state: 'fail', finding: `Missing: ${missing.join(', ')}.`, remedy: `Run: ${installCommand(missing)}` },
    needsInstall(checkout)
      ? { name: 'npm packages', state: 'warn', finding: 'They do not match package-lock.json.', remedy: 'Run: npm start   (it installs them), or: npm ci' }
      : { name: 'npm packages', state: 'ok', finding: 'as package-lock.json says' },
    needsBuild(checkout)
      ? { name: 'build', state: 'warn', finding: 'dist is older than the sources.', remedy: 'Run: npm start   (it builds first)' }
      : { name: 'build', state: 'ok', finding: 'up to date' },
  ];
}

/** The data folder: closed to others, writable, with space left; and no secret that others may read. */
export function checkFolder({ place }: Examined): Finding[] {
  const name = 'data folder';
  if (!existsSync(place.root)) return [{ name, state: 'warn', finding: `${place.root} does not exist yet.`, remedy: 'Run: npm start' }];
  const findings: Finding[] = [];
  const mode = statSync(place.root).mode & 0o777;
  if (mode & OPEN_TO_OTHERS) {
    findings.push({ name, state: 'fail', finding: `${place.root} is open to other users (mode ${mode.toString(8)}).`, remedy: `Run: chmod 700 '${place.root}'` });
  }
  if (!isWritable(place.root)) {
    findings.push({ name, state: 'fail', finding: `This user may not write ${place.root}.`, remedy: `Run: chown -R "$USER" '${place.root}'` });
  }
  const { bavail, bsize } = statfsSync(place.root);
  if (bavail * bsize < 200 * 1024 * 1024) {
    findings.push({ name, state: 'fail', finding: 'Its disk has less than 200 MB left.', remedy: 'Free some space, or move it with LINESIDE_DATA_DIR.' });
  }
  if (existsSync(place.postgres.folder) && isWritable(place.postgres.folder) && !existsSync(join(place.postgres.folder, 'PG_VERSION'))) {
    findings.push({
      name: 'ledger folder',
      state: 'fail',
      finding: `${place.postgres.folder} holds no PostgreSQL database.`,
      remedy: `Put it aside and start with an empty ledger: mv '${place.postgres.folder}' '${place.postgres.folder}.aside'`,
    });
  }
  if (findings.length === 0) findings.push({ name, state: 'ok', finding: place.root });
  return [...findings, ...checkSecrets(place)];
}

function checkSecrets(place: DataFolder): Finding[] {
  const secrets = join(place.root, 'secrets');
  const inSecrets = existsSync(secrets) && isWritable(secrets) ? readdirSync(secrets).map((file) => join(secrets, file)) : [];
  const files = [...inSecrets, place.credentials, place.hsm.pinFile, place.hsm.soPinFile, join(place.redis.folder, 'redis.conf'), place.sandbox.credentials];
  const open = files.filter((file) => existsSync(file) && isOpenToOthers(file));
  if (open.length === 0) return [{ name: 'secret files', state: 'ok', finding: 'readable by their owner only' }];
  return open.map((file) => ({ name: 'secret files', state: 'fail', finding: `${file} can be read by other users.`, remedy: `Run: chmod 600 '${file}'   and consider the secret in it known.` }));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the launcher had to start again, how often and why; and what it could not write. */
export function checkParts({ launcher, place }: Examined): Finding[] {
  if (!launcher) return [];
  const remedy = `Read ${place.launcher.logFile} and the part's own log beside it.`;
  const findings = launcher.parts.flatMap(({ name, state, restarts, lastEnd }): Finding[] => {
    if (!lastEnd) return [];
    const why = `it last ended at ${lastEnd.at}: ${lastEnd.reason}`;
    if (state === 'running') return [{ name, state: 'warn', finding: `It runs, after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}; ${why}.`, remedy }];
    return [{ name, state: 'fail', finding: `It does not run and is tried again, ${restarts} times so far; ${why}.`, remedy }];
  });
  if (launcher.writesLost > 0) findings.push({ name: 'logs', state: 'warn', finding: `${launcher.writesLost} times a log or the record of the run could not be written.`, remedy: `Look for room on the disk of ${place.root}.` });
  return findings.length > 0 ? findings : [{ name: 'parts', state: 'ok', finding: 'none had to be started again' }];
}

export async function checkPorts({ settings, isRunning }: Examined): Promise<Finding[]> {
  return Promise.all(
    fixedPorts(settings).map(async ({ port, setting }): Promise<Finding> => {
      const name = `port ${port}`;
      const free = await isPortFree(port);
      if (free === isRunning) {
        if (isRunning) return { name, state: 'fail', finding: 'Lineside runs but nobody listens here.', remedy: 'Read the logs in the data folder, then stop and start again.' };
        const owner = findPortOwner(port);
        const by = owner ? `${owner.name} (process ${owner.pid})` : 'another program';
        return { name, state: 'fail', finding: `It is in use by ${by}.`, remedy: `Stop that program, or start with ${setting}=<another port>.` };
      }
      return { name, state: 'ok', finding: isRunning ? 'in use by Lineside' : 'free' };
    }),
  );
}
