/** Who waits for messages: long polls. */
export class MessageWaiters {
  private readonly waiting = new Map<number, Set<() => void>>();

  /** Ends all waits for this queue, so that they look again. */
  wake(queueId: number): void {
    for (const end of this.waiting.get(queueId) ?? []) end();
  }

  /** Ends when a message may have come, after a time, or when the caller has gone away: a dead caller must take no message. */
  async wait(queueId: number, ms: number, closed: AbortSignal): Promise<void> {
    if (closed.aborted) return;
    const ends = this.waiting.get(queueId) ?? new Set();
    this.waiting.set(queueId, ends);
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        ends.delete(end);
        if (ends.size === 0 && this.waiting.get(queueId) === ends) this.waiting.delete(queueId);
        closed.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(ms, 1));
      ends.add(end);
      closed.addEventListener('abort', end);
    });
  }
}
