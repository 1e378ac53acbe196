import { fork, type ChildProcess } from 'node:child_process';
import { unavailable, type Failure, type FromChild, type Operation, type PoolAnswer, type ToChild } from './messages.js';
import type { PendingRequest } from './request-queue.js';

/** A login over a network may take seconds; a start that takes longer than this hangs. */
const START_DEADLINE_MS = 15_000;
const CLOSE_DEADLINE_MS = 2_000;
/** One batch in work and one waiting keep a process busy. More would wait in vain at a process that hangs. */
const MOST_BATCHES = 2;
const MOST_PER_BATCH = 32;
/** A process is given as much work as it does in this time: later requests can't overtake what it has already. */
const WORK_AHEAD_MS = 20;
/** Time of one request, assumed until the process has answered some. */
const ASSUMED_MS_PER_REQUEST = 2.5;
/** A child holds a few keys and one batch, and Node's default heap is made for servers. Sizes are MiB. */
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=48'];

export interface PooledProcessEvents {
  ready(child: PooledProcess): void;
  /** Answers have come, so that there is room for more requests. */
  answered(answers: readonly PoolAnswer[]): void;
  /** The process has exited and will not answer `unanswered`. `reason`: what it said, why it was killed, or else how it ended and at what. */
  ended(child: PooledProcess, unanswered: PendingRequest[], reason: Failure): void;
}

/** A child process of the pool as its parent sees it: starts it, sends it requests in batches, and kills it when it hangs. */
export class PooledProcess {
  /** Started and not told to end. */
  isReady = false;
  private wasReady = false;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly unanswered = new Map<number, PendingRequest>();
  /** Ids of the unanswered requests of each batch, oldest batch first. Key generations belong to none. */
  private readonly batches: Set<number>[] = [];
  private messagesReceived = 0;
  private msPerRequest = ASSUMED_MS_PER_REQUEST;
  private exitReason: Failure | undefined;
  /** Kills the process when it does not answer in time. */
  private watchdog: NodeJS.Timeout;

