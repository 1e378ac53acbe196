import { Body, Controller, HttpCode, Logger, Param, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { Authentication } from '../access/authentication.js';
import { RepeatsByNature } from '../access/replays.js';
import { IdentityAnswer, ISSUING_REFUSALS, KEY_MAKING_REFUSALS } from '../identity/identity.schema.js';
import { IssuanceService } from '../issuance/issuance.service.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { stationNotFound } from '../stations/station.errors.js';
import { StationRepository } from '../stations/station.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import { CertificateRequest, Claim, GrantedAnswer, Heartbeat, HeartbeatAnswer, JobId, jobName, Release } from './job.schema.js';
import { AsOf, LeaseWait } from './lease-wait.js';
import { type AtStation, type Claimed, ProgrammingService } from './programming.service.js';
import { EndedAnswer, MOST_RESULT_BYTES, Result } from './result.schema.js';
import { Results } from './results.js';

/** When a station that was given nothing asks again, in seconds. One that waits with `waitMs` hears of work at once. */
const RETRY_AFTER_S = 3;

/** What station software calls, in the order in which it calls it. */
@ApiTags('station')
@ApiBearerAuth()
@Roles('station')
@UseInterceptors(LeaseWait)
@Controller('v1')
export class StationController {
  private readonly logger = new Logger(StationController.name);

  constructor(
    private readonly programming: ProgrammingService,
    private readonly results: Results,
    private readonly stations: StationRepository,
    private readonly orders: WorkOrderRepository,
    private readonly issuance: IssuanceService,
    private readonly authentication: Authentication,
  ) {}

  @Post('station/claims')
  @Operation({
    summary: 'Claim a job',
    description:
      '200 with the next job that the station does or that of the scanned unit; 204 when none came within waitMs. The same slot again gets the same job, so that no Idempotency-Key is needed; one that is sent is not looked at.',
    answers: { 200: GrantedAnswer, 204: null },
    refusals: [
      'station-unknown', 'slot-unknown', 'slot-occupied', 'wrong-line', 'assigned-elsewhere', 'wrong-step', 'wrong-order', 'revision-mismatch', 'second-scan-needed', 'scans-differ', 'serial-malformed', 'retest-limit-reached', 'claimed-elsewhere', 'unit-not-open', 'unit-quarantined', 'work-order-not-released', 'outside-window', 'order-exhausted',
      'serial-unknown', 'lease-lost', 'paused', 'slot-disabled', 'may-not-issue', 'no-issuing-authority', 'claim-ended',
    ],
  })
  @RepeatsByNature()
  async claim(@Body({ schema: Claim }) body: Claim, @CurrentCaller() caller: Caller, @AsOf() asOf: number, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    // The connection may have been closed before this line.
    if (reply.raw.closed || request.raw.socket.destroyed) gone.abort();
    const at = this.at(caller, asOf);
    const claimed = await this.programming.claim({ ...at, station: await this.stations.get(at.station.id) }, body, { gone: gone.signal, assertAdmitted: () => this.authentication.assertStillKnown(request) });
    if (claimed) await this.hand(at, claimed, reply);
    else await reply.status(204).header('retry-after', String(RETRY_AFTER_S)).send();
  }

  /** Whoever hangs up before the answer is out has no unit. */
  private async hand(at: AtStation, claimed: Claimed, reply: FastifyReply) {
    let isOut = false;
    reply.raw.once('finish', () => (isOut = true));
    const takeBack = () => {
      if (!isOut) this.programming.undo(at, claimed).catch((error: unknown) => this.logger.warn({ event: 'claim.not-undone', job: claimed.job.id, error }));
    };
    const granted = await this.granted(claimed);
    if (reply.raw.closed) return takeBack();
    reply.raw.once('close', takeBack);
    return reply.status(200).send(granted);
  }

  @Post('jobs/:id/heartbeat')
  @Operation({
    summary: 'Keep a lease',
    description: 'Extends the lease and keeps phase, progress and checkpoint. The answer says whether to go on; `cancel`: give the unit back, as its order does not go on, only rework helps it, or the attempt takes longer than its step allows (`maxMinutes`): the lease ends by itself then.',
    answers: { 200: HeartbeatAnswer },
    refusals: ['station-unknown', 'job-unknown', 'lease-lost'],
  })
  @RepeatsByNature()
  @HttpCode(200)
  async heartbeat(@Param('id', { schema: JobId }) id: number, @Body({ schema: Heartbeat }) body: Heartbeat, @CurrentCaller() caller: Caller, @AsOf() asOf: number) {
    return this.programming.heartbeat(this.at(caller, asOf), id, body);
  }

  @Post('jobs/:id/certificate')
  @Operation({
    summary: "Get the unit's certificate",
    description: '201, or 200 when the unit had this certificate for this key already. With encryptTo the answer brings a key, once.',
    answers: { 200: IdentityAnswer, 201: IdentityAnswer },
    refusals: ['station-unknown', 'job-unknown', 'lease-lost', 'station-clock-wrong', 'step-without-identity', ...ISSUING_REFUSALS, ...KEY_MAKING_REFUSALS],
  })
  @RepeatsByNature()
  async certificate(
    @Param('id', { schema: JobId }) id: number,
    @Body({ schema: CertificateRequest }) body: CertificateRequest,
    @CurrentCaller() caller: Caller,
    @AsOf() asOf: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { identity, replayed } = await this.programming.certify(this.at(caller, asOf), id, body);
    void reply.status(replayed ? 200 : 201);
    return identity;
  }

  @Post('jobs/:id/result')
  @Operation({
    summary: 'Report a result',
    description: "The record is any JSON object of up to 1 MiB, or OpenHTF's own, which must be of this unit and have this outcome. startedAt and endedAt are the station's own times and are compared with nothing. The same outcome again is answered with what holds, a PASS with `certificate-revoked` or `authority-compromised` once only rework helps its unit; what differs in it is kept as evidence, as is a report that comes late. Text that the ledger can't hold (U+0000, half a surrogate pair) is kept in its escaped form, such as \\u0000.",
    mostBytes: MOST_RESULT_BYTES,
    keepsDigits: true,
    answers: { 200: EndedAnswer },
    refusals: ['station-unknown', 'job-unknown', 'lease-lost', 'certificate-missing', 'voucher-missing', 'voucher-ended', 'claim-ended', 'certificate-revoked', 'may-not-issue', 'authority-compromised', 'result-reported', 'unit-state', 'record-without-unit', 'record-of-another-unit', 'record-contradicts', 'ship-gate-unmet', 'device-check-missing', 'device-check-failed'],
  })
  @RepeatsByNature()
  @HttpCode(200)
  async result(@Param('id', { schema: JobId }) id: number, @Body({ schema: Result }) body: Result, @CurrentCaller() caller: Caller, @AsOf() asOf: number) {
    const job = await this.results.report(this.at(caller, asOf), id, body);
    return { job: { id: jobName(job.id), state: job.state }, unit: { serial: job.serial, state: job.unitState }, attempt: job.attempt };
  }

  @Post('jobs/:id/release')
  @Operation({
    summary: 'Give a unit back',
    description: 'Its job goes back on the queue. A unit that was given back under this fence is answered the same, whoever has it by then.',
    answers: { 204: null },
    refusals: ['station-unknown', 'job-unknown', 'lease-lost'],
  })
  @RepeatsByNature()
  @HttpCode(204)
  async release(@Param('id', { schema: JobId }) id: number, @Body({ schema: Release }) body: Release, @CurrentCaller() caller: Caller, @AsOf() asOf: number) {
    await this.programming.release(this.at(caller, asOf), id, body.fence);
  }

  /** With the last checkpoint and any certificate of an earlier attempt: a rebooted station never has to guess. */
  private async granted({ job, leaseMs }: Claimed) {
    const [order, certificate] = await Promise.all([this.orders.getTerms(job.workOrderId), job.unitState === 'certified' ? this.issuance.findCertificate(job.unitId) : undefined]);
    return {
      job: { id: jobName(job.id), state: job.state },
      unit: { serial: job.serial, revision: order.revision },
      step: { name: job.step, number: job.stepNumber, of: order.route.length },
      workOrder: { id: order.id, product: order.product, method: order.method, profile: order.profile },
      lease: { fence: job.fence, expiresInMs: leaseMs },
      attempt: job.attempt,
      ...(job.checkpoint ? { checkpoint: job.checkpoint } : {}),
      ...(certificate?.der ? { certificate: toPem('CERTIFICATE', certificate.der) } : {}),
    };
  }

  private at(caller: Caller, asOf: number): AtStation {
    if (caller.station === null) throw stationNotFound('of this key');
    return { actor: caller.actor, station: { id: caller.station }, asOf };
  }
}
