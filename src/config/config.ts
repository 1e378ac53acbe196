import { readFileSync } from 'node:fs';
import { LAUNCHER_SETTINGS } from './other-settings.js';
import { SERVICE_SETTINGS } from './service-settings.js';
import type { Environment } from './setting.js';
import { acceptSettings, readSettings, type Values } from './settings.js';
import { readTlsPair, TlsPairRefused } from './tls-pair.js';

type ServiceValues = Values<typeof SERVICE_SETTINGS>;

/** The service's settings, all of them set. */
export type Config = ServiceValues & { readonly HEARTBEAT_MS: number };
export const CONFIG = Symbol('CONFIG');

/** @throws SettingsRefused that names every fault, and never a value */
export function loadConfig(env: Environment): Config {
  const reading = readSettings(SERVICE_SETTINGS, env);
  const values = acceptSettings({ ...reading, faults: [...reading.faults, ...contradictions(reading.values)] });
  return Object.freeze({ ...values, HEARTBEAT_MS: values.HEARTBEAT_MS ?? Math.min(10_000, Math.floor(values.LEASE_MS / 3)) });
}

/** What commands of `lineside` need that work beside the service. @throws SettingsRefused */
export function loadToolSettings(env: Environment) {
  const { LINESIDE_DATA_DIR } = LAUNCHER_SETTINGS;
  const { PROFILES_DIR } = SERVICE_SETTINGS;
  return acceptSettings(readSettings({ LINESIDE_DATA_DIR, PROFILES_DIR }, env));
}

/** Settings that are right by themselves and wrong together. Those that could not be read are left out. */
export function contradictions(values: Partial<ServiceValues>): string[] {
  const { HEARTBEAT_MS, LEASE_MS, HSM_SIGNERS, HSM_SESSIONS_MAX, HSM_DEADLINE_MS, HSM_BATCH_DEADLINE_MS, BOOTSTRAP_KEYS_FILE, REDIS_SENTINELS, REDIS_CLUSTER } = values;
  const faults: string[] = [];
  if (HEARTBEAT_MS && LEASE_MS && HEARTBEAT_MS >= LEASE_MS) {
    faults.push(`HEARTBEAT_MS (${HEARTBEAT_MS}) must be shorter than LEASE_MS (${LEASE_MS}), or each lease ends before its first heartbeat.`);
  }
  if (HSM_SIGNERS && HSM_SESSIONS_MAX && HSM_SIGNERS >= HSM_SESSIONS_MAX) {
    faults.push(`HSM_SESSIONS_MAX (${HSM_SESSIONS_MAX}) must be more than HSM_SIGNERS (${HSM_SIGNERS}): each signer holds one session, and making a key takes one more.`);
  }
  if (HSM_DEADLINE_MS && HSM_BATCH_DEADLINE_MS && HSM_BATCH_DEADLINE_MS < HSM_DEADLINE_MS) {
    faults.push(`HSM_BATCH_DEADLINE_MS (${HSM_BATCH_DEADLINE_MS}) must not be shorter than HSM_DEADLINE_MS (${HSM_DEADLINE_MS}): batches wait while stations go first.`);
  }
  if (values.STATION_CERT_HEADER !== undefined && values.TRUST_PROXY === undefined) faults.push('STATION_CERT_HEADER needs TRUST_PROXY, which says from whom the header is believed.');
  faults.push(...tlsFaults(values));
  if (REDIS_SENTINELS && REDIS_CLUSTER) faults.push('REDIS_SENTINELS and REDIS_CLUSTER exclude one another: the queues lie in a Cluster, or on the server that Sentinels name.');
  if (BOOTSTRAP_KEYS_FILE !== undefined && !holdsJsonObject(BOOTSTRAP_KEYS_FILE)) faults.push('BOOTSTRAP_KEYS_FILE must name a file that holds a JSON object {role: key}.');
  return faults;
}

function tlsFaults({ TLS_CERT, TLS_KEY }: Partial<ServiceValues>): string[] {
  if (TLS_CERT === undefined && TLS_KEY === undefined) return [];
  if (TLS_CERT === undefined || TLS_KEY === undefined) return ['TLS_CERT and TLS_KEY go together: set both, or none for an API without TLS of its own.'];
  try {
    readTlsPair(TLS_CERT, TLS_KEY);
    return [];
  } catch (error) {
    if (error instanceof TlsPairRefused) return [error.message];
    throw error;
  }
}

function holdsJsonObject(file: string): boolean {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null && !Array.isArray(content);
  } catch {
    return false;
  }
}
