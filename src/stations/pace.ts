import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { type Line, StationRepository } from './station.repository.js';

/** At what pace the service wants to hear from a line's stations, in milliseconds. */
export interface Pace {
  /** The longest that a claim waits for work. */
  pollWaitMs: number;
  leaseMs: number;
  heartbeatMs: number;
}

/** How long another process's change may take to be felt here, in milliseconds. */
const FRESH_MS = 1_000;

/** Each line's own durations, or those of the settings. A lease that is held lasts as the next heartbeat says. */
@Injectable()
export class Paces {
  private readonly known = new LRUCache<string, Pace>({ max: 1_000, ttl: FRESH_MS });
  /** Of lines that say nothing. */
  readonly byDefault: Pace;

  constructor(
    private readonly stations: StationRepository,
    @Inject(CONFIG) { POLL_WAIT_MS: pollWaitMs, LEASE_MS: leaseMs, HEARTBEAT_MS: heartbeatMs }: Config,
  ) {
    this.byDefault = { pollWaitMs, leaseMs, heartbeatMs };
  }

  async of(line: string): Promise<Pace> {
    const known = this.known.get(line);
    if (known) return known;
    const pace = this.with(await this.stations.getLine(line));
    this.known.set(line, pace);
    return pace;
  }

  /** That of a line that says so. */
  with({ leaseMs, heartbeatMs }: Pick<Line, 'leaseMs' | 'heartbeatMs'>): Pace {
    return { ...this.byDefault, ...(leaseMs !== null && { leaseMs }), ...(heartbeatMs !== null && { heartbeatMs }) };
  }

  /** What was changed of a line here counts with the next request. */
  forget(): void {
    this.known.clear();
  }
}

/** So long may a station of a line that says nothing be silent before another program may connect as it, in milliseconds. */
export const silentMs = (config: Pick<Config, 'HEARTBEAT_MS'>) => 2 * config.HEARTBEAT_MS;
