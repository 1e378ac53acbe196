import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Invocation, Outcome } from './function-program.js';

/** Compiled, whether this file runs compiled itself or as TypeScript in a test. */
const PROGRAM = fileURLToPath(new URL('../../../dist/sandbox/lambda/function-program.js', import.meta.url));

/** One process that runs a function. It takes one event at a time. */
export class FunctionProcess {
  private readonly child: ChildProcess;
  private end: ((outcome: Outcome) => void) | undefined;
  ended = false;

  constructor(
    environment: Readonly<Record<string, string>>,
    /** Whatever it writes, line by line. */
    tell: (line: string) => void,
  ) {
    this.child = fork(PROGRAM, [], { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const output of [this.child.stdout, this.child.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (line !== '') tell(line);
      });
    }
    this.child.on('message', (outcome: Outcome) => this.settle(outcome));
    this.child.on('error', (error) => this.fail('Runtime.ExitError', error.message));
    this.child.once('exit', (code, signal) => this.fail('Runtime.ExitError', `Error: Runtime exited with ${signal === null ? `code ${code}` : `signal ${signal}`}`));
    this.child.unref();
    this.child.channel?.unref();
  }

  /** Never rejects. A function that takes longer is ended with its process. */
  async run(invocation: Invocation, limitMs: number): Promise<Outcome> {
    const outcome = new Promise<Outcome>((resolve) => {
      this.end = resolve;
    });
    const timer = setTimeout(() => this.fail('Sandbox.Timedout', `Error: Task timed out after ${(limitMs / 1_000).toFixed(2)} seconds`), limitMs);
    if (this.ended) this.fail('Runtime.ExitError', 'Error: Runtime exited');
    else this.child.send(invocation, (error) => error && this.fail('Runtime.ExitError', error.message));
    const settled = await outcome;
    clearTimeout(timer);
    return settled;
  }

  stop(): void {
    this.ended = true;
    this.child.kill('SIGKILL');
  }

  private fail(errorType: string, errorMessage: string): void {
    this.stop();
    this.settle({ failure: { errorType, errorMessage, trace: [] } });
  }

  private settle(outcome: Outcome): void {
    this.end?.(outcome);
    this.end = undefined;
  }
}
