import { HsmUnavailable, errorOf } from './hsm.errors.js';
import type { WorkClass } from './hsm.js';
import type { CrewAnswer, CrewRequest, Operation } from './crew-messages.js';

/** A caller's request on its way through a crew. It is settled exactly once: answered, refused, or late. */
export class PendingRequest implements CrewRequest {
  settled = false;
  /** How many processes have died with it. */
  deaths = 0;
  readonly askedAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly id: number,
    readonly operation: Operation,
    readonly work: WorkClass,
    deadlineMs: number,
    private readonly settle: { resolve(value: unknown): void; reject(error: Error): void; late(request: PendingRequest): HsmUnavailable },
  ) {
    this.timer = setTimeout(() => this.refuse(this.settle.late(this)), deadlineMs);
  }

  /** A repeated key generation might find, or make, a second key; everything else may be asked again. */
  get repeatable(): boolean {
    return this.operation.name !== 'generateKeyPair';
  }

  answer(answer: CrewAnswer): void {
    if ('failure' in answer) this.refuse(errorOf(answer.failure));
    else if (this.finish()) this.settle.resolve(answer.value);
  }

  refuse(error: Error): void {
    if (this.finish()) this.settle.reject(error);
  }

  private finish(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.timer);
    return true;
  }
}
