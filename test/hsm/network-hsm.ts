import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HsmSettings } from '../../src/hsm/signer-pool.js';
import { findP11KitClient } from '../../setup/programs.mjs';
import { NetworkWay, startP11KitServer } from './network-way.mjs';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';

/**
 * A SoftHSM in a process of its own, reached through a socket as a network HSM is: it can be killed, stopped and
 * started again while signers use it, and the way to it can be slow.
 */
export class NetworkHsm extends NetworkWay {
  readonly settings: HsmSettings;
  readonly environment: NodeJS.ProcessEnv;
  private server: ChildProcess | undefined;

  private constructor(readonly soft: SoftHsm) {
    super(join(soft.folder, 'hsm'));
    const client = findP11KitClient();
    if (!client) throw new Error('p11-kit-client.so is not installed (Debian: p11-kit-modules)');
    this.settings = { ...soft.settings, HSM_MODULE: client };
    this.environment = { PATH: process.env['PATH'], P11_KIT_SERVER_ADDRESS: `unix:path=${this.path('way')}` };
  }

  static async start(): Promise<NetworkHsm> {
    const network = new NetworkHsm(await makeSoftHsm());
    await network.listen(network.path('way'));
    await network.start();
    return network;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    this.server = await startP11KitServer({ path: this.path('hsm'), module: this.soft.setup.module, conf: this.soft.setup.conf });
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

  async remove(): Promise<void> {
    if (this.server) await this.signal('SIGKILL');
    await this.close();
    await this.soft.remove();
  }

  private path(name: string): string {
    return join(this.soft.folder, name);
  }
}
