import type { Socket } from 'node:net';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import type { ClassPools } from './class-pools.js';

/** A statement that came so often is parsed and planned once for each connection from then on. */
const OFTEN = 4;
/** Each costs memory on every connection. Texts that differ by the length of a list would otherwise grow without end. */
const MOST_PREPARED = 200;
const MOST_COUNTED = 1_000;

type Result = pg.QueryResult<Record<string, unknown>>;

/**
 * The pools as Kysely uses them. Statements of one connection that are asked for in one turn travel in one packet and need
 * not wait for each other's answers (the connections are made with `pipeline`), BEGIN travels with the first of them, and
 * what is asked often is prepared.
 */
export class PipelinedPool implements PostgresPool {
  private readonly clients = new WeakMap<pg.PoolClient, PipelinedClient>();
  private readonly names = new StatementNames();

  constructor(private readonly pools: ClassPools) {}

  get options(): object {
    return this.pools.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.pools.connect();
    let pipelined = this.clients.get(client);
    if (!pipelined) {
      pipelined = new PipelinedClient(client, this.names);
      this.clients.set(client, pipelined);
    }
    return pipelined;
  }

  end(): Promise<void> {
    return this.pools.end();
  }
}

class PipelinedClient implements PostgresPoolClient {
  /** Of the connection's backend; Kysely cancels by it. */
  readonly processID: number;
  private readonly socket: Socket;
  private corked = false;
  private begun: Promise<unknown> | undefined;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly names: StatementNames,
  ) {
    // pg's types leave these two out.
    const { connection, processID } = client as unknown as { connection: { stream: Socket }; processID: number };
    this.socket = connection.stream;
    this.processID = processID;
  }

  query(text: string, values?: readonly unknown[]): Promise<Result>;
  query(cursor: never): never;
  query(text: string, values: readonly unknown[] = []): Promise<Result> {
    this.corkForThisTurn();
    if (text === 'begin') return this.begin();
    if (text === 'commit') return this.commit();
    const name = this.names.of(text);
    return this.client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
  }

  /** A connection that was given up for want of an answer is lent to nobody else. */
  release(discard = this.socket.destroyed): void {
    this.client.release(discard);
  }

  /** The first statement after it need not wait: it fails by itself where BEGIN could not be sent. */
  private begin(): Promise<Result> {
    this.begun = this.client.query('begin');
    this.begun.catch(() => undefined);
    return Promise.resolve({ command: 'BEGIN', rowCount: null, oid: 0, fields: [], rows: [] });
  }

  private async commit(): Promise<Result> {
    await this.begun;
    return this.client.query('commit');
  }

  private corkForThisTurn(): void {
    if (this.corked) return;
    this.corked = true;
    this.socket.cork();
    process.nextTick(() => {
      this.corked = false;
      this.socket.uncork();
    });
  }
}

/** One name for each text, the same on all connections. */
class StatementNames {
  private readonly asked = new Map<string, number>();
  private readonly names = new Map<string, string>();

  /** Undefined for what is rare. */
  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size >= MOST_PREPARED) return name;
    const times = (this.asked.get(text) ?? 0) + 1;
    if (times < OFTEN) {
      if (this.asked.size >= MOST_COUNTED) this.asked.clear();
      this.asked.set(text, times);
      return undefined;
    }
    this.asked.delete(text);
    const given = `lineside_${this.names.size + 1}`;
    this.names.set(text, given);
    return given;
  }
}
