import type { Logger } from '@nestjs/common';
import type { Problem } from '../platform/http/problem.js';

/** Of one stream: what nobody has foreseen is told with its stack, and hardly differs any more after that. */
const MOST_STACKS = 10;

/** Failures of ours in one stream of lines. Each cause is told when it first comes, and counted at the end: an outage fails thousands of lines a second. */
export class LineFailures {
  private readonly counts = new Map<string, number>();
  private stacks = 0;

  constructor(
    private readonly logger: Logger,
    private readonly requestId: string,
  ) {}

  add(line: number, { status, code, detail }: Problem, error: unknown): void {
    if (status < 500) return;
    const before = this.counts.get(code) ?? 0;
    this.counts.set(code, before + 1);
    const entry = { event: 'batch.line_failed', requestId: this.requestId, line, code };
    if (status === 500 && this.stacks++ < MOST_STACKS) this.logger.error({ ...entry, error });
    else if (status !== 500 && before === 0) this.logger.warn({ ...entry, detail });
  }

  /** The stream has ended. */
  tellCounts(): void {
    for (const [code, lines] of this.counts) this.logger.warn({ event: 'batch.lines_failed', requestId: this.requestId, code, lines });
  }
}
