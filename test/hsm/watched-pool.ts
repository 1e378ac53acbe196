import { createPublicKey, verify } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { HsmKey } from '../../src/hsm/hsm.js';
import { type HsmSettings, SignerPool, type SignerPoolEvent } from '../../src/hsm/signer-pool.js';
import type { SoftHsm } from './softhsm.js';

/** A pool that remembers what happened to its signers. */
export class WatchedPool extends SignerPool {
  private constructor(
    settings: HsmSettings,
    environment: NodeJS.ProcessEnv,
    private readonly emitter: EventEmitter,
    readonly events: SignerPoolEvent[],
  ) {
    super(settings, {
      environment,
      onEvent: (event) => {
        events.push(event);
        emitter.emit(event.name, event);
        emitter.emit('any', event);
      },
    });
  }

  static open(hsm: Pick<SoftHsm, 'settings' | 'environment'>, bent: Partial<HsmSettings> = {}): WatchedPool {
    return new WatchedPool({ ...hsm.settings, ...bent }, hsm.environment, new EventEmitter(), []);
  }

  /** One whose signers have started already, for tests with a deadline that the start of a process need not keep. */
  static async openReady(hsm: Pick<SoftHsm, 'settings' | 'environment'>, bent: Partial<HsmSettings> = {}): Promise<WatchedPool> {
    const pool = WatchedPool.open(hsm, bent);
    await pool.allReady({ ...hsm.settings, ...bent }.HSM_SIGNERS);
    return pool;
  }

  async allReady(signers: number): Promise<void> {
    while (this.state().signers < signers) await this.next('signer-ready');
  }

  /** An HSM's first key, `ca`, made by a pool of its own. */
  static async makeKey(hsm: Pick<SoftHsm, 'settings' | 'environment'>): Promise<HsmKey> {
    const pool = WatchedPool.open(hsm);
    const key = await pool.generateKeyPair('ca', 'P-256');
    await pool.close();
    return key;
  }

  /** The next event of this name. */
  async next(name: SignerPoolEvent['name']): Promise<SignerPoolEvent> {
    const [event] = (await once(this.emitter, name)) as [SignerPoolEvent];
    return event;
  }

  /** When signers are ready and the HSM is asked again. */
  async healed(): Promise<void> {
    for (const isHealed = () => this.state().signers > 0 && this.state().circuit === 'closed'; !isHealed(); ) await once(this.emitter, 'any');
  }

  count(name: SignerPoolEvent['name']): number {
    return this.events.filter((event) => event.name === name).length;
  }

  onlyPid(): number {
    const [pid, ...others] = this.processIds();
    if (pid === undefined || others.length > 0) throw new Error(`expected one signer, found ${this.processIds().length}`);
    return pid;
  }
}

/** By OpenSSL, which shares no code with the signer's path. */
export function verifies(key: HsmKey, message: Buffer, signature: Buffer): boolean {
  const publicKey = createPublicKey({ key: key.spki, format: 'der', type: 'spki' });
  return verify(key.keyType === 'P-384' ? 'sha384' : 'sha256', message, publicKey, signature);
}

/** What became of a promise, as plain data: `'answered'` or the refusal's code. */
export async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}
