import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import { controlEndpointRefused, targetExists } from './aws-iot.errors.js';
import { mayControl } from './control-endpoint.js';
import { RegistrationRepository } from './registrations.repository.js';
import { sameTarget, TargetRepository } from './targets.repository.js';
import type { CreateTarget, Target } from './targets.schema.js';

/** Targets come into the world together with what should stand in them. */
@Injectable()
export class TargetsService {
  constructor(
    private readonly targets: TargetRepository,
    private readonly registrations: RegistrationRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Records the target and that every living authority is to be registered in it. The same body again answers the same target
   * with `created: false`. Throws `target-exists`, `control-endpoint-refused`.
   */
  async create(actor: string, body: CreateTarget): Promise<{ target: Target; created: boolean }> {
    const { controlEndpoint, region } = body;
    if (controlEndpoint !== undefined && !mayControl(controlEndpoint, region, this.config.TARGET_CONTROL_HOSTS)) throw controlEndpointRefused(controlEndpoint, region);
    try {
      return await this.db.transaction().execute((tx) => this.insert(tx, actor, body));
    } catch (error) {
      if (violatedUnique(error) === undefined) throw error;
      throw targetExists(body.name, `account ${body.accountId} in ${body.region} is a target already`);
    }
  }

  private async insert(tx: Ledger, actor: string, body: CreateTarget) {
    await this.registrations.lockPlan(tx);
    const target = await this.targets.insert(tx, body);
    if (!target) {
      const known = await this.targets.get(body.name, tx);
      if (!sameTarget(known, body)) throw targetExists(body.name, 'it exists with other settings');
      return { target: known, created: false };
    }
    const { name, accountId, region, mode } = target;
    await this.audit.record(tx, actor, 'target.created', `target:${name}`, { name, accountId, region, mode });
    await this.registrations.planForTarget(tx, target);
    return { target, created: true };
  }
}
