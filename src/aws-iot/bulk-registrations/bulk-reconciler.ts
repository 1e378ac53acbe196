import { Injectable, Logger } from '@nestjs/common';
import { AwsIotError, AwsIotRefused, UNEXPECTED } from '../aws-iot.errors.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { BulkCsrRepository } from './bulk-csrs.repository.js';
import { type BulkRegistration, BulkRegistrationRepository } from './bulk-registrations.repository.js';
import { BulkWork } from './bulk-work.js';

const logger = new Logger('BulkReconciler');
/** Targets worked on at the same time by this process. */
const WIDTH = 4;

/** Brings files of units to AWS and their reports back, one registration of each target at a time: where S3 hangs, an upload takes minutes, and others are not to wait for it. Runs in workers only. */
@Injectable()
export class BulkReconciler {
  private readonly busy = new Set<string>();
  private readonly loop: { wake(): void };

  constructor(
    loops: AwsLoops,
    private readonly registrations: BulkRegistrationRepository,
    private readonly csrs: BulkCsrRepository,
    private readonly work: BulkWork,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
  ) {
    this.loop = loops.add({ name: 'BulkReconciler', width: WIDTH, take: (limit) => this.take(limit), work: (bulk) => this.go(bulk).finally(() => this.busy.delete(bulk.target)) });
  }

  /** Some registration may be due now. */
  wake() {
    this.loop.wake();
  }

  private async take(limit: number): Promise<BulkRegistration[]> {
    await this.csrs.joinDue();
    const claimed = await this.registrations.claimDue(limit, [...this.busy]);
    for (const { target } of claimed) this.busy.add(target);
    return claimed;
  }

  private async go(claimed: BulkRegistration): Promise<void> {
    const target = await this.targets.get(claimed.target);
    let bulk: BulkRegistration | undefined = claimed;
    while (bulk) {
      const at: BulkRegistration = bulk;
      try {
        bulk = await this.work.step(target, at);
      } catch (error) {
        if (this.clients.signal.aborted) return this.registrations.rest(at, 0);
        if (error instanceof AwsIotRefused) this.clients.forget(target);
        const facts = { target: target.name, bulkRegistration: at.id, state: at.state, attempt: at.attempts };
        if (error instanceof AwsIotError) logger.warn({ event: 'bulk.step-failed', ...facts, detail: error.message });
        else logger.error({ event: 'bulk.step-failed', ...facts, error });
        return error instanceof AwsIotError ? this.work.failed(at, error.message, error.code) : this.work.failed(at, UNEXPECTED, null);
      }
    }
  }
}
