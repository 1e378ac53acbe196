import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { type AnyRedis, channelOf, openRedis } from '../redis/redis.js';
import { WorkLoop } from '../work-loop.js';

const WINDOW_MS = 60_000;
/** How often replicas tell each other what they counted, in milliseconds. */
const TELL_EVERY_MS = 500;
/** Most callers counted at a time; beyond it, who called longest ago is counted from 0 again. */
const MOST_CALLERS = 20_000;

/** What replicas tell each other, as JSON. */
const Told = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('is not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ from: z.string(), window: z.number(), counts: z.array(z.tuple([z.string(), z.number()])) }));

/**
 * What each caller did in the present minute, counted over all replicas. Each replica counts by itself and tells the others twice a second
 * through Redis, so that no request waits for Redis: without it, each replica counts alone.
 */
@Injectable()
export class CallCounts implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly id = randomUUID();
  private readonly counts = new LRUCache<string, { count: number }>({ max: MOST_CALLERS });
  private untold = new Map<string, number>();
  private window = 0;
  private readonly channel: string;
  private listening: AnyRedis | undefined;
  private readonly telling = WorkLoop.every(CallCounts.name, TELL_EVERY_MS, () => this.tell());

  constructor(
    @Inject(Redis) private readonly redis: AnyRedis,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.channel = channelOf(config, 'lineside:counts');
  }

  onApplicationBootstrap() {
    this.listening = openRedis(this.config, 'counts');
    this.listening.on('ready', () => void this.listening?.subscribe(this.channel).catch(() => undefined));
    this.listening.on('message', (_channel: string, text: string) => this.hear(text));
    void this.listening.connect().catch(() => undefined);
    this.telling.start();
  }

  async onModuleDestroy() {
    await this.telling.stop();
    this.listening?.disconnect();
  }

  /** Counts one more for `caller`. Answers undefined while there are at most `most` in this minute, else the milliseconds until the next minute. */
  exceed(caller: string, most: number): number | undefined {
    const now = Date.now();
    this.turnTo(Math.floor(now / WINDOW_MS));
    this.untold.set(caller, (this.untold.get(caller) ?? 0) + 1);
    return this.raise(caller, 1) > most ? WINDOW_MS - (now % WINDOW_MS) : undefined;
  }

  /** Whether `caller` has had all of its `most` in this minute. Counts nothing. */
  isSpent(caller: string, most: number): boolean {
    this.turnTo(Math.floor(Date.now() / WINDOW_MS));
    return (this.counts.get(caller)?.count ?? 0) >= most;
  }

  private turnTo(window: number) {
    if (window === this.window) return;
    this.window = window;
    this.counts.clear();
    this.untold.clear();
  }

  private raise(caller: string, by: number): number {
    const entry = this.counts.get(caller) ?? { count: 0 };
    entry.count += by;
    this.counts.set(caller, entry);
    return entry.count;
  }

  private async tell() {
    if (this.untold.size === 0 || this.redis.status !== 'ready') return;
    const counts = [...this.untold];
    this.untold = new Map();
    await this.redis.publish(this.channel, JSON.stringify({ from: this.id, window: this.window, counts }));
  }

  private hear(text: string) {
    const told = Told.safeParse(text);
    if (!told.success || told.data.from === this.id || told.data.window !== this.window) return;
    for (const [caller, count] of told.data.counts) this.raise(caller, count);
  }
}
