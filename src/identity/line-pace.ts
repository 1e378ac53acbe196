import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { stationsAtWork } from '../platform/request-class.js';

/** A packet holds a hundred lines; after so many of them, of all streams together, everybody else has a turn at the event loop. */
const LINES_A_TURN = 16;
/** While stations are at work, lines begin only so often, in milliseconds: they take about a quarter of the event loop's time, 4,000 lines a second. */
const PAUSE_MS = 4;

/** When the lines of all streams of this process may begin. */
export class LinePace {
  /** Lines that may still begin in this turn. */
  private left = 0;
  private pausing: Promise<void> | undefined;

  /** Resolves when the next line may begin. */
  async next(): Promise<void> {
    while (this.left === 0) await (this.pausing ??= this.pause());
    this.left -= 1;
  }

  private async pause(): Promise<void> {
    await (stationsAtWork() ? pause(PAUSE_MS) : turn());
    this.left = LINES_A_TURN;
    this.pausing = undefined;
  }
}
