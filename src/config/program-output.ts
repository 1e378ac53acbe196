import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

type Write = (fd: number, bytes: Buffer) => number;

/**
 * Lines to a file that may run out of room. Node ends a program whose output fails once, and never writes to that file again; here the
 * lines that do not fit are lost and counted, and the first one that fits again says how many.
 */
export class LossyOutput {
  private lost = 0;
  private total = 0;
  private isTorn = false;

  /** @param write as fs.writeSync */
  constructor(
    private readonly fd: number,
    private readonly write: Write = writeSync,
  ) {}

  /** Lines lost so far. */
  get lostLines(): number {
    return this.total;
  }

  put(text: string | Uint8Array): void {
    const note = this.lost > 0 ? `${JSON.stringify({ time: new Date().toISOString(), event: 'log.lost', lines: this.lost })}\n` : '';
    const bytes = Buffer.concat([Buffer.from(`${this.isTorn ? '\n' : ''}${note}`), Buffer.from(text)]);
    let written = 0;
    try {
      while (written < bytes.length) written += this.write(this.fd, bytes.subarray(written));
      this.lost = 0;
      this.isTorn = false;
    } catch {
      this.lost++;
      this.total++;
      this.isTorn ||= written > 0;
    }
  }
}

const outputs: LossyOutput[] = [];

/** Lines that this program could not write to its standard output and standard error. */
export const lostOutputLines = (): number => outputs.reduce((sum, { lostLines }) => sum + lostLines, 0);

/** Lets this program outlive a full disk under its log, and a terminal or reader that is gone. */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
    if (!isFile(stream.fd)) continue;
    const output = new LossyOutput(stream.fd);
    outputs.push(output);
    stream.write = (chunk: string | Uint8Array, encodingOrDone?: unknown, done?: unknown) => {
      output.put(chunk);
      const callback = typeof encodingOrDone === 'function' ? encodingOrDone : done;
      if (typeof callback === 'function') process.nextTick(callback);
      return true;
    };
  }
}

/** Node writes to files and to devices such as /dev/full at once, and to pipes, sockets and terminals through streams that survive an error. */
function isFile(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFile() || (stats.isCharacterDevice() && !isatty(fd));
}
