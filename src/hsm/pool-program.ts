import { failureOf, type FromChild, type Operation, type PoolAnswer, type PoolRequest, type ToChild } from './messages.js';

/**
 * Answers are sent after this time even when their batch is not done, so that the parent can tell a slow child from
 * one that hangs.
 */
const SEND_AFTER_MS = 20;

/** How a child program answers its parent's requests. */
export interface RequestHandler<O extends Operation> {
  answer(operation: O): unknown;
  /** True for an operation whose answer is a promise: the child takes other requests meanwhile. */
  isSlow?(operation: O): boolean;
  /** True for an error after which the process must be replaced. */
  isFatal?(error: unknown): boolean;
  /** Called before the process ends because its parent asked it to. */
  close?(): void;
}

/**
 * The child's side of a process pool. Signals do not end a child: Ctrl-C sends one to the whole process group, and the
 * parent must be able to finish its work before its children end. A child ends with the channel to its parent.
 */
export class PoolProgram<O extends Operation> {
  /** All slow operations so far, one after the other. */
  private slowWork: Promise<unknown> = Promise.resolve();
  private hasFailed = false;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
    process.on('disconnect', () => process.exit(0));
  }

  serve(handler: RequestHandler<O>): void {
    process.on('message', (message: ToChild<O>) => {
      // The parent gives requests that stay unanswered to another child.
      if (this.hasFailed) return undefined;
      if (message.type === 'requests') return this.answerBatch(handler, message.requests);
      // Some libraries crash when C_Finalize is called during a key generation.
      return void this.slowWork.then(() => {
        handler.close?.();
        process.exit(0);
      });
    });
    this.send({ type: 'ready' });
  }

  /** Tells the parent why this process can't go on, and ends it. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.send({ type: 'failed', failure: failureOf(error) }, () => process.exit(1));
  }

  private answerBatch(handler: RequestHandler<O>, requests: readonly PoolRequest<O>[]): void {
    let answers: PoolAnswer[] = [];
    let since = performance.now();
    const sendAnswers = () => {
      const now = performance.now();
      if (answers.length > 0) this.send({ type: 'answers', answers, busyMs: now - since });
      answers = [];
      since = now;
    };
    for (const { id, operation } of requests) {
      if (handler.isSlow?.(operation)) {
        this.slowWork = this.slowWork.then(() => this.answerSlow(handler, id, operation));
        continue;
      }
      try {
        answers.push({ id, value: handler.answer(operation) });
      } catch (error) {
        if (handler.isFatal?.(error)) {
          sendAnswers();
          this.fail(error);
          return;
        }
        answers.push({ id, failure: failureOf(error) });
      }
      if (performance.now() - since > SEND_AFTER_MS) sendAnswers();
    }
    sendAnswers();
  }

  private async answerSlow(handler: RequestHandler<O>, id: number, operation: O): Promise<void> {
    try {
      this.send({ type: 'answers', answers: [{ id, value: await handler.answer(operation) }], busyMs: 0 });
    } catch (error) {
      this.send({ type: 'answers', answers: [{ id, failure: failureOf(error) }], busyMs: 0 });
      if (handler.isFatal?.(error)) this.fail(error);
    }
  }

  private send(message: FromChild, sent?: () => void): void {
    process.send?.(message, undefined, undefined, (error) => (error ? process.exit(1) : sent?.()));
  }
}
