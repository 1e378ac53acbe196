import type { DatabaseSync } from 'node:sqlite';
import { FIRST_TABLES } from './migrations/0001-first-tables.js';
import { ROLES_AND_QUEUES } from './migrations/0002-roles-and-queues.js';
import { THING_TYPES_AND_VERSIONS } from './migrations/0003-thing-types-and-versions.js';
import { CONNECTIVITY } from './migrations/0004-connectivity.js';
import { RULES_AND_OBJECTS } from './migrations/0005-rules-and-objects.js';
import { FLEET_AND_TASKS } from './migrations/0006-fleet-and-tasks.js';
import { FUNCTIONS } from './migrations/0007-functions.js';

/** In the order in which they run. One that was released is never edited. The version of a store is how many have run. */
const MIGRATIONS: readonly string[] = [FIRST_TABLES, ROLES_AND_QUEUES, THING_TYPES_AND_VERSIONS, CONNECTIVITY, RULES_AND_OBJECTS, FLEET_AND_TASKS, FUNCTIONS];

/** Brings the store of an older sandbox up to date, each step in a transaction of its own. @throws Error for a store of a newer sandbox */
export function migrate(connection: DatabaseSync, dataDir: string): void {
  const version = Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > MIGRATIONS.length) {
    throw new Error(`A newer sandbox has made ${dataDir} (version ${version}, this one knows ${MIGRATIONS.length}). Start that one, or set SANDBOX_DATA_DIR to another folder.`);
  }
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < version) continue;
    connection.exec(`BEGIN IMMEDIATE; ${statements}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
