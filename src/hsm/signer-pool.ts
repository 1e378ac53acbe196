import type { Config } from '../config/config.js';
import { readVerifiedKey } from '../x509/csr.js';
import { pickEnvironment, signerEnvironment } from './child-programs.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { Hsm, type HsmKey, type HsmKeyType, type HsmState, type NamedKey, type ProbedKey, type ReadRequest, type SignOptions, type TokenDescription, type WorkClass, type WorkOptions } from './hsm.js';
import { HsmPinWrong, HsmUnavailable } from './hsm.errors.js';
import type { Failure, SignerOperation } from './messages.js';
import { PinRefusal } from './pin-file.js';
import { ProcessPool } from './process-pool.js';

export type HsmSettings = Pick<
  Config,
  'HSM_MODULE' | 'HSM_TOKEN' | 'HSM_PIN_FILE' | 'HSM_SIGNERS' | 'HSM_QUEUE' | 'HSM_DEADLINE_MS' | 'HSM_BATCH_DEADLINE_MS' | 'HSM_KEEPALIVE_MS' | 'HSM_SESSIONS_MAX' | 'CSR_READERS'
> & Partial<Pick<Config, 'HSM_TOKEN_SERIAL'>>;

export interface SignerPoolOptions {
  /** Child processes get a part of it: see `pickEnvironment`. This process's own unless given. */
  environment?: NodeJS.ProcessEnv;
  onEvent?: (event: SignerPoolEvent) => void;
}

export interface SignerPoolEvent {
  name: `${'signer' | 'reader'}-${'started' | 'ready' | 'ended'}` | 'pin-refused' | 'circuit-opened' | 'circuit-closed';
  pid?: number | undefined;
  reason?: string | undefined;
}

/** Long enough for RSA-4096 on a slow token. Signatures go on meanwhile. */
const KEY_GENERATION_DEADLINE_MS = 120_000;

/** Each signer holds one session. One is left for key generation, which opens its own, one key at a time. */
const signerCount = ({ HSM_SIGNERS, HSM_SESSIONS_MAX }: HsmSettings): number => Math.min(HSM_SIGNERS, HSM_SESSIONS_MAX - 1);

/** The port over two process pools: signers, which log in to the token, and CSR readers, which need no token. */
export class SignerPool extends Hsm {
  private readonly signers: ProcessPool;
  private readonly readers: ProcessPool;
  private readonly pinRefusal: PinRefusal;
  private readonly circuit: CircuitBreaker;
  /** Settles when the last key generation so far has ended. */
  private lastGeneration: Promise<unknown> = Promise.resolve();
  private signersEnded = 0;

  constructor(
    private readonly settings: HsmSettings,
    private readonly options: SignerPoolOptions = {},
  ) {
    super();
    const environment = options.environment ?? process.env;
    const limits = { queue: settings.HSM_QUEUE, answerDeadlineMs: settings.HSM_DEADLINE_MS };
    this.pinRefusal = new PinRefusal(settings.HSM_PIN_FILE);
    this.circuit = new CircuitBreaker({
      probe: async () => this.signers.ask({ name: 'probe' }, 'station', settings.HSM_DEADLINE_MS),
      opened: () => this.onCircuitOpened(),
      closed: () => this.emit('circuit-closed'),
    });
    this.signers = new ProcessPool(
      { program: 'signer', title: 'the HSM', size: signerCount(settings), environment: () => signerEnvironment(settings, environment), ...limits },
      {
        processChanged: (change, pid, reason) => this.onSignerChanged(change, pid, reason),
        answered: (failure) => (failure?.code === 'hsm-unavailable' ? this.circuit.failed() : this.circuit.succeeded()),
        unresponsive: () => this.circuit.failed(),
      },
    );
    this.readers = new ProcessPool(
      { program: 'csr-reader', title: 'the CSR readers', size: settings.CSR_READERS, environment: () => pickEnvironment(environment), ...limits },
      { processChanged: (change, pid, reason) => this.emit(`reader-${change}`, pid, reason?.message) },
    );
    this.signers.startMissing();
  }

  async token(): Promise<TokenDescription> {
    return this.ask<TokenDescription>({ name: 'token' });
  }

