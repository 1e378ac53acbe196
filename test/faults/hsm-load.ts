import type { HsmKey } from '../../src/hsm/hsm.js';
import { verifies, type WatchedPool } from '../hsm/watched-pool.js';
import { TurningClock } from '../support/turning-clock.js';

export interface LoadReport {
  answered: number;
  /** Codes of refusals → how often. */
  refused: Record<string, number>;
  /** Answers that are no signature over what was asked. */
  wrong: number;
  /** By the clock of this load. */
  longestMs: number;
}

/** Callers that ask for signatures one after the other until told to stop, and judge each answer with OpenSSL. */
export class HsmLoad {
  readonly clock = new TurningClock();
  private readonly report: LoadReport = { answered: 0, refused: {}, wrong: 0, longestMs: 0 };
  private readonly callers: Promise<void>[];
  private running = true;
  private asked = 0;
  private waiting: { count: number; reached: () => void }[] = [];

  constructor(
    private readonly pool: WatchedPool,
    private readonly key: HsmKey,
    callers: number,
  ) {
    this.callers = Array.from({ length: callers }, (_, index) => this.call(index % 4 === 0 ? 'batch' : 'station'));
  }

  /** Resolves after so many more signatures. */
  async answers(count: number): Promise<void> {
    await new Promise<void>((reached) => this.waiting.push({ count: this.report.answered + count, reached }));
  }

  async stop(): Promise<LoadReport> {
    this.running = false;
    await Promise.all(this.callers);
    this.clock.stop();
    return this.report;
  }

  private async call(work: 'station' | 'batch'): Promise<void> {
    while (this.running) {
      const message = Buffer.from(`unit ${this.asked++}`);
      const since = this.clock.now();
      try {
        const signature = await this.pool.sign(this.key.label, message, { work });
        this.answered(message, signature);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        this.report.refused[code] = (this.report.refused[code] ?? 0) + 1;
        // A station that was refused comes back after a while, not at once.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      this.report.longestMs = Math.max(this.report.longestMs, this.clock.now() - since);
    }
  }

  private answered(message: Buffer, signature: Buffer): void {
    this.report.answered++;
    if (!verifies(this.key, message, signature)) this.report.wrong++;
    for (const { count, reached } of this.waiting) if (this.report.answered >= count) reached();
  }
}
