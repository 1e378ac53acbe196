import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How often each api is asked whether it is ready, and for how long its answer is waited for. */
const ASK_EVERY_MS = 500;
const PATIENCE_MS = 1_500;

interface Api {
  port: number;
  isReady: boolean;
  open: Set<Socket>;
}

/** What stands before the replicas of an api in a factory: passes connections on to those that answer, in turn, and cuts those of one that does not. */
export class Balancer {
  private readonly over = new AbortController();
  private readonly apis: Api[];
  private readonly server = createServer((socket) => this.pass(socket));
  private turn = 0;

  private constructor(ports: readonly number[]) {
    this.apis = ports.map((port) => ({ port, isReady: true, open: new Set() }));
  }

  static async start(ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    balancer.server.listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    for (const api of balancer.apis) void balancer.watch(api);
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.over.abort();
    this.server.close();
    for (const api of this.apis) cut(api);
  }

  private async watch(api: Api): Promise<void> {
    while (!this.over.signal.aborted) {
      const asked = fetch(`http://127.0.0.1:${api.port}/health/ready`, { signal: AbortSignal.any([this.over.signal, AbortSignal.timeout(PATIENCE_MS)]) });
      api.isReady = await asked.then((answer) => answer.ok, () => false);
      if (!api.isReady) cut(api);
      await wait(ASK_EVERY_MS, undefined, { signal: this.over.signal }).catch(() => undefined);
    }
  }

  private pass(caller: Socket): void {
    const ready = this.apis.filter(({ isReady }) => isReady);
    const api = ready[this.turn++ % ready.length];
    if (!api) return void caller.destroy();
    const behind = connect(api.port, '127.0.0.1');
    const end = () => {
      caller.destroy();
      behind.destroy();
      api.open.delete(caller);
    };
    api.open.add(caller);
    for (const socket of [caller, behind]) socket.on('error', end).on('close', end);
    caller.pipe(behind).pipe(caller);
  }
}

function cut({ open }: Api): void {
  for (const caller of open) caller.destroy();
}
