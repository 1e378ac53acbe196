import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Slug } from '../../access/access.schema.js';
import { type Caller, CurrentCaller } from '../../access/caller.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, ReplaysBy } from '../../access/replays.js';
import { pageOf } from '../../platform/http/api-responses.js';
import { Operation } from '../../platform/http/operation.js';
import { PageQuery, page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.js';
import { TargetRepository } from './targets.repository.js';
import { TargetChecker } from './target-checker.js';
import { TargetPermissions } from './target-permissions.js';
import { TargetReplay } from './target-replay.js';
import { CheckPermissions, PermissionsAnswer } from './target-permissions.schema.js';
import { ChangeTarget, CreateTarget, RetiredTargetAnswer, RetireTarget, TargetAnswer, TargetReason } from './targets.schema.js';
import { TargetsService } from './targets.service.js';

type ListQuery = z.infer<typeof PageQuery>;

@ApiTags('aws')
@ApiBearerAuth()
@Controller('v1/aws/targets')
export class TargetsController {
  constructor(
    private readonly targets: TargetRepository,
    private readonly service: TargetsService,
    private readonly checker: TargetChecker,
    private readonly permissions: TargetPermissions,
  ) {}

  @Post()
  @Operation({
    summary: 'Add a target',
    description: 'It is `unverified`, and joins rotations and orders, once its check has passed; that is made by itself. The same body again answers 200 with the same target; another body under a taken name is refused.',
    answers: { 200: TargetAnswer, 201: TargetAnswer },
    refusals: ['target-exists', 'control-endpoint-refused'],
  })
  @Roles('officer')
  @ReplaysBy(TargetReplay)
  async create(@Body({ schema: CreateTarget }) body: CreateTarget, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @AnswerKeeper() keepAnswer: KeepAnswer) {
    const { target, created } = await this.service.create(caller.actor, body, keepAnswer);
    if (!created) void reply.status(HttpStatus.OK);
    return target;
  }

  @Get()
  @Operation({ summary: 'List targets', answers: { 200: pageOf(TargetAnswer) } })
  @Roles('manager', 'officer', 'auditor', 'operator')
  async list(@Query({ schema: PageQuery }) { limit, cursor }: ListQuery) {
    return page(await this.targets.list(limit + 1, cursor), limit, ({ name }) => name);
  }

  @Get(':name')
  @Operation({ summary: 'Look up a target', description: 'With what its last check has found.', answers: { 200: TargetAnswer }, refusals: ['target-unknown'] })
  @Roles('manager', 'officer', 'auditor', 'operator')
  get(@Param('name', { schema: Slug }) name: string) {
    return this.targets.get(name);
  }

  @Patch(':name')
  @Operation({
    summary: 'Change a target',
    description: 'Everything but its account, its region and, once an authority was registered there, its mode. What concerns the way to AWS makes it `unverified` until its check has passed; orders go on meanwhile, and stop when the check fails.',
    answers: { 200: TargetAnswer },
    refusals: ['target-unknown', 'target-state', 'target-mode-fixed', 'control-endpoint-refused'],
  })
  @Roles('officer')
  @ReplaysBy(TargetReplay)
  change(@Param('name', { schema: Slug }) name: string, @Body({ schema: ChangeTarget }) changes: ChangeTarget, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.service.change(caller.actor, name, changes, keepAnswer);
  }

  @Delete(':name')
  @Operation({
    summary: 'Retire a target',
    description: 'Refused while an open order names it, and while AWS has yet to be told there of revocations, quarantines and stops, unless these are given up, on record. Its history stays, and so does what stands in AWS, for the units that are in the field; nothing is looked at or changed there any more: `staysOpen` says what that leaves open. Its account and region are free for a new target, which catches up with all that was missed.',
    answers: { 200: RetiredTargetAnswer },
    refusals: ['target-unknown', 'target-in-use', 'keep-outs-untold'],
  })
  @Roles('officer')
  @RepeatsByNature()
  retire(@Param('name', { schema: Slug }) name: string, @Query({ schema: RetireTarget }) { reason, giveUpKeepOuts }: RetireTarget, @CurrentCaller() caller: Caller) {
    return this.service.retire(caller.actor, name, reason ?? null, giveUpKeepOuts === 'true');
  }

  @Post(':name/pause')
  @Operation({
    summary: 'Pause a target',
    description: 'Nothing is asked of AWS or changed there until it is resumed, orders that name it issue nothing, and rotations do not wait for it.',
    answers: { 200: TargetAnswer },
    refusals: ['target-unknown', 'target-state'],
  })
  @Roles('officer')
  @ReplaysBy(TargetReplay)
  @HttpCode(200)
  pause(@Param('name', { schema: Slug }) name: string, @Body({ schema: TargetReason }) { reason }: TargetReason, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.service.pause(caller.actor, name, reason ?? null, keepAnswer);
  }

  @Post(':name/resume')
  @Operation({ summary: 'Resume a target', description: 'It is checked first, and then caught up with.', answers: { 200: TargetAnswer }, refusals: ['target-unknown', 'target-state'] })
  @Roles('officer')
  @ReplaysBy(TargetReplay)
  @HttpCode(200)
  resume(@Param('name', { schema: Slug }) name: string, @Body({ schema: TargetReason }) { reason }: TargetReason, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.service.resume(caller.actor, name, reason ?? null, keepAnswer);
  }

  @Post(':name/check')
  @Operation({
    summary: 'Check a target now',
    description: 'Asks AWS then and there: credentials, account, endpoint, and whether each operation is permitted, as far as that can be seen without leaving anything. An `unverified` target that passes is `verified`.',
    answers: { 200: TargetAnswer },
    refusals: ['target-unknown', 'target-state'],
  })
  @Roles('officer', 'manager', 'operator')
  @RepeatsByNature()
  @HttpCode(200)
  check(@Param('name', { schema: Slug }) name: string) {
    return this.checker.checkNow(name);
  }

  @Post(':name/permissions')
  @Operation({
    summary: 'Prove a target’s permissions',
    description: 'Each one that the methods of its families need, or `method`, with the target’s own credentials. Nothing is left behind: what is made for it is INACTIVE and removed at once. Decides nothing.',
    answers: { 200: PermissionsAnswer },
    refusals: ['target-unknown', 'target-state'],
  })
  @Roles('officer', 'manager', 'operator')
  @RepeatsByNature()
  @HttpCode(200)
  provePermissions(@Param('name', { schema: Slug }) name: string, @Body({ schema: CheckPermissions }) { method }: CheckPermissions) {
    return this.permissions.check(name, method);
  }
}
