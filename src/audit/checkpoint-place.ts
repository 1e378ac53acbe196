import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Clock } from '../platform/clock.js';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointDamaged, findCheckpointKey, openCheckpointKey, readCheckpoint, writeCheckpoint } from './checkpoint-file.js';

/** The log is read once a second, and a disk or a share may be slow. */
const LAG_MS = 60_000;

/** One folder that the checkpoint is kept in, and since when it is not. */
export class CheckpointPlace {
  private key: KeyObject | undefined;
  /** When it was last known to hold what the log ended with. */
  private keptAt: Date;
  private fault: string | undefined;

  /**
   * @param isMade whether the folder is made where it is missing: what is meant to be a share must not become a folder of this machine's disk
   * @param complain is told each cause once, since it may go on for hours
   */
  constructor(
    readonly folder: string,
    private readonly isMade: boolean,
    private readonly clock: Clock,
    private readonly complain: (error: unknown) => void,
  ) {
    this.keptAt = clock.now();
  }

  /** How long, in milliseconds, nothing has been kept. */
  get ageMs(): number {
    return +this.clock.now() - +this.keptAt;
  }

  /** A sentence, once that has gone on for a minute. */
  get lag(): string | undefined {
    if (this.ageMs <= LAG_MS) return undefined;
    return `nothing has been kept in ${this.folder} since ${this.keptAt.toISOString()} (${this.fault ?? 'it does not answer'})`;
  }

  /** It holds what the log ends with. */
  isCurrent(): void {
    this.keptAt = this.clock.now();
    this.fault = undefined;
  }

  /** Undefined where there is none, or it can't be read now. @throws CheckpointDamaged */
  async read(): Promise<Checkpoint | undefined> {
    try {
      return await readCheckpoint(this.folder);
    } catch (error) {
      if (error instanceof CheckpointDamaged) throw error;
      this.failed(error);
      return undefined;
    }
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    try {
      this.key = await this.openKey();
      await writeCheckpoint(this.folder, checkpoint, this.key);
      this.isCurrent();
    } catch (error) {
      this.failed(error);
    }
  }

  private async openKey(): Promise<KeyObject> {
    if (!this.isMade && !existsSync(this.folder)) throw new Error('the folder is not there, and is not made: is the share mounted?');
    const key = await findCheckpointKey(this.folder);
    if (key === undefined && this.key) throw new Error('its checkpoint.key is gone, so that it is not the folder that it was: is the share mounted? A restart takes it as it is');
    return key ?? openCheckpointKey(this.folder);
  }

  private failed(error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (fault !== this.fault) this.complain(error);
    this.fault = fault;
  }
}
