import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { firstTables } from './migrations/0001_first_tables.js';
import { revocation } from './migrations/0002_revocation.js';
import { issuanceSteps } from './migrations/0003_issuance_steps.js';
import { issuancePlans } from './migrations/0004_issuance_plans.js';
import { oneLog } from './migrations/0005_one_log.js';
import { deviceKeys } from './migrations/0006_device_keys.js';
import { lineWork } from './migrations/0010_line_work.js';
import { authoritiesAndLists } from './migrations/0008_authorities_and_lists.js';
import { leasesOfRequests } from './migrations/0009_leases_of_requests.js';
import { ordersAndUnits } from './migrations/0011_orders_and_units.js';
import { access } from './migrations/0013_access.js';
import { checkpoints } from './migrations/0007_checkpoints.js';
import { logCounts } from './migrations/0014_log_counts.js';
import { releasedBy } from './migrations/0015_released_by.js';
import { targetLife } from './migrations/0017_target_life.js';
import { methods } from './migrations/0018_methods.js';
import { ownership } from './migrations/0019_ownership.js';
import { unitsInTheCloud } from './migrations/0020_units_in_the_cloud.js';
import { cloudStop } from './migrations/0026_cloud_stop.js';
import { untoldKeepOuts } from './migrations/0027_untold_keep_outs.js';
import { stopLooks } from './migrations/0028_stop_looks.js';
import { quotaShare } from './migrations/0029_quota_share.js';
import { awsSigned } from './migrations/0021_aws_signed.js';
import { bulkRegistrations } from './migrations/0023_bulk_registrations.js';
import { waysIn } from './migrations/0034_ways_in.js';
import { bulkCsrs } from './migrations/0032_bulk_csrs.js';
import { renewalAttempts } from './migrations/0033_renewal_attempts.js';
import { successors } from './migrations/0024_successors.js';
import { renewals } from './migrations/0025_renewals.js';
import { canaries } from './migrations/0036_canaries.js';
import { unitClaims } from './migrations/0037_unit_claims.js';
import { canariesGone } from './migrations/0038_canaries_gone.js';
import { unmetUnits } from './migrations/0039_unmet_units.js';
import { raisedReasons } from './migrations/0042_raised_reasons.js';
import { unknownByTemplate } from './migrations/0040_unknown_by_template.js';
import { leftByRetired } from './migrations/0041_left_by_retired.js';
import { stationCertificates } from './migrations/0053_station_certificates.js';
import { stationSessions } from './migrations/0054_station_sessions.js';
import { staleVerdicts } from './migrations/0043_stale_verdicts.js';
import { clockSightings } from './migrations/0044_clock_sightings.js';
import { letInAs } from './migrations/0047_let_in_as.js';
import { webhooks } from './migrations/0058_webhooks.js';
import { orderTerms } from './migrations/0057_order_terms.js';
import { testRecords } from './migrations/0055_test_records.js';
import { attachments } from './migrations/0056_attachments.js';
import { pauses } from './migrations/0059_pauses.js';
import { unconfirmedOrders } from './migrations/0060_unconfirmed_orders.js';
import { attemptEnds } from './migrations/0051_attempt_ends.js';
import { fencesOfRequests } from './migrations/0061_fences_of_requests.js';
import { routes } from './migrations/0050_routes.js';
import { queueSamples } from './migrations/0064_queue_samples.js';
import { queueOrder } from './migrations/0063_queue_order.js';
import { serialRules } from './migrations/0062_serial_rules.js';
import { replacedClaims } from './migrations/0068_replaced_claims.js';
import { waitingWithIdentity } from './migrations/0068_waiting_with_identity.js';
import { keyHolders } from './migrations/0068_key_holders.js';
import { resourceIntents } from './migrations/0069_resource_intents.js';
import { activations } from './migrations/0070_activations.js';
import { linePace } from './migrations/0071_line_pace.js';
import { apiSighting } from './migrations/0072_api_sighting.js';
import { foldedAllowedSerials } from './migrations/0067_folded_allowed_serials.js';
import { fleetClaims } from './migrations/0022_fleet_claims.js';
import { heldThingsDue } from './migrations/0035_held_things_due.js';
import { ClassPools } from './class-pools.js';
import { PipelinedPool } from './pipelined-pool.js';
import { installRules } from './rules.js';
import type { Schema } from './schema.js';

/** The ledger. Also the token to inject it by. */
export class Database extends Kysely<Schema> {}

/** What a writer takes last: the ledger itself, or the transaction that the change belongs to. */
export type Ledger = Kysely<Schema>;

