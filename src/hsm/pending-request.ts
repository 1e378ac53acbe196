import type { DomainError } from '../platform/errors/domain-error.js';
import { errorOf } from './hsm.errors.js';
import type { Operation, SignerAnswer, SignerRequest } from './signer-messages.js';

/** A caller's request on its way through the pool. It is settled exactly once: answered, refused, or late. */
export class PendingRequest implements SignerRequest {
  settled = false;
  /** How many signers have died with it. */
  deaths = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly id: number,
    readonly operation: Operation,
    readonly deadlineMs: number,
    private readonly settle: { resolve(value: unknown): void; reject(error: DomainError): void; late(): DomainError },
  ) {
    this.timer = setTimeout(() => this.refuse(this.settle.late()), deadlineMs);
  }

  /** A repeated key generation might find, or make, a second key; everything else may be asked again. */
  get repeatable(): boolean {
    return this.operation.name !== 'generateKeyPair';
  }

  answer(answer: SignerAnswer): void {
    if ('failure' in answer) this.refuse(errorOf(answer.failure));
    else if (this.finish()) this.settle.resolve(answer.value);
  }

  refuse(error: DomainError): void {
    if (this.finish()) this.settle.reject(error);
  }

  private finish(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.timer);
    return true;
  }
}
