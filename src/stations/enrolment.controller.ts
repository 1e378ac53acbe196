import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Slug } from '../access/access.schema.js';
import { Authentication } from '../access/authentication.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, ShownOnce } from '../access/replays.js';
import { hasCode } from '../platform/errors/domain-error.js';
import { Operation } from '../platform/http/operation.js';
import { Public } from '../platform/http/public.js';
import { Roles } from '../platform/http/roles.js';
import { CreateEnrolment, Enrol, MadeEnrolment, RenewStation, shownCertificate, StationCertificate } from './enrolment.schema.js';
import { EnrolmentRepository } from './enrolment.repository.js';
import { Enrolments } from './enrolments.js';
import { enrolmentShownOnce } from './station.errors.js';

const CSR_REFUSALS = ['csr-malformed', 'csr-too-large', 'csr-trailing-bytes', 'csr-signature-invalid', 'csr-algorithm-unsupported', 'private-key-sent', 'key-malformed', 'key-weak', 'key-unsupported', 'pem-malformed'] as const;
const HSM_REFUSALS = ['hsm-unavailable', 'hsm-pin-wrong', 'hsm-key-missing', 'clock-wrong', 'ledger-older', 'ledger-unknown'] as const;

@ApiTags('stations')
@Controller('v1')
export class EnrolmentController {
  constructor(
    private readonly repository: EnrolmentRepository,
    private readonly enrolments: Enrolments,
    private readonly authentication: Authentication,
  ) {}

  @Post('stations/:id/enrolments')
  @ApiBearerAuth()
  @Operation({
    summary: 'Make a code with which a station gets its certificate',
    description: 'The code is in this answer and nowhere else, ever. It can be used once, by whoever types it at the station (lineside station enrol), before it expires.',
    answers: { 201: MadeEnrolment },
    refusals: ['station-unknown', 'enrolment-shown-once'],
  })
  @Roles('manager')
  @ShownOnce('code', ({ id }) => enrolmentShownOnce(String(id)))
  create(@Param('id', { schema: Slug }) station: string, @Body({ schema: CreateEnrolment }) { expiresInMinutes }: CreateEnrolment, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.repository.create(caller.actor, station, expiresInMinutes * 60_000, keepAnswer);
  }

  @Post('enrolments')
  @Public()
  @Operation({
    summary: 'Enrol a station',
    description:
      'Needs no caller but the code. The answer is the client certificate with which the station calls from then on (mutual TLS). The same code with the same key again answers the same certificate, so that a lost answer costs nothing. Certificates that the station had before count no more. What fails counts as a failed authentication of the address.',
    answers: { 201: StationCertificate },
    refusals: ['enrolment-unknown', 'enrolment-expired', 'enrolment-used', 'station-disabled', 'station-certificate-refused', 'station-key-taken', ...CSR_REFUSALS, ...HSM_REFUSALS],
  })
  @RepeatsByNature()
  async enrol(@Body({ schema: Enrol }) { code, csr }: Enrol, @Req() request: FastifyRequest) {
    try {
      return shownCertificate(await this.enrolments.enrol(code, csr));
    } catch (error) {
      if (hasCode(error, 'enrolment-unknown', 'enrolment-expired', 'enrolment-used')) throw this.authentication.failedAttempt(request, error, 'enrolment-unknown');
      throw error;
    }
  }

  @Post('station/certificate')
  @ApiBearerAuth()
  @Operation({
    summary: 'Renew my certificate',
    description: 'For a station that comes with its client certificate. The present one stays valid until its end, so that a lost answer costs nothing; the same key again gets the same certificate again.',
    answers: { 201: StationCertificate },
    refusals: ['station-not-enrolled', 'station-certificate-refused', 'station-key-taken', ...CSR_REFUSALS, ...HSM_REFUSALS],
  })
  @Roles('station')
  @RepeatsByNature()
  async renew(@Body({ schema: RenewStation }) { csr }: RenewStation, @CurrentCaller() caller: Caller) {
    return shownCertificate(await this.enrolments.renew(caller, csr));
  }
}