  async generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    // One after the other: PKCS#11 does not keep labels unique, and two signers at once would not see each other's key.
    const generation = this.lastGeneration.then(() => this.ask<HsmKey>({ name: 'generateKeyPair', label, keyType }, 'station', KEY_GENERATION_DEADLINE_MS));
    this.lastGeneration = generation.catch(() => {});
    return generation;
  }

  async findKey(label: string): Promise<HsmKey | undefined> {
    return this.ask<HsmKey | undefined>({ name: 'findKey', label });
  }

  async listKeys(): Promise<NamedKey[]> {
    return this.ask<NamedKey[]>({ name: 'listKeys' });
  }

  async sign(label: string, message: Buffer, { work = 'station', publicKey }: SignOptions = {}): Promise<Buffer> {
    return this.ask<Buffer>({ name: 'sign', label, message, publicKey }, work);
  }

  async readRequest(csr: string, { work = 'station' }: WorkOptions = {}): Promise<ReadRequest> {
    if (this.settings.CSR_READERS === 0) return readVerifiedKey(csr);
    return this.readers.ask<ReadRequest>({ name: 'readRequest', csr }, work, this.deadlineOf(work));
  }

  async probe(key?: ProbedKey): Promise<void> {
    await this.ask({ name: 'probe', key });
  }

  async ready({ work = 'station' }: WorkOptions = {}): Promise<void> {
    this.assertMayBeAsked();
    return this.signers.whenReady(work, this.deadlineOf(work));
  }

  state(): HsmState {
    return { circuit: this.circuit.state, signers: this.signers.readyCount, open: this.signers.open, signersEnded: this.signersEnded };
  }

  /** Of the signers that run now. */
  processIds(): number[] {
    return this.signers.processIds();
  }

  /** Takes no more requests, answers those it has, and ends the processes. */
  async close(): Promise<void> {
    if (this.circuit.state !== 'closed') this.signers.refuseWaiting(this.circuitOpenError());
    this.circuit.stop();
    await Promise.all([this.signers.close(), this.readers.close()]);
  }

  /** Nest calls it after the last HTTP request has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  private ask<T>(operation: SignerOperation, work: WorkClass = 'station', deadlineMs = this.deadlineOf(work)): Promise<T> {
    this.assertMayBeAsked();
    return this.signers.ask<T>(operation, work, deadlineMs);
  }

  private assertMayBeAsked(): void {
    this.assertPinNotRefused();
    if (this.circuit.state !== 'closed') throw this.circuitOpenError();
  }

  private deadlineOf(work: WorkClass): number {
    return work === 'station' ? this.settings.HSM_DEADLINE_MS : this.settings.HSM_BATCH_DEADLINE_MS;
  }

  private onSignerChanged(change: 'started' | 'ready' | 'ended', pid: number | undefined, reason: Failure | undefined): void {
    this.emit(`signer-${change}`, pid, reason?.message);
    if (change === 'started') this.pinRefusal.signerStarted();
    if (change === 'ready') this.circuit.probeNow();
    if (change !== 'ended') return;
    this.signersEnded++;
    if (reason?.code === 'hsm-pin-wrong') this.onPinRefused(reason.message);
    else this.circuit.failed();
  }

  private onPinRefused(reason: string): void {
    this.pinRefusal.refused(reason);
    this.signers.forbidStarts();
    this.emit('pin-refused', undefined, reason);
    // Signers that are logged in go on. Without any, nothing would answer the requests that wait.
    if (this.signers.size === 0) this.signers.refuseWaiting(new HsmPinWrong(reason));
  }

  private assertPinNotRefused(): void {
    if (this.pinRefusal.clearIfFileChanged()) this.signers.allowStarts();
    else if (this.pinRefusal.reason && this.signers.size === 0) throw new HsmPinWrong(this.pinRefusal.reason);
  }

  private onCircuitOpened(): void {
    this.emit('circuit-opened', undefined, this.signers.reason.trim());
    this.signers.refuseWaiting(this.circuitOpenError());
  }

  private circuitOpenError(): HsmUnavailable {
    return new HsmUnavailable(`The HSM has failed repeatedly and is not asked until it answers again.${this.signers.reason}`);
  }

  private emit(name: SignerPoolEvent['name'], pid?: number, reason?: string): void {
    this.options.onEvent?.({ name, pid, reason });
  }
}
