import { statSync } from 'node:fs';

/** Remembers which PIN file the token has refused. The PIN itself is none of this process's business. */
export class PinGuard {
  /** What the file looked like when a signer was last started. */
  private tried = '';
  private refusal: string | undefined;

  constructor(private readonly file: string) {}

  /** To be told whenever a signer is started. */
  starting(): void {
    this.tried = this.look();
  }

  refused(message: string): void {
    this.refusal = message;
  }

  /** Why nobody may try this PIN again, or undefined. */
  get standing(): string | undefined {
    return this.refusal;
  }

  /** True once, when the file has changed since the token refused it. */
  isLifted(): boolean {
    if (this.refusal === undefined || this.look() === this.tried) return false;
    this.refusal = undefined;
    return true;
  }

  private look(): string {
    const stat = statSync(this.file, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : 'missing';
  }
}
