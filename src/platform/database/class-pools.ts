import pg from 'pg';
import { ledgerBusy } from '../errors/platform.errors.js';
import { presentClass, REQUEST_CLASSES, type RequestClass } from '../request-class.js';

/** Requests of one class that may wait for a connection at a time; more are refused at once. */
const MOST_WAITING: Readonly<Record<RequestClass, number>> = { station: 2_000, issuer: 500, people: 50, background: 1_000 };
/** What pg-pool says when no connection came free in time, and also when a new one could not be made in time. */
const TIMED_OUT = 'timeout exceeded when trying to connect';

/**
 * How a process's connections are shared: each class has its own, and none waits for those of another. At least two each, since a request
 * may look something up while its transaction is open.
 */
export function sharesOf(connections: number): Readonly<Record<RequestClass, number>> {
  const share = Math.max(2, Math.floor(connections / 5));
  return { station: Math.max(2, connections - 3 * share), issuer: share, people: share, background: share };
}

/** One pool for each class. Only work in the background, such as a migration, may wait for a statement's answer longer than `options.query_timeout`. */
export class ClassPools {
  private readonly pools: Readonly<Record<RequestClass, pg.Pool>>;

  constructor(
    readonly options: pg.PoolConfig,
    connections: number,
    onIdleError: (error: Error) => void,
    onLost: () => void = () => undefined,
  ) {
    const shares = sharesOf(connections);
    const { query_timeout: _, ...patient } = options;
    this.pools = Object.fromEntries(REQUEST_CLASSES.map((name) => [name, openPool({ ...(name === 'background' ? patient : options), max: shares[name] }, onIdleError, onLost)])) as Record<RequestClass, pg.Pool>;
  }

  /** A connection of the present class. Throws `ledger-busy` when all of them are at work and too many wait, or for too long. */
  async connect(): Promise<pg.PoolClient> {
    const name = presentClass();
    const pool = this.pools[name];
    if (pool.waitingCount >= MOST_WAITING[name]) throw ledgerBusy();
    try {
      return await pool.connect();
    } catch (error) {
      const allAtWork = pool.totalCount >= pool.options.max && pool.idleCount === 0;
      if (allAtWork && error instanceof Error && error.message === TIMED_OUT) throw ledgerBusy({ cause: error });
      throw error;
    }
  }

  async end(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((pool) => pool.end()));
  }
}

/** `onLost`: any connection was cut, idle or at work. */
function openPool(options: pg.PoolConfig, onIdleError: (error: Error) => void, onLost: () => void): pg.Pool {
  const pool = new pg.Pool(options);
  pool.on('error', onIdleError);
  // The pool listens only while a connection is idle. One that is cut while it is lent tells its query, and would also
  // end the process for want of a listener.
  pool.on('connect', (client) => client.on('error', onLost));
  return pool;
}
