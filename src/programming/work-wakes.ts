import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { CONFIG, type Config } from '../config/config.js';
import { type AnyRedis, channelOf, openRedis } from '../platform/redis/redis.js';
import { assigneesOf, placeKey, placeOfKey, type QueuePlace } from './queue-place.js';

/** Who waits for work: a slot, with the steps that its station does (none: any). */
export interface Waiter {
  line: string;
  steps: readonly string[];
  station: string;
  slot: string;
}

/** Wakes those who wait for work, in all processes. A wake-up may get lost with Redis: whoever waits looks again after a while. */
@Injectable()
export class WorkWakes implements OnApplicationShutdown {
  private readonly logger = new Logger(WorkWakes.name);
  /** By line. */
  private readonly waiting = new Map<string, Set<Waiter & { wake: () => void }>>();
  private readonly listeners = new Set<(at: QueuePlace) => void>();
  private readonly channel: string;
  private readonly subscriber: AnyRedis;

  constructor(
    @Inject(Redis) private readonly redis: AnyRedis,
    @Inject(CONFIG) config: Config,
  ) {
    this.channel = channelOf(config, 'lineside:wake');
    this.subscriber = openRedis(config, 'wake');
    this.subscriber.on('message', (_channel, at) => this.wakeHere(placeOfKey(at)));
    // Redis may come later than this process, or come back.
    this.subscriber.on('ready', () => {
      this.subscriber.subscribe(this.channel).catch((error: unknown) => this.logger.warn({ event: 'queues.no_wake_channel', error }));
    });
    this.subscriber.connect().catch(() => undefined); // it goes on trying
  }

  /** Work may have come there. Waits for Redis. */
  async announce(at: QueuePlace): Promise<void> {
    await this.redis.publish(this.channel, placeKey(at));
  }

  /** `listen` hears where work may have come. */
  whenWorkComes(listen: (at: QueuePlace) => void): void {
    this.listeners.add(listen);
  }

  /** Resolves true when work may have come for whoever waits, false after `ms` or when `signal` aborts. */
  waitForWork(who: Waiter, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const waiters = this.waiting.get(who.line) ?? new Set();
      this.waiting.set(who.line, waiters);
      const end = (woken: boolean) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
        resolve(woken);
      };
      const waiter = { ...who, wake: () => end(true) };
      const abort = () => end(false);
      const timer = setTimeout(() => end(false), ms);
      waiters.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  onApplicationShutdown() {
    this.subscriber.disconnect();
  }

  private wakeHere(at: QueuePlace) {
    for (const listen of this.listeners) listen(at);
    for (const { steps, station, slot, wake } of this.waiting.get(at.line)?.values().toArray() ?? []) {
      if (at.assignedTo === '' ? steps.length === 0 || steps.includes(at.step) : assigneesOf(station, slot).includes(at.assignedTo)) wake();
    }
  }
}
