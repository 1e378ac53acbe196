import { Body, Controller, Get, HttpStatus, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { PageQuery, page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { TargetRepository } from './targets.repository.js';
import { CreateTarget, TargetAnswer } from './targets.schema.js';
import { TargetsService } from './targets.service.js';

type ListQuery = z.infer<typeof PageQuery>;

@ApiTags('aws')
@ApiBearerAuth()
@Controller('v1/aws/targets')
export class TargetsController {
  constructor(
    private readonly targets: TargetRepository,
    private readonly service: TargetsService,
  ) {}

  @Post()
  @Operation({
    summary: 'Add a target',
    description: 'The same body again answers 200 with the same target; another body under a taken name is refused.',
    answers: { 200: TargetAnswer, 201: TargetAnswer },
    refusals: ['target-exists', 'control-endpoint-refused'],
  })
  @Roles('officer')
  async create(@Body({ schema: CreateTarget }) body: CreateTarget, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { target, created } = await this.service.create(caller.actor, body);
    if (!created) void reply.status(HttpStatus.OK);
    return target;
  }

  @Get()
  @Operation({ summary: 'List targets', answers: { 200: pageOf(TargetAnswer) } })
  @Roles('manager', 'officer', 'auditor', 'operator')
  async list(@Query({ schema: PageQuery }) { limit, cursor }: ListQuery) {
    return page(await this.targets.list(limit + 1, cursor), limit, ({ name }) => name);
  }
}
