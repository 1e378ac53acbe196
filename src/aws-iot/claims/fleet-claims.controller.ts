import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Slug } from '../../access/access.schema.js';
import { type Caller, CurrentCaller } from '../../access/caller.js';
import { AnswerKeeper, type KeepAnswer, ReplaysBy } from '../../access/replays.js';
import { Database } from '../../platform/database/database.js';
import { pageOf } from '../../platform/http/api-responses.js';
import { Operation } from '../../platform/http/operation.js';
import { page, PageQuery } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.js';
import { workOrderEnded } from '../../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { claimStillEnding, claimUnknown } from '../aws-iot.errors.js';
import { ClaimReplay, shownClaim } from './claim-replay.js';
import { ClaimKeeper } from './claim-keeper.js';
import { FleetClaimRepository } from './fleet-claims.repository.js';
import { EndClaim, FleetClaimAnswer, ReplaceClaim } from './fleet-claims.schema.js';

@ApiTags('aws')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/aws/claims')
export class FleetClaimsController {
  constructor(
    private readonly claims: FleetClaimRepository,
    private readonly keeper: ClaimKeeper,
    private readonly replay: ClaimReplay,
    private readonly orders: WorkOrderRepository,
    private readonly db: Database,
  ) {}

  @Get()
  @Operation({ summary: 'List claims of fleet provisioning', description: 'One for each order with the method fleet-claim; never with its key.', answers: { 200: pageOf(FleetClaimAnswer) } })
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const { items, nextCursor } = page(await this.claims.list(limit + 1, cursor), limit, ({ order }) => order);
    return { items: items.map(shownClaim), nextCursor };
  }

  @Post(':workOrder/end')
  @ReplaysBy(ClaimReplay)
  @HttpCode(200)
  @Roles('officer')
  @Operation({
    summary: 'End a claim',
    description: 'At once and for good: it is REVOKED in AWS, and units of the order that have not asked for their certificate yet are not let in any more, unless another claim is made for the order.',
    answers: { 200: FleetClaimAnswer },
    refusals: ['claim-unknown'],
  })
  async end(
    @Param('workOrder', { schema: Slug }) order: string,
    @Body({ schema: EndClaim }) { reason }: EndClaim,
    @CurrentCaller() caller: Caller,
    @AnswerKeeper() keepAnswer: KeepAnswer,
  ) {
    await this.db.transaction().execute(async (tx) => {
      await this.claims.end(tx, caller.actor, order, reason);
      await keepAnswer(tx, { workOrder: order });
    });
    this.keeper.wake();
    return this.replay.answer({ workOrder: order });
  }

  @Post(':workOrder/replace')
  @ReplaysBy(ClaimReplay)
  @HttpCode(200)
  @Roles('officer')
  @Operation({
    summary: 'Have another claim made for an order',
    description: 'In the place of one that has ended, which stays REVOKED. A worker makes it within seconds; units for which AWS has signed nothing are handed out again then, and get it at their station, with the voucher that they have. A unit that has passed with the old one is reworked first. A claim that has not ended is answered as it is.',
    answers: { 200: FleetClaimAnswer },
    refusals: ['claim-unknown', 'claim-not-ready', 'work-order-ended'],
  })
  async replace(
    @Param('workOrder', { schema: Slug }) order: string,
    @Body({ schema: ReplaceClaim }) { reason }: ReplaceClaim,
    @CurrentCaller() { actor }: Caller,
    @AnswerKeeper() keepAnswer: KeepAnswer,
  ) {
    const claim = await this.claims.find(order);
    if (!claim) throw claimUnknown(order);
    const isOver = +claim.expiresAt <= Date.now() && claim.state !== 'ended';
    if (isOver) await this.db.transaction().execute((tx) => this.claims.end(tx, 'system', order, 'its date has come'));
    if (isOver || claim.state === 'ending') {
      this.keeper.wake();
      throw claimStillEnding(order, claim.detail);
    }
    await this.db.transaction().execute(async (tx) => {
      if (claim.state === 'ended' && !(await this.orders.goesOn(tx, order))) throw workOrderEnded(order);
      if (claim.state === 'ended') await this.claims.replace(tx, actor, claim, reason);
      await keepAnswer(tx, { workOrder: order });
    });
    this.keeper.wake();
    return this.replay.answer({ workOrder: order });
  }
}
