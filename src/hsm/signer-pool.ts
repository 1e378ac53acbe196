import { statSync } from 'node:fs';
import { compiledProgram } from './compiled-program.js';
import { Hsm, type HsmKey, type HsmKeyType, type TokenDescription } from './hsm.js';
import { HsmPinWrong, HsmUnavailable, type SignerFailure } from './hsm.errors.js';
import { PendingRequest } from './pending-request.js';
import { signerEnvironment, type HsmSettings } from './signer-environment.js';
import type { Operation } from './signer-messages.js';
import { SignerProcess } from './signer-process.js';

export interface SignerPoolOptions {
  /** What the signers' environment is picked from. */
  environment?: NodeJS.ProcessEnv;
  onEvent?: (event: SignerPoolEvent) => void;
}

export interface SignerPoolEvent {
  name: 'signer-started' | 'signer-ready' | 'signer-ended' | 'pin-refused';
  pid?: number | undefined;
  reason?: string | undefined;
}

const BATCH = 32;
/** RSA-4096 on a slow token. It runs beside the signatures. */
const KEY_GENERATION_DEADLINE_MS = 120_000;
/** A request that signers die of must not take all of them with it, one by one. */
const MOST_DEATHS = 3;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The port over signer processes: it queues, batches, keeps deadlines, and replaces what dies. */
export class SignerPool extends Hsm {
  /** Looked for once: a missing build stops the start, not a running service. */
  private readonly program = compiledProgram('signer');
  private readonly signers = new Set<SignerProcess>();
  /** Oldest first, not yet with a signer. */
  private waiting = new Set<PendingRequest>();
  private open = 0;
  private nextId = 1;
  private dispatching = false;
  private closing = false;
  private drained: (() => void) | undefined;
  private generating: Promise<unknown> = Promise.resolve();
  private failuresInARow = 0;
  private pause: NodeJS.Timeout | undefined;
  private lastFailure: SignerFailure | undefined;
  /** What the PIN file looked like when a signer was last started. */
  private pinFile = '';
  /** Set while the token refuses the PIN in that file. */
  private refusedPin: string | undefined;

  constructor(
    private readonly settings: HsmSettings,
    private readonly options: SignerPoolOptions = {},
  ) {
    super();
    this.fill();
  }

  async token(): Promise<TokenDescription> {
    return this.ask<TokenDescription>({ name: 'token' });
  }

