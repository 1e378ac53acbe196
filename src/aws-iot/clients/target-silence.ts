import type { MiddlewareStack } from '@aws-sdk/types';
import { backoffMs } from '../../platform/backoff.js';
import { presentClass } from '../../platform/request-class.js';
import { AwsIotUnavailable } from '../aws-iot.errors.js';
import { codeOf } from './aws-failure.js';

/** From a question that had no answer to the next one. */
const PAUSE = { firstMs: 5_000, mostMs: 60_000 };
/** What a call ends with that was kept waiting in vain, for the connection or for the answer. */
const KEPT_WAITING = new Set(['TimeoutError', 'ETIMEDOUT']);

/** An operation that had no answer. */
interface Silence {
  /** Questions in a row. */
  inVain: number;
  /** By this process's own clock, as all times here. */
  pauseEndsAt: number;
  isAsked: boolean;
  refusal: AwsIotUnavailable;
}

/**
 * A target that hangs keeps whoever asks waiting for seconds, and with them the places of all work that is done beside. So once an operation has kept somebody waiting in vain, one call at a time
 * asks for it, after a pause; other calls of background work are refused at once. Who asks by hand is never refused. Of one target, as this process sees it.
 */
export class TargetSilence {
  private readonly operations = new Map<string, Silence>();
  /** Something was answered since the last question in vain. */
  private hasAnswered = true;

  constructor(private readonly ended: () => void) {}

  /** Why there is no point in asking for anything now; undefined when there is. */
  get keepsWaiting(): AwsIotUnavailable | undefined {
    return this.hasAnswered ? undefined : this.operations.values().find(isToWait)?.refusal;
  }

  /** What the question for the operation brings. Rejects at once with AwsIotUnavailable where it is to wait. */
  async ask<T>(operation: string, question: () => Promise<T>): Promise<T> {
    const silence = presentClass() === 'background' ? this.operations.get(operation) : undefined;
    if (silence && isToWait(silence)) throw silence.refusal;
    if (silence) silence.isAsked = true;
    try {
      return await question();
    } catch (error) {
      // Also of the credentials that it needed.
      if (isKeptWaiting(error)) this.inVain(operation, error);
      throw error;
    } finally {
      if (silence) silence.isAsked = false;
    }
  }

  /** Each attempt of the client's calls counts, before the call is tried again. */
  listen<In extends object, Out extends object>(stack: MiddlewareStack<In, Out>): void {
    stack.add(
      (next, { commandName }) => async (args) => {
        const operation = operationOf(commandName);
        try {
          const result = await next(args);
          this.answered(operation);
          return result;
        } catch (error) {
          if (isKeptWaiting(error)) this.inVain(operation, error);
          // A refusal is an answer too, and a connection that is refused keeps nobody waiting.
          else if (codeOf(error) !== 'AbortError') this.answered(operation);
          throw error;
        }
      },
      // Above the deserializer, which reads the answer: one that stops half-way is none.
      { name: 'silence', step: 'deserialize', priority: 'high' },
    );
  }

  private inVain(operation: string, error: unknown): void {
    const before = this.operations.get(operation);
    this.hasAnswered = false;
    // Of those that have asked at the same time, the first counts.
    if (before && performance.now() < before.pauseEndsAt) return;
    const code = codeOf(error) ?? null;
    const inVain = (before?.inVain ?? 0) + 1;
    const refusal = new AwsIotUnavailable(`AWS IoT did not answer ${operation} (${code}), and is asked by one call at a time until it does`, code);
    const silence = before ?? { isAsked: false };
    this.operations.set(operation, Object.assign(silence, { inVain, refusal, pauseEndsAt: performance.now() + backoffMs(inVain, PAUSE) }));
  }

  private answered(operation: string): void {
    this.hasAnswered = true;
    if (this.operations.delete(operation)) this.ended();
  }
}

/** AWS's name of the operation of an SDK command. */
export function operationOf(commandName: unknown): string {
  return String(commandName).replace(/Command$/, '');
}

function isToWait({ isAsked, pauseEndsAt }: Silence): boolean {
  return isAsked || performance.now() < pauseEndsAt;
}

function isKeptWaiting(error: unknown): boolean {
  return KEPT_WAITING.has(codeOf(error) ?? '');
}
