import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Slug } from '../../access/access.schema.js';
import { type Caller, CurrentCaller } from '../../access/caller.js';
import { RepeatsByNature } from '../../access/replays.js';
import { Database } from '../../platform/database/database.js';
import { pageOf } from '../../platform/http/api-responses.js';
import { Operation } from '../../platform/http/operation.js';
import { page, PageQuery } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.js';
import { claimUnknown } from '../aws-iot.errors.js';
import { ClaimKeeper } from './claim-keeper.js';
import { type FleetClaim, FleetClaimRepository } from './fleet-claims.repository.js';
import { EndClaim, FleetClaimAnswer } from './fleet-claims.schema.js';

@ApiTags('aws')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/aws/claims')
export class FleetClaimsController {
  constructor(
    private readonly claims: FleetClaimRepository,
    private readonly keeper: ClaimKeeper,
    private readonly db: Database,
  ) {}

  @Get()
  @Operation({ summary: 'List claims of fleet provisioning', description: 'One for each order with the method fleet-claim; never with its key.', answers: { 200: pageOf(FleetClaimAnswer) } })
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const { items, nextCursor } = page(await this.claims.list(limit + 1, cursor), limit, ({ order }) => order);
    return { items: items.map(answerOf), nextCursor };
  }

  @Post(':workOrder/end')
  @RepeatsByNature()
  @HttpCode(200)
  @Roles('officer')
  @Operation({
    summary: 'End a claim',
    description: 'At once and for good: it is REVOKED in AWS, and units of the order that have not asked for their certificate yet are not let in any more.',
    answers: { 200: FleetClaimAnswer },
    refusals: ['claim-unknown'],
  })
  async end(
    @Param('workOrder', { schema: Slug }) order: string,
    @Body({ schema: EndClaim }) { reason }: EndClaim,
    @CurrentCaller() caller: Caller,
  ) {
    await this.db.transaction().execute((tx) => this.claims.end(tx, caller.actor, order, reason));
    this.keeper.wake();
    const claim = await this.claims.find(order);
    if (!claim) throw claimUnknown(order);
    return answerOf(claim);
  }
}

function answerOf({ order, target, state, certificateId, expiresAt, retireAfter, reason, detail, createdAt, endedAt }: FleetClaim) {
  return { workOrder: order, target, state, certificateId, expiresAt, retireAfter, reason, detail, createdAt, endedAt };
}