  constructor(
    program: string,
    environment: NodeJS.ProcessEnv,
    private readonly answerDeadlineMs: number,
    private readonly events: PooledProcessEvents,
  ) {
    // execArgv is always given: a child must not inherit its parent's debugger port or module flags.
    this.child = fork(program, [], { env: environment, execArgv: SMALL_HEAP, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    // An idle child does not keep its parent running. A pending request does, by the timer of its deadline.
    this.child.unref();
    this.child.channel?.unref();
    this.watchdog = setTimeout(() => this.kill('It did not start in time.'), START_DEADLINE_MS).unref();
    this.child.on('message', (message: FromChild) => this.onMessage(message));
    this.exited = this.onceExited();
    void this.exited.then(() => this.onExit());
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get unansweredCount(): number {
    return this.unanswered.size;
  }

  /** How many requests the process may be given now. */
  get room(): number {
    if (!this.isReady || this.batches.length === MOST_BATCHES) return 0;
    const ahead = Math.ceil(WORK_AHEAD_MS / this.msPerRequest);
    const given = this.batches.reduce((sum, { size }) => sum + size, 0);
    return Math.max(0, Math.min(MOST_PER_BATCH, Math.ceil(ahead / MOST_BATCHES), ahead - given));
  }

  send(requests: readonly PendingRequest[]): void {
    for (const request of requests) this.unanswered.set(request.id, request);
    // The child makes keys beside its other work, so a key generation takes no room and has only its own deadline.
    const batch = requests.filter(({ isRepeatable }) => isRepeatable);
    if (batch.length > 0 && this.batches.push(new Set(batch.map(({ id }) => id))) === 1) this.startWatchdog();
    this.post({ type: 'requests', requests: requests.map(({ id, operation }) => ({ id, operation })) });
  }

  /** Lets the process close what it has open. Call it when no request is unanswered. */
  async close(): Promise<void> {
    this.isReady = false;
    clearTimeout(this.watchdog);
    const closeDeadline = setTimeout(() => this.child.kill('SIGKILL'), CLOSE_DEADLINE_MS);
    this.post({ type: 'close' });
    await this.exited;
    clearTimeout(closeDeadline);
  }

  private kill(reason: string): void {
    this.exitReason ??= unavailable(`A process was replaced. ${reason}`);
    this.isReady = false;
    this.child.kill('SIGKILL');
  }

  private post(message: ToChild): void {
    if (this.child.connected) this.child.send(message, undefined, undefined, () => {});
  }

  private onMessage(message: FromChild): void {
    this.messagesReceived++;
    switch (message.type) {
      case 'ready':
        if (this.child.killed) return undefined;
        clearTimeout(this.watchdog);
        this.isReady = true;
        this.wasReady = true;
        return this.events.ready(this);
      case 'failed':
        this.isReady = false;
        this.exitReason = message.failure;
        return undefined;
      case 'answers':
        return this.onAnswers(message.answers, message.busyMs);
    }
  }

  private onAnswers(answers: readonly PoolAnswer[], busyMs: number): void {
    for (const answer of answers) {
      this.unanswered.get(answer.id)?.answer(answer);
      this.unanswered.delete(answer.id);
      this.batches[0]?.delete(answer.id);
    }
    if (busyMs > 0) this.msPerRequest = (this.msPerRequest + busyMs / answers.length) / 2;
    if (this.batches[0]?.size === 0) this.batches.shift();
    if (this.batches.length > 0) this.startWatchdog();
    else clearTimeout(this.watchdog);
    this.events.answered(answers);
  }

  private startWatchdog(): void {
    clearTimeout(this.watchdog);
    const received = this.messagesReceived;
    const killIfSilent = () => {
      if (this.messagesReceived !== received) return;
      // While it makes an RSA key, a smart card does nothing else for up to a minute. A key generation has its own deadline.
      if (this.isMakingKey) this.startWatchdog();
      else this.kill('It did not answer in time.');
    };
    // When this process itself was blocked, answers wait in the channel: setImmediate lets them be read first.
    this.watchdog = setTimeout(() => setImmediate(killIfSilent), this.answerDeadlineMs);
  }

  private get isMakingKey(): boolean {
    return [...this.unanswered.values()].some(({ isRepeatable, isFinished }) => !isRepeatable && !isFinished);
  }

  /** Resolves when the process has exited and all its messages have been received. */
  private onceExited(): Promise<void> {
    return new Promise((resolve) => {
      // 'exit' may come before the last message; 'disconnect' comes after it.
      let events = 0;
      const onEvent = () => void (++events === 2 && resolve());
      this.child.once('exit', onEvent).once('disconnect', onEvent);
      this.child.on('error', (error) => {
        this.exitReason ??= unavailable(`The process can't be reached: ${error.message}`);
        // A process that could not be started emits no 'exit'.
        if (this.child.pid === undefined) resolve();
      });
    });
  }

  private onExit(): void {
    clearTimeout(this.watchdog);
    this.isReady = false;
    const unanswered = [...this.unanswered.values()].filter(({ isFinished }) => !isFinished);
    this.unanswered.clear();
    this.events.ended(this, unanswered, this.exitReason ?? unavailable(`A process has died (${this.child.signalCode ?? `exit code ${this.child.exitCode}`})${this.occupation(unanswered)}.`));
  }

  /** What it was at when it ended, as far as that is known: a library that ends its process says nothing. */
  private occupation(unanswered: readonly PendingRequest[]): string {
    if (!this.wasReady) return ' while it was being started';
    const [label, another] = new Set(unanswered.flatMap(({ operation }) => labelOf(operation) ?? []));
    return label === undefined || another !== undefined ? '' : ` while it was asked for the key "${label}"`;
  }
}

function labelOf(operation: Operation): string | undefined {
  if ('label' in operation) return operation.label;
  return operation.name === 'probe' ? operation.key?.label : undefined;
}
