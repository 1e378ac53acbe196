import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { Unreplayable } from '../access/idempotency.interceptor.js';
import { Roles } from '../platform/http/roles.js';
import { StationNotFound } from '../stations/station.errors.js';
import { StationRepository } from '../stations/station.repository.js';
import { JobAnswers } from './job-answers.js';
import { asksForKey, CertificateRequest, Claim, Heartbeat, JobId, Release, Result } from './job.schema.js';
import { LeaseService } from './lease.service.js';
import { type AtStation, ProgrammingService } from './programming.service.js';
import { ResultService } from './result.service.js';
import { Answers } from '../platform/http/answers.js';
import { EndedAnswer, GrantedAnswer, HeartbeatAnswer, IdentityAnswer } from './answers.schema.js';

/** What station software calls, in the order in which it calls it. */
@ApiTags('station')
@ApiBearerAuth()
@Roles('station')
@Controller('v1')
export class StationController {
  constructor(
    private readonly programming: ProgrammingService,
    private readonly leases: LeaseService,
    private readonly results: ResultService,
    private readonly stations: StationRepository,
    private readonly answers: JobAnswers,
  ) {}

  /** 200 with the job, or 204 when none came within `waitMs`. */
  @Post('station/claims')
  @Answers({ 200: GrantedAnswer, 204: null })
  async claim(@Body({ schema: Claim }) body: Claim, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply) {
    const left = new AbortController();
    // A station that hung up must not be given a unit which nobody would then hold.
    reply.raw.once('close', () => left.abort());
    const job = await this.programming.claim(await this.at(caller), body, left.signal);
    if (job) await reply.status(200).send(await this.answers.granted(job));
    else await reply.status(204).send();
  }

  @Post('jobs/:id/heartbeat')
  @Answers({ 200: HeartbeatAnswer })
  @HttpCode(200)
  async heartbeat(@Param('id', { schema: JobId }) id: number, @Body({ schema: Heartbeat }) body: Heartbeat, @CurrentCaller() caller: Caller) {
    return this.programming.heartbeat(await this.at(caller), id, body);
  }

  /** 201, or 200 when the unit had this certificate for this key already. With `encryptTo` the answer brings a key, once. */
  @Post('jobs/:id/certificate')
  @Answers({ 200: IdentityAnswer, 201: IdentityAnswer })
  @Unreplayable(asksForKey)
  async certificate(
    @Param('id', { schema: JobId }) id: number,
    @Body({ schema: CertificateRequest }) body: CertificateRequest,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { identity, replayed } = await this.programming.certify(await this.at(caller), id, body);
    void reply.status(replayed ? 200 : 201);
    return identity;
  }

  @Post('jobs/:id/result')
  @Answers({ 200: EndedAnswer })
  @HttpCode(200)
  async result(@Param('id', { schema: JobId }) id: number, @Body({ schema: Result }) body: Result, @CurrentCaller() caller: Caller) {
    const { job, unitState } = await this.results.report(await this.at(caller), id, body);
    return this.answers.ended(job, unitState);
  }

  @Post('jobs/:id/release')
  @Answers({ 204: null })
  @HttpCode(204)
  async release(@Param('id', { schema: JobId }) id: number, @Body({ schema: Release }) body: Release, @CurrentCaller() caller: Caller) {
    const { actor, station } = await this.at(caller);
    await this.leases.release(actor, station.id, id, body.fence);
  }

  private async at(caller: Caller): Promise<AtStation> {
    if (caller.station === null) throw new StationNotFound('of this key');
    return { actor: caller.actor, station: await this.stations.get(caller.station) };
  }
}
