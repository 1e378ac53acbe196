import { fork, type ChildProcess } from 'node:child_process';
import type { SignerFailure } from './hsm.errors.js';
import type { PendingRequest } from './pending-request.js';
import type { FromSigner, ToSigner } from './signer-messages.js';

/** A login over the network takes its time; one that takes longer hangs. */
const START_DEADLINE_MS = 15_000;
const CLOSE_DEADLINE_MS = 2_000;
/** One batch at work and one waiting keep a signer busy; more would only make others wait at a signer that hangs. */
const MOST_BATCHES = 2;
/** A signer holds a few keys and one batch. Node's own defaults are made for servers. */
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=48'];

export interface SignerEvents {
  ready(signer: SignerProcess): void;
  /** It has just answered and can take more work. */
  free(signer: SignerProcess): void;
  /** Its process has gone, with `unanswered` work. */
  ended(signer: SignerProcess, unanswered: PendingRequest[], reason: SignerFailure | undefined): void;
}

/** One signer as its parent sees it: what it works on, and whether it still lives. */
export class SignerProcess {
  ready = false;
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private readonly inFlight = new Map<number, PendingRequest>();
  private readonly batches: Set<number>[] = [];
  private heard = 0;
  private lastWords: SignerFailure | undefined;
  private watch: NodeJS.Timeout;

  constructor(
    program: string,
    environment: NodeJS.ProcessEnv,
    private readonly deadlineMs: number,
    private readonly events: SignerEvents,
  ) {
    // execArgv is always given: a signer must not inherit its parent's debugger port or module flags.
    this.child = fork(program, [], { env: environment, execArgv: SMALL_HEAP, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    // An idle signer does not keep its parent from ending; a request does, by its deadline.
    this.child.unref();
    this.child.channel?.unref();
    this.watch = setTimeout(() => this.kill('It did not start in time.'), START_DEADLINE_MS).unref();
    this.child.on('message', (message: FromSigner) => this.hear(message));
    this.gone = new Promise((resolve) => {
      // The exit may be told before the last message; the channel's end comes after it.
      let signs = 0;
      const gone = () => void (++signs === 2 && resolve());
      this.child.once('exit', gone).once('disconnect', gone);
      this.child.on('error', (error) => {
        this.lastWords ??= { code: 'hsm-unavailable', message: `The signer can't be reached: ${error.message}` };
        // What never ran does not exit either.
        if (this.child.pid === undefined) resolve();
      });
    });
    void this.gone.then(() => this.end());
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get load(): number {
    return this.inFlight.size;
  }

  get hasRoom(): boolean {
    return this.ready && this.batches.length < MOST_BATCHES;
  }

  send(requests: readonly PendingRequest[]): void {
    for (const request of requests) this.inFlight.set(request.id, request);
    const awaited = requests.filter(({ repeatable }) => repeatable);
    // A key generation runs beside the other work, for as long as it takes.
    if (awaited.length > 0 && this.batches.push(new Set(awaited.map(({ id }) => id))) === 1) this.watchFor(this.deadlineMs);
    this.post({ type: 'requests', requests: requests.map(({ id, operation }) => ({ id, operation })) });
  }

  kill(reason: string): void {
    this.lastWords ??= { code: 'hsm-unavailable', message: `A signer was replaced. ${reason}` };
    this.ready = false;
    this.child.kill('SIGKILL');
  }

  /** Lets it close its sessions; to be called when it has no work. */
  async close(): Promise<void> {
    this.ready = false;
    clearTimeout(this.watch);
    const giveUp = setTimeout(() => this.child.kill('SIGKILL'), CLOSE_DEADLINE_MS);
    this.post({ type: 'close' });
    await this.gone;
    clearTimeout(giveUp);
  }

  private post(message: ToSigner): void {
    if (this.child.connected) this.child.send(message, undefined, undefined, () => {});
  }

  private hear(message: FromSigner): void {
    this.heard++;
    switch (message.type) {
      case 'ready':
        if (this.child.killed) return undefined;
        clearTimeout(this.watch);
        this.ready = true;
        return this.events.ready(this);
      case 'gave-up':
        this.ready = false;
        this.lastWords = message.failure;
        return undefined;
      case 'answers':
        for (const answer of message.answers) {
          this.inFlight.get(answer.id)?.answer(answer);
          this.inFlight.delete(answer.id);
          this.batches[0]?.delete(answer.id);
        }
        if (this.batches[0]?.size === 0) this.batches.shift();
        if (this.batches.length > 0) this.watchFor(this.deadlineMs);
        else clearTimeout(this.watch);
        return this.events.free(this);
    }
  }

  private watchFor(milliseconds: number): void {
    clearTimeout(this.watch);
    const heard = this.heard;
    // If it was this process that stood still, the answer lies in the channel already: read it before judging.
    this.watch = setTimeout(() => setImmediate(() => this.heard === heard && this.kill('It did not answer in time.')), milliseconds);
  }

  private end(): void {
    clearTimeout(this.watch);
    this.ready = false;
    const unanswered = [...this.inFlight.values()].filter(({ settled }) => !settled);
    this.inFlight.clear();
    this.events.ended(this, unanswered, this.lastWords);
  }
}
