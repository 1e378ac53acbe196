import type { CrewAnswer, CrewRequest, FromMember, Operation, ToMember } from './crew-messages.js';
import { failureOf } from './hsm.errors.js';

/** After so long answers travel although the batch has more, so that the parent can tell slow from stuck. */
const FLUSH_AFTER_MS = 20;

/** What a child program does for its parent. */
export interface Craft<O extends Operation> {
  answer(operation: O): unknown;
  /** Work for another thread; its answer travels when it is there. */
  isSlow?(operation: O): boolean;
  /** After such an error this process can do no more. */
  isFatal?(error: unknown): boolean;
  /** The last thing before the process ends on its parent's word. */
  close?(): void;
}

/**
 * The child's end of the channel. A child lives exactly as long as the channel to its parent. Ctrl-C reaches the whole
 * process group, and the parent must be able to finish its work before its children go, so signals that ask nicely are
 * left to the parent.
 */
export class CrewProgram<O extends Operation> {
  private underWay: Promise<unknown> = Promise.resolve();
  private spent = false;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
    process.on('disconnect', () => process.exit(0));
  }

  serve(craft: Craft<O>): void {
    process.on('message', (message: ToMember<O>) => {
      // The parent gives to another child what this one leaves unanswered.
      if (this.spent) return undefined;
      if (message.type === 'requests') return this.takeBatch(craft, message.requests);
      // C_Finalize with a key generation under way would crash some libraries.
      return void this.underWay.then(() => {
        craft.close?.();
        process.exit(0);
      });
    });
    this.send({ type: 'ready' });
  }

  giveUp(error: unknown): void {
    this.spent = true;
    this.send({ type: 'gave-up', failure: failureOf(error) }, () => process.exit(1));
  }

  private takeBatch(craft: Craft<O>, requests: readonly CrewRequest<O>[]): void {
    let answers: CrewAnswer[] = [];
    let since = performance.now();
    const flush = () => {
      const now = performance.now();
      if (answers.length > 0) this.send({ type: 'answers', answers, busyMs: now - since });
      answers = [];
      since = now;
    };
    for (const { id, operation } of requests) {
      if (craft.isSlow?.(operation)) {
        this.underWay = this.underWay.then(() => this.answerLater(craft, id, operation));
        continue;
      }
      try {
        answers.push({ id, value: craft.answer(operation) });
      } catch (error) {
        if (craft.isFatal?.(error)) {
          flush();
          this.giveUp(error);
          return;
        }
        answers.push({ id, failure: failureOf(error) });
      }
      if (performance.now() - since > FLUSH_AFTER_MS) flush();
    }
    flush();
  }

  private async answerLater(craft: Craft<O>, id: number, operation: O): Promise<void> {
    try {
      this.send({ type: 'answers', answers: [{ id, value: await craft.answer(operation) }], busyMs: 0 });
    } catch (error) {
      this.send({ type: 'answers', answers: [{ id, failure: failureOf(error) }], busyMs: 0 });
      if (craft.isFatal?.(error)) this.giveUp(error);
    }
  }

  private send(message: FromMember, sent?: () => void): void {
    process.send?.(message, undefined, undefined, (error) => (error ? process.exit(1) : sent?.()));
  }
}
