import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AuthorityId } from '../../certificate-authority/authority-id.js';
import { Slug } from '../../access/access.schema.js';
import { pageOf } from '../../platform/http/api-responses.js';
import { Operation } from '../../platform/http/operation.js';
import { PageQuery, page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.js';
import { type Caller, CurrentCaller } from '../../access/caller.js';
import { RepeatsByNature, ReplaysBy } from '../../access/replays.js';
import { PlanReplay } from './plan-replay.js';
import { Reconciler } from './reconciler.js';
import { RegistrationDecisions } from './registration-decisions.js';
import { RegistrationRepository } from './registrations.repository.js';
import { AcceptPlan, ApplyPlan, RegistrationPlan } from './registrations.schema.js';
import { RegistrationAnswer } from '../targets/targets.schema.js';

const RegistrationsQuery = PageQuery.extend({ authority: z.string().max(128).optional(), target: Slug.optional() });
type RegistrationsQuery = z.infer<typeof RegistrationsQuery>;
const NOT_TO_BE_ASKED = ['registration-unknown', 'target-state', 'target-refuses', 'target-unreachable'] as const;

@ApiTags('aws')
@ApiBearerAuth()
@Roles('manager', 'officer', 'auditor', 'operator')
@Controller('v1/aws/registrations')
export class RegistrationsController {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly decisions: RegistrationDecisions,
    private readonly reconciler: Reconciler,
  ) {}

  @Get()
  @Operation({
    summary: 'List registrations',
    description: 'Of each authority in each target: what should be true there and what is, side by side.',
    answers: { 200: pageOf(RegistrationAnswer) },
  })
  async list(@Query({ schema: RegistrationsQuery }) { authority, target, limit, cursor }: RegistrationsQuery) {
    const rows = await this.registrations.list({
      limit: limit + 1,
      ...(authority === undefined ? {} : { authority }),
      ...(target === undefined ? {} : { target }),
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    return page(rows, limit, (row) => `${row.authority}:${row.target}`);
  }
  @Post(':authority/:target/retry')
  @Operation({ summary: 'Look at a registration again now', description: 'However long its next attempt would have been put off.', answers: { 200: RegistrationAnswer }, refusals: ['registration-unknown'] })
  @Roles('manager', 'officer', 'operator')
  @RepeatsByNature()
  @HttpCode(200)
  async retry(@Param('authority', { schema: AuthorityId }) authority: string, @Param('target', { schema: Slug }) target: string) {
    const registration = await this.registrations.retry(authority, target);
    this.reconciler.wake();
    return registration;
  }

  @Get(':authority/:target/plan')
  @Operation({
    summary: 'Show what differs in AWS',
    description: 'AWS is asked then and there, and nothing is changed. What is and what should be, side by side; what a person has taken over too, as such.',
    answers: { 200: RegistrationPlan },
    refusals: NOT_TO_BE_ASKED,
  })
  plan(@Param('authority', { schema: AuthorityId }) authority: string, @Param('target', { schema: Slug }) target: string) {
    return this.decisions.plan(authority, target);
  }

  @Post(':authority/:target/apply')
  @Operation({
    summary: 'Make right what differs in AWS',
    description: 'Also what a person has changed or stopped there, or has taken over, which ends with it. It is done then and there, on record; answered is what was made right and what differs still.',
    answers: { 200: RegistrationPlan },
    refusals: NOT_TO_BE_ASKED,
  })
  @Roles('officer')
  @ReplaysBy(PlanReplay)
  @HttpCode(200)
  apply(@Param('authority', { schema: AuthorityId }) authority: string, @Param('target', { schema: Slug }) target: string, @Body({ schema: ApplyPlan }) { reason }: ApplyPlan, @CurrentCaller() caller: Caller) {
    return this.decisions.apply(caller.actor, authority, target, reason ?? null);
  }

  @Post(':authority/:target/accept')
  @Operation({
    summary: 'Take over what a person changed in AWS',
    description: 'It stops nothing by itself any more, as long as it stays as it is now, and the plan shows it as accepted; on record. Once it was otherwise that is over. What keeps devices out keeps them out all the same.',
    answers: { 200: RegistrationPlan },
    refusals: NOT_TO_BE_ASKED,
  })
  @Roles('officer')
  @ReplaysBy(PlanReplay)
  @HttpCode(200)
  accept(@Param('authority', { schema: AuthorityId }) authority: string, @Param('target', { schema: Slug }) target: string, @Body({ schema: AcceptPlan }) body: AcceptPlan, @CurrentCaller() caller: Caller) {
    return this.decisions.accept(caller.actor, authority, target, body);
  }
}
