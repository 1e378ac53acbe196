/** AWS IoT takes one CONNECT a second from a client id. */
export class ConnectRate {
  /** When the last CONNECT of a client id came, by `performance.now()`. The oldest stand first. */
  private readonly last = new Map<string, number>();

  /** @param intervalMs 0 takes all */
  constructor(private readonly intervalMs: number) {}

  admits(clientId: string): boolean {
    if (this.intervalMs === 0) return true;
    const now = performance.now();
    for (const [known, at] of this.last) {
      if (now - at < this.intervalMs) break;
      this.last.delete(known);
    }
    if (this.last.has(clientId)) return false;
    this.last.set(clientId, now);
    return true;
  }
}
