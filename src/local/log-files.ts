import { appendFileSync, closeSync, copyFileSync, existsSync, fstatSync, lstatSync, openSync, readSync, renameSync, rmSync, statfsSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** The end of a log that is shown with a failure is looked for in so many octets. */
const TAIL_BYTES = 65_536;
const LOOK_EVERY_MS = 2_000;
/** With less room than this, in octets, parts lose lines that they write themselves, and can't tell anybody. */
const ROOM_BYTES = 65_536;

/** Puts the log of the last start aside as `.1`. */
export function putLogAside(logFile: string): void {
  if (isOrdinary(logFile)) renameSync(logFile, `${logFile}.1`);
}

/** The last lines of a log, to show with a failure. */
export function readLogTail(logFile: string, lines = 12): string {
  if (!isOrdinary(logFile)) return '';
  const file = openSync(logFile, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString().trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(file);
  }
}

/** False for what is not there, and for a device that somebody put in the place of a log. */
const isOrdinary = (file: string) => existsSync(file) && lstatSync(file).isFile();

/**
 * The logs of one start: the launcher's own, and the bounds of all. Parts write their logs themselves, so that no part waits for the launcher.
 * A log that has grown over `mostBytes` is copied to `.1` and emptied, as logrotate's copytruncate does: writers append (O_APPEND), so
 * they go on at the new end. Lines written between the two are lost. Nothing here fails: a disk that is full is counted.
 */
export class LogFiles {
  private timer: NodeJS.Timeout | undefined;
  private lost = 0;

  constructor(
    private readonly own: string,
    private readonly others: readonly string[],
    private readonly mostBytes: number,
  ) {}

  /** Looks at all logs every two seconds from now on. */
  watch(): void {
    this.timer ??= setInterval(() => this.bound(), LOOK_EVERY_MS).unref();
  }

  /** How often something could not be written, or there was no room for what the parts write. */
  get writesLost(): number {
    return this.lost;
  }

  /** Writes one JSON line to the launcher's log. */
  tell(event: string, facts: Readonly<Record<string, unknown>>): void {
    this.attempt(() => appendFileSync(this.own, `${JSON.stringify({ time: new Date().toISOString(), event, ...facts })}\n`, { mode: 0o600 }));
  }

  /** Does something that needs room on the disk, or counts that there was none. */
  attempt(work: () => void): void {
    try {
      work();
    } catch {
      this.lost++;
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Looks at all logs now. */
  bound(): void {
    if (!this.hasRoom()) this.lost++;
    for (const file of [this.own, ...this.others]) {
      this.attempt(() => {
        if (!isOrdinary(file) || lstatSync(file).size <= this.mostBytes) return;
        // First, since on a full disk the room of the old one is all that there is.
        rmSync(`${file}.1`, { force: true });
        this.attempt(() => copyFileSync(file, `${file}.1`));
        truncateSync(file);
      });
    }
  }

  private hasRoom(): boolean {
    try {
      const { bavail, bsize } = statfsSync(dirname(this.own));
      return bavail * bsize >= ROOM_BYTES;
    } catch {
      return false;
    }
  }
}
