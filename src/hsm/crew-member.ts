import { fork, type ChildProcess } from 'node:child_process';
import type { CrewAnswer, FromMember, ToMember } from './crew-messages.js';
import { unavailable, type Failure } from './hsm.errors.js';
import type { PendingRequest } from './pending-request.js';

/** A login over the network takes its time; one that takes longer hangs. */
const START_DEADLINE_MS = 15_000;
const CLOSE_DEADLINE_MS = 2_000;
/** One batch at work and one waiting keep a process busy; more would only make others wait at a process that hangs. */
const MOST_BATCHES = 2;
const MOST_PER_BATCH = 32;
/** What is with a process can't be overtaken, so a process is given no more than it does in this time. */
const AHEAD_MS = 20;
/** Before a process has shown its speed. */
const FIRST_GUESS_MS = 2.5;
/** A child holds a few keys and one batch. Node's own defaults are made for servers. */
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=48'];

export interface MemberEvents {
  ready(member: CrewMember): void;
  /** It can take more work now. */
  answered(answers: readonly CrewAnswer[]): void;
  /** Its process has gone, with `unanswered` work. */
  ended(member: CrewMember, unanswered: PendingRequest[], reason: Failure | undefined): void;
}

/** One child process as its parent sees it: what it works on, how fast, and whether it still lives. */
export class CrewMember {
  ready = false;
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private readonly inFlight = new Map<number, PendingRequest>();
  private readonly batches: Set<number>[] = [];
  private heard = 0;
  private msPerRequest = FIRST_GUESS_MS;
  private lastWords: Failure | undefined;
  private watch: NodeJS.Timeout;

  constructor(
    program: string,
    environment: NodeJS.ProcessEnv,
    private readonly deadlineMs: number,
    private readonly events: MemberEvents,
  ) {
    // execArgv is always given: a child must not inherit its parent's debugger port or module flags.
    this.child = fork(program, [], { env: environment, execArgv: SMALL_HEAP, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    // An idle child does not keep its parent from ending; a request does, by its deadline.
    this.child.unref();
    this.child.channel?.unref();
    this.watch = setTimeout(() => this.kill('It did not start in time.'), START_DEADLINE_MS).unref();
    this.child.on('message', (message: FromMember) => this.hear(message));
    this.gone = new Promise((resolve) => {
      // The exit may be told before the last message; the channel's end comes after it.
      let signs = 0;
      const gone = () => void (++signs === 2 && resolve());
      this.child.once('exit', gone).once('disconnect', gone);
      this.child.on('error', (error) => {
        this.lastWords ??= unavailable(`The process can't be reached: ${error.message}`);
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

  /** How many requests it may be given now. */
  get room(): number {
    if (!this.ready || this.batches.length === MOST_BATCHES) return 0;
    const ahead = Math.ceil(AHEAD_MS / this.msPerRequest);
    const waiting = this.batches.reduce((sum, { size }) => sum + size, 0);
    return Math.max(0, Math.min(MOST_PER_BATCH, Math.ceil(ahead / MOST_BATCHES), ahead - waiting));
  }

  send(requests: readonly PendingRequest[]): void {
    for (const request of requests) this.inFlight.set(request.id, request);
    const awaited = requests.filter(({ repeatable }) => repeatable);
    // A key generation runs beside the other work, for as long as it takes.
    if (awaited.length > 0 && this.batches.push(new Set(awaited.map(({ id }) => id))) === 1) this.watchFor(this.deadlineMs);
    this.post({ type: 'requests', requests: requests.map(({ id, operation }) => ({ id, operation })) });
  }

  kill(reason: string): void {
    this.lastWords ??= unavailable(`A process was replaced. ${reason}`);
    this.ready = false;
    this.child.kill('SIGKILL');
  }

  /** Lets it close what it has open; to be called when it has no work. */
  async close(): Promise<void> {
    this.ready = false;
    clearTimeout(this.watch);
    const giveUp = setTimeout(() => this.child.kill('SIGKILL'), CLOSE_DEADLINE_MS);
    this.post({ type: 'close' });
    await this.gone;
    clearTimeout(giveUp);
  }

  private post(message: ToMember): void {
    if (this.child.connected) this.child.send(message, undefined, undefined, () => {});
  }

  private hear(message: FromMember): void {
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
        if (message.busyMs > 0) this.msPerRequest = (this.msPerRequest + message.busyMs / message.answers.length) / 2;
        if (this.batches[0]?.size === 0) this.batches.shift();
        if (this.batches.length > 0) this.watchFor(this.deadlineMs);
        else clearTimeout(this.watch);
        return this.events.answered(message.answers);
    }
  }

  private get makesKey(): boolean {
    return [...this.inFlight.values()].some(({ repeatable, settled }) => !repeatable && !settled);
  }

  private watchFor(milliseconds: number): void {
    clearTimeout(this.watch);
    const heard = this.heard;
    // If it was this process that stood still, the answer lies in the channel already: read it before judging.
    const judge = () => {
      if (this.heard !== heard) return;
      // A card does nothing else while it makes a key, for a minute with RSA. That has a deadline of its own.
      if (this.makesKey) this.watchFor(milliseconds);
      else this.kill('It did not answer in time.');
    };
    this.watch = setTimeout(() => setImmediate(judge), milliseconds);
  }

  private end(): void {
    clearTimeout(this.watch);
    this.ready = false;
    const unanswered = [...this.inFlight.values()].filter(({ settled }) => !settled);
    this.inFlight.clear();
    this.events.ended(this, unanswered, this.lastWords);
  }
}
