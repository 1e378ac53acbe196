import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hsmFiles } from './local-hsm.js';
import { hasCode, LocalProblem } from './local.errors.js';
import { OPEN_TO_OTHERS } from './secret-file.js';

/** A fresh ledger with its write-ahead log takes about 40 MB; below this PostgreSQL would soon stop in the middle of work. */
const LEAST_FREE_BYTES = 200 * 1024 * 1024;

/** Where everything of the private instances lies. All of it is below `root`, which is closed to other users. */
export interface DataFolder {
  root: string;
  logs: string;
  /** For the person: keys and addresses. */
  credentials: string;
  /** What the running start has started; the next start ends what is left of it. */
  runRecord: string;
  /** The keys that the service makes valid at its first start. */
  bootstrapKeys: string;
  /** Seals secrets that lie in the ledger. */
  secretsKey: string;
  /** Certificates of `TLS=local`, PEM; `ca` is what clients trust. */
  tls: { ca: string; caKey: string; cert: string; key: string };
  /** What the ledger held last, kept outside of it. */
  checkpoint: string;
  /** What orders have come to in AWS, day by day. */
  reports: string;
  postgres: { folder: string; passwordFile: string; logFile: string };
  redis: { folder: string; passwordFile: string; logFile: string };
  hsm: { folder: string; pinFile: string; soPinFile: string; conf: string };
  sandbox: { folder: string; credentials: string; description: string; logFile: string };
  service: { logFile: string };
  /** What the launcher had to do. */
  launcher: { logFile: string };
  demo: { logFile: string };
}

/** The paths, whether or not they exist. @param root the setting LINESIDE_DATA_DIR */
export function locateDataFolder(root: string): DataFolder {
  const secrets = join(root, 'secrets');
  const logs = join(root, 'logs');
  return {
    root,
    logs,
    credentials: join(root, 'credentials.json'),
    runRecord: join(root, 'run.json'),
    bootstrapKeys: join(secrets, 'bootstrap-keys.json'),
    secretsKey: join(secrets, 'secrets-key'),
    tls: { ca: join(root, 'tls', 'ca.pem'), caKey: join(secrets, 'tls-ca-key'), cert: join(root, 'tls', 'server.pem'), key: join(secrets, 'tls-server-key') },
    checkpoint: join(root, 'checkpoint'),
    reports: join(root, 'reports'),
    postgres: { folder: join(root, 'postgres'), passwordFile: join(secrets, 'postgres-password'), logFile: join(logs, 'postgres.log') },
    redis: { folder: join(root, 'redis'), passwordFile: join(secrets, 'redis-password'), logFile: join(logs, 'redis.log') },
    hsm: { folder: join(root, 'hsm'), ...hsmFiles(join(root, 'hsm')) },
    sandbox: {
      folder: join(root, 'sandbox'),
      credentials: join(root, 'sandbox', 'credentials'),
      description: join(root, 'sandbox', 'sandbox.json'),
      logFile: join(logs, 'sandbox.log'),
    },
    service: { logFile: join(logs, 'service.log') },
    launcher: { logFile: join(logs, 'launcher.log') },
    demo: { logFile: join(logs, 'golden-unit.log') },
  };
}

/** Makes the folder, closes it to others, and refuses one that can't be used. */
export function openDataFolder(root: string): DataFolder {
  const place = locateDataFolder(root);
  const elsewhere = 'Choose a folder of your own: LINESIDE_DATA_DIR=$HOME/lineside-data npm start';
  try {
    mkdirSync(place.root, { recursive: true, mode: 0o700 });
    if (statSync(place.root).mode & OPEN_TO_OTHERS) chmodSync(place.root, 0o700);
    for (const folder of [place.logs, join(place.root, 'secrets')]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(place.root, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (hasCode(error, 'ENOSPC')) throw new LocalProblem(`The disk that holds ${place.root} is full.`, 'Free some space and start again.');
    throw new LocalProblem(`This user may not write the data folder ${place.root}.`, `Give it to this user: chown -R "$USER" '${place.root}'. ${elsewhere}`, { cause: error });
  }
  const { bavail, bsize } = statfsSync(place.root);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    throw new LocalProblem(`The disk that holds ${place.root} has less than 200 MB left.`, `Free some space and start again. ${elsewhere}`);
  }
  // PostgreSQL and Redis resolve links in their paths, and their processes are found by the folder that they work in.
  return locateDataFolder(realpathSync(place.root));
}
