import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Slug } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, ReplaysBy } from '../access/replays.js';
import { CanaryAnswer, RunCanary } from '../canary/canary.schema.js';
import { CanaryService } from '../canary/canary.service.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { addressOfCanary, CanaryReplay } from './canary-replay.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/work-orders/:id/canary')
export class CanaryController {
  constructor(private readonly canaries: CanaryService) {}

  @Post()
  @Operation({
    summary: 'Run a canary of a work order',
    description:
      'A throw-away unit, which counts nowhere, is taken through the order’s method in every target: the service itself connects as its device would, looks at what AWS made of it, and removes it again. It runs in the background: ask the address in `Location` how that went. While one is under way, that one is answered.',
    answers: { 202: CanaryAnswer },
    refusals: ['work-order-unknown', 'work-order-state', 'canary-not-of-method'],
  })
  @Roles('manager')
  @ReplaysBy(CanaryReplay)
  @HttpCode(202)
  async run(
    @Param('id', { schema: Slug }) id: string,
    @Body({ schema: RunCanary }) { over443 }: RunCanary,
    @CurrentCaller() caller: Caller,
    @AnswerKeeper() keepAnswer: KeepAnswer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const canary = await this.canaries.begin(caller.actor, id, over443, keepAnswer);
    void reply.header('location', addressOfCanary(id));
    return canary;
  }

  @Get()
  @Operation({
    summary: 'Look up how the last canary of a work order went',
    answers: { 200: CanaryAnswer },
    refusals: ['work-order-unknown', 'canary-unknown'],
  })
  get(@Param('id', { schema: Slug }) id: string) {
    return this.canaries.describe(id);
  }
}
