import { Body, Controller, Header, Inject, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { tooManyRequests } from '../../access/access.errors.js';
import { type Caller, CurrentCaller } from '../../access/caller.js';
import { RepeatsByNature } from '../../access/replays.js';
import { CONFIG, type Config } from '../../config/config.js';
import { CallCounts } from '../../platform/http/call-counts.js';
import { Operation } from '../../platform/http/operation.js';
import { Roles } from '../../platform/http/roles.js';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { claimNotOfInstallers, claimsAfterRelease, targetState } from '../aws-iot.errors.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { InstallerClaim, InstallerClaimRequest } from './fleet-claims.schema.js';
import { InstallerClaims } from './installer-claims.js';

/** Claims of five minutes, for installers that reach the service: at benches. In the field an API of the maker's account makes them (`docs/aws/trusted-user.cloudformation.json`). */
@ApiTags('aws')
@ApiBearerAuth()
@Roles('installer')
@Controller('v1/aws/installer-claims')
export class InstallerClaimsController {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly targets: TargetRepository,
    private readonly claims: InstallerClaims,
    private readonly counts: CallCounts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @RepeatsByNature()
  @Header('cache-control', 'no-store')
  @Operation({
    summary: 'Make a claim for a device',
    description: 'Certificate and key with which a device asks AWS for its own certificate within five minutes (fleet provisioning by trusted user). Each call makes another one; what is not used ends by itself.',
    answers: { 201: InstallerClaim },
    refusals: ['work-order-unknown', 'claim-not-of-installers', 'work-order-state', 'target-state', 'target-not-ready', 'may-not-issue', 'target-unreachable', 'target-refuses'],
  })
  async make(@Body({ schema: InstallerClaimRequest }) { workOrder }: InstallerClaimRequest, @CurrentCaller() { actor }: Caller) {
    const order = await this.orders.getTerms(workOrder);
    if (!this.claims.areFor(order)) throw claimNotOfInstallers(workOrder, order.method);
    const { state } = await this.orders.get(workOrder);
    if (state === 'planned' || state === 'cancelled') throw claimsAfterRelease(workOrder, state);
    const retryAfterMs = this.counts.exceed(`claims:${actor}`, this.config.INSTALLER_CLAIMS_PER_MINUTE);
    if (retryAfterMs !== undefined) throw tooManyRequests(retryAfterMs);
    const target = await this.targets.get(order.targets[0] ?? '');
    if (target.state !== 'verified' && target.state !== 'unverified') throw targetState(target.name, target.state, 'asked for a claim');
    return this.claims.make(actor, order, target);
  }
}
