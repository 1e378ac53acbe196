import type { Config } from '../config/config.js';

/** At what pace the service wants to hear from a station. */
export function paceOf({ POLL_WAIT_MS: pollWaitMs, LEASE_MS: leaseMs, HEARTBEAT_MS: heartbeatMs }: Pick<Config, 'POLL_WAIT_MS' | 'LEASE_MS' | 'HEARTBEAT_MS'>) {
  return { pollWaitMs, leaseMs, heartbeatMs };
}

/** So long may a station be silent before another program may connect as it, in milliseconds. */
export const silentMs = (config: Pick<Config, 'HEARTBEAT_MS'>) => 2 * config.HEARTBEAT_MS;
