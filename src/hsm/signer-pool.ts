import { CircuitBreaker } from './circuit-breaker.js';
import { Crew } from './crew.js';
import type { SignerOperation } from './crew-messages.js';
import { Hsm, type HsmKey, type HsmKeyType, type HsmState, type ReadRequest, type SignOptions, type TokenDescription, type WorkClass, type WorkOptions } from './hsm.js';
import { HsmPinWrong, HsmUnavailable, type Failure } from './hsm.errors.js';
import { PinGuard } from './pin-guard.js';
import { readRequest } from './read-request.js';
import { pickEnvironment, signerEnvironment, type HsmSettings } from './signer-environment.js';

export interface SignerPoolOptions {
  /** What the children's environment is picked from. */
  environment?: NodeJS.ProcessEnv;
  onEvent?: (event: SignerPoolEvent) => void;
}

export interface SignerPoolEvent {
  name: `${'signer' | 'reader'}-${'started' | 'ready' | 'ended'}` | 'pin-refused' | 'circuit-opened' | 'circuit-closed';
  pid?: number | undefined;
  reason?: string | undefined;
}

/** RSA-4096 on a slow token. It runs beside the signatures. */
const KEY_GENERATION_DEADLINE_MS = 120_000;

/** One session is left for making a key, which happens one at a time. */
const signerCount = ({ HSM_SIGNERS, HSM_SESSIONS_MAX }: HsmSettings): number => Math.min(HSM_SIGNERS, HSM_SESSIONS_MAX - 1);

/** The port over processes: signers, which have the token, and CSR readers, which need none. */
export class SignerPool extends Hsm {
  private readonly signers: Crew;
  private readonly readers: Crew;
  private readonly pin: PinGuard;
  private readonly circuit: CircuitBreaker;
  private generating: Promise<unknown> = Promise.resolve();
  private signersEnded = 0;

  constructor(
    private readonly settings: HsmSettings,
    private readonly options: SignerPoolOptions = {},
  ) {
    super();
    const environment = options.environment ?? process.env;
    const limits = { queue: settings.HSM_QUEUE, silenceMs: settings.HSM_DEADLINE_MS };
    this.pin = new PinGuard(settings.HSM_PIN_FILE);
    this.circuit = new CircuitBreaker({
      probe: async () => this.signers.ask({ name: 'probe' }, 'station', settings.HSM_DEADLINE_MS),
      opened: () => this.circuitOpened(),
      closed: () => this.tell('circuit-closed'),
    });
    this.signers = new Crew(
      { program: 'signer', title: 'the HSM', size: signerCount(settings), environment: () => signerEnvironment(settings, environment), ...limits },
      {
        changed: (what, pid, reason) => this.signerChanged(what, pid, reason),
        answered: (failure) => (failure?.code === 'hsm-unavailable' ? this.circuit.failed() : this.circuit.succeeded()),
        silent: () => this.circuit.failed(),
      },
    );
    this.readers = new Crew(
      { program: 'csr-reader', title: 'the CSR readers', size: settings.CSR_READERS, environment: () => pickEnvironment(environment), ...limits },
      { changed: (what, pid, reason) => this.tell(`reader-${what}`, pid, reason?.message) },
    );
    this.signers.fill();
  }

  async token(): Promise<TokenDescription> {
    return this.ask<TokenDescription>({ name: 'token' });
  }

  async generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    // One after the other: PKCS#11 does not keep labels unique, and two signers at once would not see each other's key.
    const turn = this.generating.then(() => this.ask<HsmKey>({ name: 'generateKeyPair', label, keyType }, 'station', KEY_GENERATION_DEADLINE_MS));
    this.generating = turn.catch(() => {});
    return turn;
  }

  async findKey(label: string): Promise<HsmKey | undefined> {
    return this.ask<HsmKey | undefined>({ name: 'findKey', label });
  }

  async sign(label: string, message: Buffer, { work = 'station', publicKey }: SignOptions = {}): Promise<Buffer> {
    return this.ask<Buffer>({ name: 'sign', label, message, publicKey }, work);
  }

  async readRequest(csr: string, { work = 'station' }: WorkOptions = {}): Promise<ReadRequest> {
    if (this.settings.CSR_READERS === 0) return readRequest(csr);
    return this.readers.ask<ReadRequest>({ name: 'readRequest', csr }, work, this.deadlineOf(work));
  }

  async probe(): Promise<void> {
    await this.ask({ name: 'probe' });
  }

  state(): HsmState {
    return { circuit: this.circuit.state, signers: this.signers.readyCount, open: this.signers.open, signersEnded: this.signersEnded };
  }

  /** The signer processes that are there now. */
  processIds(): number[] {
    return this.signers.processIds();
  }

  /** Takes no more work, finishes what it has, and ends the processes. */
  async close(): Promise<void> {
    if (this.circuit.state !== 'closed') this.signers.refuseWaiting(this.away());
    this.circuit.stop();
    await Promise.all([this.signers.close(), this.readers.close()]);
  }

  /** Nest calls it after the last request has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  private ask<T>(operation: SignerOperation, work: WorkClass = 'station', deadlineMs = this.deadlineOf(work)): Promise<T> {
    this.assertPinNotRefused();
    if (this.circuit.state !== 'closed') throw this.away();
    return this.signers.ask<T>(operation, work, deadlineMs);
  }

  private deadlineOf(work: WorkClass): number {
    return work === 'batch' ? this.settings.HSM_BATCH_DEADLINE_MS : this.settings.HSM_DEADLINE_MS;
  }

  private signerChanged(what: 'started' | 'ready' | 'ended', pid: number | undefined, reason: Failure | undefined): void {
    this.tell(`signer-${what}`, pid, reason?.message);
    if (what === 'started') this.pin.starting();
    if (what === 'ready') this.circuit.probeNow();
    if (what !== 'ended') return;
    this.signersEnded++;
    if (reason?.code === 'hsm-pin-wrong') this.pinRefused(reason.message);
    else this.circuit.failed();
  }

  private pinRefused(message: string): void {
    this.pin.refused(message);
    this.signers.halt();
    this.tell('pin-refused', undefined, message);
    // Signers that are logged in go on; without one, nobody will ever serve these.
    if (this.signers.size === 0) this.signers.refuseWaiting(new HsmPinWrong(message));
  }

  private assertPinNotRefused(): void {
    if (this.pin.isLifted()) this.signers.resume();
    else if (this.pin.standing && this.signers.size === 0) throw new HsmPinWrong(this.pin.standing);
  }

  private circuitOpened(): void {
    this.tell('circuit-opened', undefined, this.signers.reason.trim());
    this.signers.refuseWaiting(this.away());
  }

  private away(): HsmUnavailable {
    return new HsmUnavailable(`The HSM has failed repeatedly and is not asked until it answers again.${this.signers.reason}`);
  }

  private tell(name: SignerPoolEvent['name'], pid?: number, reason?: string): void {
    this.options.onEvent?.({ name, pid, reason });
  }
}