  async generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    // One after the other: PKCS#11 does not keep labels unique, and two signers at once would not see each other's key.
    const turn = this.generating.then(() => this.ask<HsmKey>({ name: 'generateKeyPair', label, keyType }, KEY_GENERATION_DEADLINE_MS));
    this.generating = turn.catch(() => {});
    return turn;
  }

  async findKey(label: string): Promise<HsmKey | undefined> {
    return this.ask<HsmKey | undefined>({ name: 'findKey', label });
  }

  async sign(label: string, message: Buffer): Promise<Buffer> {
    return this.ask<Buffer>({ name: 'sign', label, message });
  }

  async probe(): Promise<void> {
    await this.ask({ name: 'probe' });
  }

  /** The processes that are there now. */
  processIds(): number[] {
    return [...this.signers].flatMap(({ pid }) => pid ?? []);
  }

  /** Takes no more work, finishes what it has, and ends the signers. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.open > 0) await new Promise<void>((resolve) => (this.drained = resolve));
    clearTimeout(this.pause);
    await Promise.all([...this.signers].map((signer) => signer.close()));
  }

  /** Nest calls it after the last request has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /** The answers come from our own program over a private channel: their type is the operation's. */
  private ask<T>(operation: Operation, deadlineMs = this.settings.HSM_DEADLINE_MS): Promise<T> {
    if (this.closing) throw new HsmUnavailable('The service is closing its connection to the HSM.');
    this.assertPinNotRefused();
    if (this.open >= this.settings.HSM_QUEUE) throw new HsmUnavailable('Too many requests are waiting for the HSM.');
    return new Promise<T>((resolve, reject) => {
      const settled = <V>(settle: (value: V) => void) => (value: V) => {
        this.open--;
        this.waiting.delete(request);
        settle(value);
        if (this.open === 0) this.drained?.();
      };
      const request = new PendingRequest(this.nextId++, operation, deadlineMs, {
        resolve: settled((value) => resolve(value as T)),
        reject: settled(reject),
        late: () => new HsmUnavailable(`The HSM did not answer in time.${this.reason()}`),
      });
      this.open++;
      this.waiting.add(request);
      this.dispatchSoon();
    });
  }

  /** Requests that arrive in one turn of the event loop travel together; a lone one waits for nothing. */
  private dispatchSoon(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    setImmediate(() => {
      this.dispatching = false;
      this.dispatch();
    });
  }

  private dispatch(): void {
    const free = [...this.signers].filter(({ hasRoom }) => hasRoom).sort((a, b) => a.load - b.load);
    for (const [index, signer] of free.entries()) {
      if (this.waiting.size === 0) return;
      const share = Math.min(BATCH, Math.ceil(this.waiting.size / (free.length - index)));
      signer.send(this.takeOldest(share));
    }
  }

  private takeOldest(count: number): PendingRequest[] {
    const oldest: PendingRequest[] = [];
    for (const request of this.waiting) {
      if (oldest.length === count) break;
      oldest.push(request);
      this.waiting.delete(request);
    }
    return oldest;
  }

  /** Signers start one after the other, so that a wrong PIN is tried once and not once per signer. */
  private fill(): void {
    const isStarting = [...this.signers].some(({ ready }) => !ready);
    const done = this.closing && this.open === 0;
    if (done || isStarting || this.pause || this.refusedPin || this.signers.size >= this.settings.HSM_SIGNERS) return;
    this.pinFile = this.pinFileState();
    const environment = signerEnvironment(this.settings, this.options.environment ?? process.env);
    const signer = new SignerProcess(this.program, environment, this.settings.HSM_DEADLINE_MS, {
      ready: (ready) => this.ready(ready),
      free: () => this.free(),
      ended: (ended, unanswered, reason) => this.ended(ended, unanswered, reason),
    });
    this.signers.add(signer);
    this.options.onEvent?.({ name: 'signer-started', pid: signer.pid });
  }

  private ready(signer: SignerProcess): void {
    this.lastFailure = undefined;
    this.options.onEvent?.({ name: 'signer-ready', pid: signer.pid });
    this.dispatch();
    this.fill();
  }

  private free(): void {
    this.failuresInARow = 0;
    this.dispatch();
  }

  private ended(signer: SignerProcess, unanswered: readonly PendingRequest[], reason: SignerFailure | undefined): void {
    this.signers.delete(signer);
    if (this.closing && this.open === 0) return;
    this.lastFailure = reason ?? { code: 'hsm-unavailable', message: 'A signer process has died.' };
    this.options.onEvent?.({ name: 'signer-ended', pid: signer.pid, reason: this.lastFailure.message });
    this.takeBack(unanswered);
    if (this.lastFailure.code === 'hsm-pin-wrong') return this.latch(this.lastFailure.message);
    // The first death after good work may be chance and is healed at once.
    const pauseMs = this.failuresInARow === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failuresInARow - 1));
    this.failuresInARow++;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.fill();
    }, pauseMs).unref();
    this.dispatch();
  }

  /** What a dead signer had not answered goes first; its deadlines still run. */
  private takeBack(unanswered: readonly PendingRequest[]): void {
    const again: PendingRequest[] = [];
    for (const request of unanswered) {
      request.deaths++;
      if (request.repeatable && request.deaths < MOST_DEATHS) again.push(request);
      else request.refuse(new HsmUnavailable(`The HSM's answer was lost.${this.reason()}`));
    }
    if (again.length > 0) this.waiting = new Set([...again, ...this.waiting]);
  }

  private latch(message: string): void {
    this.refusedPin = message;
    this.options.onEvent?.({ name: 'pin-refused', reason: message });
    // Signers that are logged in go on; without one, nobody will ever serve these.
    if (this.signers.size === 0) for (const request of this.waiting) request.refuse(new HsmPinWrong(message));
  }

  private assertPinNotRefused(): void {
    if (!this.refusedPin) return;
    if (this.pinFileState() !== this.pinFile) {
      this.refusedPin = undefined;
      this.failuresInARow = 0;
      this.fill();
    } else if (this.signers.size === 0) throw new HsmPinWrong(this.refusedPin);
  }

  /** Looks at the file from outside; the PIN itself is none of this process's business. */
  private pinFileState(): string {
    const stat = statSync(this.settings.HSM_PIN_FILE, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : 'missing';
  }

  private reason(): string {
    return this.lastFailure ? ` ${this.lastFailure.message}` : '';
  }
}
