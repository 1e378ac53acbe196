import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { visitHolder } from '../../setup/lock.mjs';
import { type DataFolder, locateDataFolder } from './data-folder.js';
import type { ServiceAddress } from '../client/service-call.js';
import { addressAt } from './local-tls.js';
import { type LauncherStatus, readStatusLine } from './launcher-status.js';
import { LEDGER_ROLE } from './postgres-cluster.js';
import { findOtherLauncher, findRunRecord } from './run-record.js';
import { findSecret } from './secret-file.js';
import { examineStartSettings, type StartSettings } from './start-settings.js';

/** One thing that was looked at: what was found in one sentence and, where it is not well, how to mend it. */
export interface Finding {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  finding: string;
  remedy?: string;
}

/** What a check may look at. */
export interface Examined {
  checkout: string;
  place: DataFolder;
  /** Those of the running start; of this shell where none runs. */
  settings: StartSettings;
  /** What is wrong with the settings of this shell. */
  settingsFaults: readonly string[];
  /** A launcher of this data folder lives. */
  isRunning: boolean;
  /** What the running start says of its parts. */
  launcher: LauncherStatus | undefined;
  /** Where the service answers, and whom to believe there; undefined while it is being started or nothing runs. */
  address: ServiceAddress | undefined;
  /** Of the ledger that is in use, with its password; undefined where none runs. */
  databaseUrl: string | undefined;
}

/** Changes nothing. What can't be found out at all is answered in a sentence by throwing. */
export type Check = (examined: Examined) => Finding | Finding[] | Promise<Finding | Finding[]>;

const TIMEOUT_MS = 3_000;

/** What runs from the data folder that this shell's settings name, with the settings that it was started with. */
export async function lookAround(checkout: string, env: NodeJS.ProcessEnv): Promise<Examined> {
  const ofShell = examineStartSettings(env);
  const place = locateDataFolder(ofShell.settings.dataFolder);
  const launcher = existsSync(place.root) ? await askLauncher(place.root) : undefined;
  const isRunning = launcher !== undefined || findOtherLauncher(place.runRecord) !== undefined;
  const settings = (isRunning ? findRunRecord(place.runRecord)?.settings : undefined) ?? ofShell.settings;
  const databaseUrl = settings.databaseUrl ?? (isRunning ? findPostgresUrl(place) : undefined);
  return { checkout, place, settings, settingsFaults: ofShell.faults, isRunning, launcher, address: launcher?.url ? addressAt(launcher.url, settings, place) : undefined, databaseUrl };
}

/** What the running start says of itself, or undefined. */
async function askLauncher(root: string): Promise<LauncherStatus | undefined> {
  let said: LauncherStatus | undefined;
  await visitHolder(root, 'start', (line) => {
    said = readStatusLine(line);
    return 'enough';
  });
  return said;
}

/** The running private instance, from the port in its own lock file (line 4 of postmaster.pid). */
function findPostgresUrl(place: DataFolder): string | undefined {
  const pidFile = join(place.postgres.folder, 'postmaster.pid');
  const password = findSecret(place.postgres.passwordFile);
  const port = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n')[3] : undefined;
  return port && password ? `postgres://${LEDGER_ROLE}:${password}@127.0.0.1:${port}/${LEDGER_ROLE}` : undefined;
}

/** Asks the ledger in a transaction that can't write. Rejects when it does not answer within three seconds; answers undefined where no ledger runs. */
export async function askLedger<Answer>({ databaseUrl }: Pick<Examined, 'databaseUrl'>, ask: (client: pg.Client) => Promise<Answer>): Promise<Answer | undefined> {
  if (databaseUrl === undefined) return undefined;
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin read only');
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
