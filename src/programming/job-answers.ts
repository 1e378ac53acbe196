import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import type { UnitState } from '../platform/database/schema.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import { jobName } from './job.schema.js';
import type { Job } from './job.repository.js';

/** Jobs as stations see them. */
@Injectable()
export class JobAnswers {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly certificates: CertificateRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** With the last checkpoint and any certificate of an earlier attempt: a rebooted station never has to guess. */
  async granted(job: Job) {
    const [order, certificate] = await Promise.all([this.orders.get(job.workOrderId), this.certificates.findLive(job.unitId)]);
    return {
      job: { id: jobName(job.id), state: job.state },
      unit: { serial: job.serial },
      workOrder: { id: order.id, product: order.product, method: order.method, profile: order.profile },
      lease: { fence: job.fence, expiresInMs: this.config.LEASE_MS },
      attempt: job.attempt,
      ...(job.checkpoint ? { checkpoint: job.checkpoint } : {}),
      ...(certificate?.der ? { certificate: toPem('CERTIFICATE', certificate.der) } : {}),
    };
  }

  ended(job: Job, unitState: UnitState) {
    return { job: { id: jobName(job.id), state: job.state }, unit: { serial: job.serial, state: unitState }, attempt: job.attempt };
  }
}
