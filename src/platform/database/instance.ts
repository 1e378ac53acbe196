import { sql } from 'kysely';
import pg from 'pg';
import { backoffMs } from '../backoff.js';
import type { Ledger } from './database.js';

const RETRY = { firstMs: 100, mostMs: 2_000 };
/** First half of the advisory-lock key: "LINE" in ASCII. */
const LOCK_SPACE = 0x4c494e45;

/**
 * This process, as the ledger knows it: a number, and a session-level advisory lock that PostgreSQL lets go of
 * the moment the process or its connection dies. So another process can tell work that is under way from work
 * that was left behind, without clocks and without waiting.
 */
export class Instance {
  private constructor(
    readonly number: number,
    private client: pg.Client,
    private readonly url: string,
  ) {
    this.keepHolding(client);
  }
  private closing = false;
  private readonly listeners = new Map<string, (payload: string) => void>();

  static async start(url: string): Promise<Instance> {
    const client = await connect(url);
    const { rows } = await client.query<{ number: number }>("select nextval('instance_number')::int as number");
    const number = rows[0]!.number;
    await client.query('select pg_advisory_lock($1, $2)', [LOCK_SPACE, number]);
    return new Instance(number, client, url);
  }

  /** Calls `heard` for each notification on the channel, also after the connection was cut and made anew; those sent meanwhile are missed. */
  async listen(channel: string, heard: (payload: string) => void): Promise<void> {
    this.listeners.set(channel, heard);
    await this.client.query(`listen ${channel}`);
  }

  async close() {
    this.closing = true;
    await this.client.end().catch(() => undefined);
  }

  /** PostgreSQL was restarted or the connection cut: take the same number again as soon as it can be had. */
  private keepHolding(client: pg.Client) {
    let lost = false;
    const reconnect = () => {
      if (lost || this.closing) return;
      lost = true;
      void this.reconnect();
    };
    client.on('error', reconnect);
    client.on('end', reconnect);
    client.on('notification', ({ channel, payload }) => this.listeners.get(channel)?.(payload ?? ''));
  }

  private async reconnect() {
    for (let attempt = 1; !this.closing; attempt++) {
      try {
        const client = await connect(this.url);
        await client.query('select pg_advisory_lock($1, $2)', [LOCK_SPACE, this.number]);
        for (const channel of this.listeners.keys()) await client.query(`listen ${channel}`);
        this.client = client;
        this.keepHolding(client);
        if (this.closing) await client.end();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, RETRY)).unref());
      }
    }
  }
}

/** Of these numbers, the ones whose process is gone. */
export async function goneInstances(numbers: readonly number[], ledger: Ledger): Promise<Set<number>> {
  const { rows } = await sql<{ objid: number }>`
    select objid::int as objid from pg_locks
    where locktype = 'advisory' and classid = ${LOCK_SPACE} and granted
      and database = (select oid from pg_database where datname = current_database())`.execute(ledger);
  const alive = new Set(rows.map((row) => row.objid));
  return new Set(numbers.filter((number) => !alive.has(number)));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'lineside instance', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // from the first moment on: an error without a listener ends the process
  await client.connect();
  return client;
}
