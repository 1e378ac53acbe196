import { Logger } from '@nestjs/common';
import { inClass } from './request-class.js';

export interface WorkLoopOptions<Work> {
  /** For the log. */
  name: string;
  /** Milliseconds between two looks for work, unless somebody wakes the loop. */
  everyMs: number;
  /** How many pieces of work are done at the same time. */
  width: number;
  /** Takes hold of at most `limit` pieces of work. What it throws is logged, and the next look comes after `everyMs`. */
  take: (limit: number) => Promise<Work[]>;
  /** Does one piece, and handles its failures; what it throws is logged. */
  work: (work: Work) => Promise<void>;
}

/** Looks for work again and again, and never ends by an error: the ledger or AWS may be away for hours. All periodic work of the service goes through it. */
export class WorkLoop<Work> {
  private readonly logger: Logger;
  private readonly running = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;
  private stopping = false;
  private woken = false;
  private endPause: (() => void) | undefined;

  constructor(private readonly options: WorkLoopOptions<Work>) {
    this.logger = new Logger(options.name);
  }

  /** One task, done again `everyMs` after it has ended, or at once when it answers true: there is more to do. */
  static every(name: string, everyMs: number, task: () => Promise<unknown>): WorkLoop<void> {
    const loop: WorkLoop<void> = new WorkLoop<void>({
      name,
      everyMs,
      width: 1,
      take: async () => {
        if ((await task()) === true) loop.wake();
        return [];
      },
      work: () => Promise.resolve(),
    });
    return loop;
  }

  start() {
    this.loop ??= inClass('background', () => this.run());
  }

  /** Look now. */
  wake() {
    this.woken = true;
    this.endPause?.();
  }

  /** Resolves when what was begun is done. */
  async stop() {
    this.stopping = true;
    this.wake();
    await this.loop;
    await Promise.all(this.running);
  }

  private async run() {
    while (!this.stopping) {
      this.woken = false;
      await this.lookOnce();
      await this.pause();
    }
  }

  private async lookOnce() {
    const free = this.options.width - this.running.size;
    if (free <= 0) return;
    try {
      for (const work of await this.options.take(free)) this.begin(work);
    } catch (error) {
      if (!this.stopping) this.logger.warn({ event: 'work.not-taken', error });
    }
  }

  private begin(work: Work) {
    const run = this.options
      .work(work)
      .catch((error: unknown) => this.logger.error({ event: 'work.failed', error }))
      .finally(() => {
        this.running.delete(run);
        this.wake();
      });
    this.running.add(run);
  }

  private pause(): Promise<void> {
    if (this.woken || this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.everyMs);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
