import { Logger } from '@nestjs/common';
import { type AnyRedis, assertRedisKeeps, RedisForgets } from './redis.js';

/** How long whoever could go on from the ledger waits for Redis, in milliseconds. An idle Redis answers within one. */
const ANSWER_MS = 250;
const LOOK_AGAIN_MS = 500;
/** How long a look in the background may take, in milliseconds: nobody waits for it. */
const LOOK_MS = 2_000;

/** Redis did not answer in time, or is known to be away. */
export class RedisAway extends Error {}

/**
 * Asks Redis, and waits for it only briefly: one that hangs accepts everything and answers nothing. After one question without an answer
 * nobody else waits, until Redis has answered a question of our own in the background.
 */
export class RedisCircuit {
  private readonly logger = new Logger(RedisCircuit.name);
  /** Why nobody asks at present. */
  private away: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly redis: AnyRedis) {}

  get isAway(): boolean {
    return this.away !== undefined;
  }

  /**
   * The answer to `question`. Rejects with RedisAway when there is none within `withinMs`, and at once while Redis is known to be
   * away. An answer that comes after all goes to `tooLate`.
   */
  async ask<T>(question: () => Promise<T>, { withinMs = ANSWER_MS, tooLate }: { withinMs?: number; tooLate?: (answer: T) => void } = {}): Promise<T> {
    if (this.away !== undefined) throw new RedisAway(this.away);
    const answer = question();
    try {
      return await within(withinMs, answer);
    } catch (error) {
      if (error instanceof RedisAway) answer.then(tooLate, () => undefined);
      // What Redis itself refuses is an answer too.
      if (error instanceof RedisAway || this.redis.status !== 'ready') this.leave(error instanceof Error ? error.message : 'away');
      throw error;
    }
  }

  /** Rejects, with a message that may be shown, unless Redis answers and keeps what it is given. One that would lose it is asked nothing more. Cheap. */
  async check(): Promise<void> {
    try {
      await this.ask(() => assertRedisKeeps(this.redis), { withinMs: LOOK_MS });
    } catch (error) {
      if (error instanceof RedisForgets) this.leave(error.message);
      throw error;
    }
  }

  /** Nobody asks until Redis has answered. */
  leave(reason: string): void {
    if (this.away === undefined) this.logger.warn({ event: 'redis.away', reason });
    this.away = reason;
    this.lookLater();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private lookLater(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), LOOK_AGAIN_MS).unref();
  }

  private async look(): Promise<void> {
    try {
      await within(LOOK_MS, assertRedisKeeps(this.redis));
      this.away = undefined;
      this.logger.log({ event: 'redis.back' });
    } catch (error) {
      this.away = error instanceof Error ? error.message : 'away';
      this.lookLater();
    }
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RedisAway(`Redis did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
