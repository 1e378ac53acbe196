import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Database } from '../../platform/database/database.js';
import { hasCode } from '../../platform/errors/domain-error.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { asDomainError } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FleetTrustedUser } from '../methods/fleet-trusted-user.js';
import { FreshVerdicts } from '../registrations/fresh-verdicts.js';
import { endpointOf } from '../targets/endpoints.js';
import type { Target } from '../targets/targets.schema.js';

/** Claims that AWS makes for an installer, on record before it is asked, and again with what it has answered. */
@Injectable()
export class InstallerClaims {
  constructor(
    private readonly method: FleetTrustedUser,
    private readonly verdicts: FreshVerdicts,
    private readonly clients: AwsIotClients,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Whether installers bring the claims of the order. */
  areFor({ method }: WorkOrderTerms): boolean {
    return method === this.method.name;
  }

  /** Throws `target-not-ready`, `may-not-issue`, `target-refuses` or `target-unreachable`. */
  async make(actor: string, order: WorkOrderTerms, target: Target) {
    const { id } = order;
    const { host } = endpointOf(target);
    const template = this.method.templateName(order);
    await this.requireHook(order, target);
    await this.audit.record(this.db, actor, 'claim.requested', `work-order:${id}`, { order: id, target: target.name });
    const claim = await this.createClaim(target, template);
    const { certificateId, expiresAt } = claim;
    await this.audit.record(this.db, actor, 'claim.brought', `work-order:${id}`, { order: id, target: target.name, certificateId, expiresAt: expiresAt.toISOString() });
    return { ...claim, template, target: target.name, host };
  }

  private async requireHook(order: WorkOrderTerms, target: Target): Promise<void> {
    try {
      await this.verdicts.before(order, () => this.method.requireHook(order, { now: true }));
    } catch (error) {
      if (hasCode(error, 'may-not-issue')) await this.verdicts.doubt(order, target.name);
      throw error;
    }
  }

  private async createClaim(target: Target, template: string) {
    try {
      return await this.clients.for(target).templates.createClaim(template);
    } catch (error) {
      throw asDomainError(error);
    }
  }
}
