import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HsmSettings } from '../../src/hsm/signer-environment.js';
import { findP11KitClient } from '../../setup/programs.mjs';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';

/**
 * A SoftHSM in a process of its own, reached through a socket as a network HSM is: it can be killed, stopped and
 * started again while signers use it, and the way to it can be slow.
 */
export class NetworkHsm {
  readonly settings: HsmSettings;
  readonly environment: NodeJS.ProcessEnv;
  /** Of every message on its way to the HSM. A signature is two: C_SignInit and C_Sign. */
  latencyMs = 0;
  /** A connection that is silent for so long is cut; 0: never. */
  idleMs = 0;
  private readonly messages = new EventEmitter();
  private server: ChildProcess | undefined;
  private readonly way: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(readonly soft: SoftHsm) {
    const client = findP11KitClient();
    if (!client) throw new Error('p11-kit-client.so is not installed (Debian: p11-kit-modules)');
    this.settings = { ...soft.settings, HSM_MODULE: client };
    this.environment = { PATH: process.env['PATH'], P11_KIT_SERVER_ADDRESS: `unix:path=${this.path('way')}` };
    this.way = createServer((near) => this.connect(near));
  }

  static async start(): Promise<NetworkHsm> {
    const network = new NetworkHsm(await makeSoftHsm());
    network.way.listen(network.path('way'));
    await once(network.way, 'listening');
    await network.start();
    return network;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    // Its own process group, because it forks a process for every connection.
    const server = spawn('p11-kit', ['server', '--foreground', '--sh', '--name', this.path('hsm'), '--provider', this.soft.setup.module, 'pkcs11:'], {
      env: { PATH: process.env['PATH'], SOFTHSM2_CONF: this.soft.setup.conf },
      // It tells of every connection that breaks, and here all of them are broken on purpose.
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    this.server = server;
    await once(createInterface(server.stdout), 'line');
  }

  /** `SIGKILL`: the HSM is gone. `SIGSTOP`: it hangs, and its connections with it, until `SIGCONT`. */
  async signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const server = this.server;
    if (!server?.pid) throw new Error('the HSM does not run');
    process.kill(-server.pid, name);
    if (name !== 'SIGKILL') return;
    this.server = undefined;
    await once(server, 'exit');
  }

  /** Resolves after so many more messages to the HSM. */
  async heard(count: number): Promise<void> {
    for (let heard = 0; heard < count; heard++) await once(this.messages, 'message');
  }

  /** Ends all connections; new ones are welcome. */
  async cut(): Promise<void> {
    const closed = [...this.sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  async remove(): Promise<void> {
    if (this.server) await this.signal('SIGKILL');
    await this.cut();
    this.way.close();
    await this.soft.remove();
  }

  private connect(near: Socket): void {
    const far = createConnection(this.path('hsm'));
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.on('error', () => {}).on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    near.setTimeout(this.idleMs, () => near.destroy());
    near.on('data', () => this.messages.emit('message'));
    near.on('data', (message) => void (this.latencyMs === 0 ? far.write(message) : setTimeout(() => far.write(message), this.latencyMs)));
    far.pipe(near);
  }

  private path(name: string): string {
    return join(this.soft.folder, name);
  }
}
