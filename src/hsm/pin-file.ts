import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { isOpenToOthers } from '../config/closed-file.js';

/**
 * Reads a PIN and drops the line ending that editors add. Called in child processes only: the service itself never
 * holds a PIN.
 * @param name what messages call the file, since they tell neither its path nor its content
 * @throws Error with one sentence that says what to do
 */
export function readPinFile(path: string, name: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new Error(`The file named by ${name} can't be opened (${codeOf(error)}).`, { cause: error });
  }
  try {
    if (isOpenToOthers(fstatSync(file))) {
      throw new Error(`The file named by ${name} is open to other users; run chmod 600 on it.`);
    }
    const pin = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (pin === '') throw new Error(`The file named by ${name} is empty.`);
    return pin;
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

/**
 * Remembers that the token has refused the PIN, until the PIN file changes: tokens lock after a few wrong PINs. Looks
 * at the file's time and size only, never at the PIN.
 */
export class PinRefusal {
  /** The file's state when a signer was last started. */
  private triedState = '';
  /** Why the token refused the PIN, or undefined when it has not. */
  reason: string | undefined;

  constructor(private readonly file: string) {}

  /** Call it when a signer is started, which is when the file is read. */
  signerStarted(): void {
    this.triedState = this.fileState();
  }

  refused(reason: string): void {
    this.reason = reason;
  }

  /** Forgets the refusal if the file has changed since. Returns whether it did. */
  clearIfFileChanged(): boolean {
    if (this.reason === undefined || this.fileState() === this.triedState) return false;
    this.reason = undefined;
    return true;
  }

  private fileState(): string {
    const stat = statSync(this.file, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : 'missing';
  }
}
