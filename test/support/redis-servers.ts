import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { newFolder } from './run-folders.js';
import { until } from './until.js';

/** Hash slots of a Cluster. */
const SLOTS = 16_384;

/** A Redis program of its own (server, replica, cluster node or Sentinel), as Debian's package has it. */
export interface RedisServer {
  port: number;
  /** `redis://127.0.0.1:<port>`. */
  url: string;
  client: Redis;
  /** As after a power cut. */
  kill(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Redis programs of one spec. The folder goes with `stop`. */
export class RedisServers {
  private readonly folder = newFolder('redis-servers');
  private readonly children: ChildProcess[] = [];
  private readonly clients: Redis[] = [];

  /** @param settings further lines of redis.conf */
  start(settings: readonly string[] = []): Promise<RedisServer> {
    return this.launch('server', ['maxmemory-policy noeviction', 'save ""', ...settings]);
  }

  /** A Sentinel that watches `master` as `mymaster` and takes it for lost after half a second. */
  sentinel(master: RedisServer): Promise<RedisServer> {
    const watched = ['monitor mymaster 127.0.0.1 PORT 1', 'down-after-milliseconds mymaster 500', 'failover-timeout mymaster 2000'].map((line) => `sentinel ${line.replace('PORT', String(master.port))}`);
    return this.launch('sentinel', watched);
  }

  /** Three masters that share the slots between them. */
  async cluster(): Promise<RedisServer[]> {
    const buses = await Promise.all([freePort(), freePort(), freePort()]);
    const nodes = await Promise.all(buses.map((bus) => this.start(['cluster-enabled yes', 'cluster-node-timeout 2000', `cluster-port ${bus}`])));
    for (const [index, { client }] of nodes.entries()) {
      await client.cluster('ADDSLOTSRANGE', Math.floor((SLOTS * index) / 3), Math.floor((SLOTS * (index + 1)) / 3) - 1);
      if (index > 0) await client.cluster('MEET', '127.0.0.1', nodes[0]!.port, buses[0]!);
    }
    await until('a cluster that is whole', async () => {
      const states = await Promise.all(nodes.map(({ client }) => client.cluster('INFO')));
      return states.every((state) => String(state).includes('cluster_state:ok') && String(state).includes('cluster_known_nodes:3')) ? true : undefined;
    });
    return nodes;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.children.map(end));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async launch(role: 'server' | 'sentinel', settings: readonly string[]): Promise<RedisServer> {
    const port = await freePort();
    const place = join(this.folder, String(port));
    mkdirSync(place);
    const file = join(place, 'redis.conf');
    writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', `dir "${place}"`, `logfile "${join(place, 'log')}"`, ...settings, ''].join('\n'), { mode: 0o600 });
    const child = spawn('redis-server', [file, ...(role === 'sentinel' ? ['--sentinel'] : [])], { cwd: place, stdio: 'ignore' });
    this.children.push(child);
    const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
    client.on('error', () => undefined);
    this.clients.push(client);
    await client.ping();
    return { port, url: `redis://127.0.0.1:${port}`, client, kill: () => end(child), signal: (signal) => child.kill(signal) };
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