/** Every change of the ledger's shape, in order. A file that was released is never edited. */
const MIGRATIONS = {
  '0001_first_tables': firstTables,
  '0002_revocation': revocation,
  '0003_issuance_steps': issuanceSteps,
  '0004_issuance_plans': issuancePlans,
  '0005_one_log': oneLog,
  '0006_device_keys': deviceKeys,
  '0010_line_work': lineWork,
  '0008_authorities_and_lists': authoritiesAndLists,
  '0009_leases_of_requests': leasesOfRequests,
  '0011_orders_and_units': ordersAndUnits,
  '0013_access': access,
  '0007_checkpoints': checkpoints,
  '0014_log_counts': logCounts,
  '0015_released_by': releasedBy,
  '0017_target_life': targetLife,
  '0018_methods': methods,
  '0019_ownership': ownership,
  '0020_units_in_the_cloud': unitsInTheCloud,
  '0026_cloud_stop': cloudStop,
  '0027_untold_keep_outs': untoldKeepOuts,
  '0028_stop_looks': stopLooks,
  '0029_quota_share': quotaShare,
  '0021_aws_signed': awsSigned,
  '0023_bulk_registrations': bulkRegistrations,
  '0032_bulk_csrs': bulkCsrs,
  '0034_ways_in': waysIn,
  '0033_renewal_attempts': renewalAttempts,
  '0024_successors': successors,
  '0025_renewals': renewals,
  '0022_fleet_claims': fleetClaims,
  '0036_canaries': canaries,
  '0038_canaries_gone': canariesGone,
  '0035_held_things_due': heldThingsDue,
  '0037_unit_claims': unitClaims,
  '0039_unmet_units': unmetUnits,
  '0042_raised_reasons': raisedReasons,
  '0040_unknown_by_template': unknownByTemplate,
  '0041_left_by_retired': leftByRetired,
  '0043_stale_verdicts': staleVerdicts,
  '0044_clock_sightings': clockSightings,
  '0047_let_in_as': letInAs,
  '0050_routes': routes,
  '0051_attempt_ends': attemptEnds,
  '0057_order_terms': orderTerms,
  '0058_webhooks': webhooks,
  '0055_test_records': testRecords,
  '0056_attachments': attachments,
  '0059_pauses': pauses,
  '0060_unconfirmed_orders': unconfirmedOrders,
  '0061_fences_of_requests': fencesOfRequests,
  '0053_station_certificates': stationCertificates,
  '0054_station_sessions': stationSessions,
  '0062_serial_rules': serialRules,
  '0063_queue_order': queueOrder,
  '0064_queue_samples': queueSamples,
  '0067_folded_allowed_serials': foldedAllowedSerials,
  '0068_key_holders': keyHolders,
  '0069_resource_intents': resourceIntents,
  '0068_replaced_claims': replacedClaims,
  '0068_waiting_with_identity': waitingWithIdentity,
  '0070_activations': activations,
  '0071_line_pace': linePace,
  '0072_api_sighting': apiSighting,
};

// The ledger's counters stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export interface DatabaseOptions {
  url: string;
  /** Shared by class, as `sharesOf` says. */
  connections: number;
  /** A dropped idle connection: the pool opens another, so it is a thing to log and not to die of. */
  onIdleError: (error: Error) => void;
  /** Any connection was cut, idle or at work: the ledger may be away. */
  onLost?: () => void;
}

/** Opens the ledger and brings its tables up to date. Throws when PostgreSQL can't be reached in 5 s. */
export async function openDatabase({ url, connections, onIdleError, onLost }: DatabaseOptions): Promise<Database> {
  const options = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    // Bounded time everywhere: a statement that waits longer than any caller does is given up.
    statement_timeout: 15_000,
    // Where PostgreSQL hangs, or the way to it takes everything and brings nothing, it gives no statement up: the connection is, in less than a lease.
    query_timeout: 20_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'lineside',
    pipeline: true,
  };
  const db = new Database({ dialect: new PostgresDialect({ pool: new PipelinedPool(new ClassPools(options, connections, onIdleError, onLost)) }) });
  try {
    await migrate(db);
    await installRules(db as unknown as Kysely<never>);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

/**
 * Calls one of the ledger's functions (the modules' `.sql` files), each argument by its name. Arrays of thousands of octets
 * travel as in `arrays.ts`.
 */
export async function callRule<Row>(ledger: Ledger, name: string, args: Readonly<Record<string, unknown>>): Promise<Row[]> {
  const names = Object.keys(args);
  let text = ruleCalls.get(name);
  if (text === undefined) {
    text = `select ${name}(${names.map((argument, at) => `${argument} => $${at + 1}`).join(', ')})`;
    ruleCalls.set(name, text);
  }
  return run<Row>(ledger, text, Object.values(args));
}

/** By the function's name: each is called with the same names in the same order everywhere. */
const ruleCalls = new Map<string, string>();

/**
 * A statement of the hot path, written out: its text is built once and not at each call. `values` fill $1, $2, …; arrays
 * of thousands of octets travel as in `arrays.ts`.
 */
export async function run<Row>(ledger: Ledger, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await ledger.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return rows;
}

/** The columns of a builder's `select` (`serial_number as serialNumber`) for a statement that is written out. */
export function selectList(columns: readonly string[]): string {
  return columns.map((column) => column.replace(/ as (\w+)$/, ' as "$1"')).join(', ');
}

async function migrate(db: Database) {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('The ledger could not be migrated', { cause: error });
}
