import { Logger } from '@nestjs/common';

export interface WorkLoopOptions<Work> {
  /** For the log. */
  name: string;
  /** How long nothing is looked for unless somebody wakes the loop. */
  everyMs: number;
  /** How much is done at the same time. */
  width: number;
  /** Takes hold of at most `limit` pieces of work. */
  take: (limit: number) => Promise<Work[]>;
  /** Settles its own failures; what it throws is logged. */
  work: (work: Work) => Promise<void>;
}

/** Looks for work, does some of it at a time, and never ends by an error: the ledger or AWS may be away for hours. */
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

  start() {
    this.loop ??= this.run();
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
      this.logger.warn({ event: 'work.not-taken', error });
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
