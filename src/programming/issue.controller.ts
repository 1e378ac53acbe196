import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { Unreplayable } from '../access/idempotency.interceptor.js';
import { Roles } from '../platform/http/roles.js';
import { DirectIssueService } from './direct-issue.service.js';
import { asksForKey, DirectRequest } from './job.schema.js';
import { Answers } from '../platform/http/answers.js';
import { IdentityAnswer } from './answers.schema.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('issuer')
@Controller('v1/certificates')
export class IssueController {
  constructor(private readonly direct: DirectIssueService) {}

  /** A certificate for a unit of an order, without a station. 201, or 200 when the unit had it already. With `encryptTo` the answer brings a key, once. */
  @Post()
  @Answers({ 200: IdentityAnswer, 201: IdentityAnswer })
  @Unreplayable(asksForKey)
  async issue(@Body({ schema: DirectRequest }) body: DirectRequest, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { identity, replayed } = await this.direct.issue(caller.actor, body);
    void reply.status(replayed ? 200 : 201);
    return identity;
  }
}
