const TICK_MS = 20;

/** Milliseconds in which this process turned its event loop: a machine that gives it no core stops this clock, a service that is slow does not. */
export class TurningClock {
  private turnedMs = 0;
  private at = performance.now();
  private readonly timer = setInterval(() => this.tick(), TICK_MS).unref();

  now(): number {
    this.tick();
    return this.turnedMs;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = performance.now();
    this.turnedMs += Math.min(now - this.at, 2 * TICK_MS);
    this.at = now;
  }
}
