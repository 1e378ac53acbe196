import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DomainError } from '../platform/errors/domain-error.js';
import type { ErrorCode } from '../platform/errors/error-codes.js';
import { leaseHolder } from '../work-orders/unit.repository.js';
import { type Job, JobRepository } from './job.repository.js';

/** Refusals of a certificate that are about the order: every unit of it would get the same one. */
const OF_THE_ORDER: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['may-not-issue', 'no-issuing-authority', 'authority-frozen', 'claim-ended', 'profile-unknown']);
/** About the lease or the request; or about the order, and the ledger itself hands out no more of it. */
const PASSED_OVER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'lease-lost', 'claimed-elsewhere', 'request-invalid', 'request-in-progress', 'order-exhausted', 'work-order-not-released', 'outside-window',
]);
/** How long an order rests in this process before a unit of it is tried again. */
const ORDER_RESTS_MS = 10_000;
/** How long a slot gets other units than the one that was refused at it. */
const UNIT_RESTS_MS = 60_000;

/**
 * Keeps units that were refused their certificate from being handed to the same slot again at once: it would be refused again, twenty
 * times a second. Who scans a unit gets it all the same.
 */
@Injectable()
export class Refusals {
  private readonly orders = new LRUCache<string, true>({ max: 1_000, ttl: ORDER_RESTS_MS });

  constructor(private readonly jobs: JobRepository) {}

  /** A certificate was refused under this job's lease. */
  async note(job: Job, error: unknown): Promise<void> {
    if (!(error instanceof DomainError) || PASSED_OVER.has(error.code)) return;
    if (OF_THE_ORDER.has(error.code)) this.orders.set(job.workOrderId, true);
    else if (!error.retryable) await this.jobs.keepRefusal(job.id, leaseHolder(job.station ?? '', job.slot ?? ''), UNIT_RESTS_MS);
  }

  /** Whether this job is not to be handed to the slot (`leaseHolder`) for now. */
  keepsFrom(job: Job, slot: string): boolean {
    if (this.orders.has(job.workOrderId) && job.unitState !== 'reserved' && job.unitState !== 'certified') return true;
    return job.refusedAtSlot === slot;
  }

  restingOrders(): string[] {
    return [...this.orders.keys()];
  }
}
