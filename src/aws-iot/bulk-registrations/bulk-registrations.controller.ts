import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RepeatsByNature } from '../../access/replays.js';
import { pageOf } from '../../platform/http/api-responses.js';
import { NDJSON } from '../../platform/http/ndjson.js';
import { Operation } from '../../platform/http/operation.js';
import { PageQuery, page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.js';
import { isDenied } from '../clients/aws-failure.js';
import { BulkReconciler } from './bulk-reconciler.js';
import { type BulkRegistration, BulkRegistrationRepository } from './bulk-registrations.repository.js';
import { BulkSigners } from './bulk-signers.js';
import { BulkFailure, BulkRegistrationAnswer, BulkRegistrationId, BulkRegistrationsQuery, SentAgain } from './bulk-registrations.schema.js';

const UNKNOWN = ['bulk-registration-unknown'] as const;

@ApiTags('aws')
@ApiBearerAuth()
@Roles('manager', 'officer', 'auditor', 'operator')
@Controller('v1/aws/bulk-registrations')
export class BulkRegistrationsController {
  constructor(
    private readonly registrations: BulkRegistrationRepository,
    private readonly signers: BulkSigners,
    private readonly reconciler: BulkReconciler,
  ) {}

  @Get()
  @Operation({
    summary: 'List bulk registrations',
    description: 'Files of units that AWS registers line by line, newest first, with the progress of each.',
    answers: { 200: pageOf(BulkRegistrationAnswer) },
  })
  async list(@Query({ schema: BulkRegistrationsQuery }) { target, open, limit, cursor }: BulkRegistrationsQuery) {
    const rows = await this.registrations.list({
      limit: limit + 1, ...(target === undefined ? {} : { target }), ...(open === undefined ? {} : { isOpen: open }), ...(cursor === undefined ? {} : { before: Number(cursor) }),
    });
    return page(rows.map(answerOf), limit, ({ id }) => String(id));
  }

  @Get(':id')
  @Operation({ summary: 'Show a bulk registration', answers: { 200: BulkRegistrationAnswer }, refusals: UNKNOWN })
  async show(@Param('id', { schema: BulkRegistrationId }) id: number) {
    return answerOf(await this.registrations.get(id));
  }

  @Get(':id/failures')
  @Operation({ summary: 'List the lines that AWS refused', description: 'Each with its unit and AWS’s reason, in the order of the file.', answers: { 200: pageOf(BulkFailure) }, refusals: UNKNOWN })
  async failures(@Param('id', { schema: BulkRegistrationId }) id: number, @Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const { rows } = this.signers.of(await this.registrations.get(id));
    return page(await rows.failures(id, { limit: limit + 1, after: Number(cursor ?? 0) }), limit, ({ line }) => String(line));
  }

  @Get(':id/failed-lines')
  @Operation({
    summary: 'Download the lines that AWS refused',
    description: 'As they were sent: a file that a task of the same template takes as it is.',
    answers: { 200: { mediaTypes: [NDJSON], example: '{"ThingName":"LS-000042","CertificatePem":"-----BEGIN CERTIFICATE-----\\nMIIB…"}\n' } },
    refusals: UNKNOWN,
  })
  async failedLines(@Param('id', { schema: BulkRegistrationId }) id: number) {
    const bulk = await this.registrations.get(id);
    return new StreamableFile(Readable.from(this.signers.of(bulk).content(bulk, true)), { type: NDJSON, disposition: `attachment; filename="bulk-registration-${id}-failed.json"` });
  }

  @Post(':id/send-again')
  @Operation({
    summary: 'Go on with a bulk registration now',
    description: 'However long its next attempt would have been put off; units of refused lines go into another file at once.',
    answers: { 200: SentAgain },
    refusals: UNKNOWN,
  })
  @Roles('manager', 'officer', 'operator')
  @RepeatsByNature()
  @HttpCode(200)
  async sendAgain(@Param('id', { schema: BulkRegistrationId }) id: number) {
    const bulk = await this.registrations.makeDue(id);
    const units = await this.signers.of(bulk).rows.sendFailedNow(bulk);
    this.reconciler.wake();
    return { units };
  }
}

function answerOf({ template: _, nextAttempt, ...bulk }: BulkRegistration) {
  return { ...bulk, remedy: remedyOf(bulk), nextAttempt: bulk.state === 'ended' ? null : nextAttempt };
}

function remedyOf({ id, state, trial, target, waitsFor, awsError, failed }: Omit<BulkRegistration, 'template' | 'nextAttempt'>): string | null {
  if (waitsFor !== null) return `It goes on by itself when that task has ended; to end it now: aws iot stop-thing-registration-task --task-id ${waitsFor}`;
  if (awsError !== null && isDenied(awsError)) return `Allow the target’s role what AWS names (docs/aws/bulk.json; POST /v1/aws/targets/${target}/check); it is tried again by itself.`;
  if (awsError !== null) return 'Mend what AWS names, or the way to AWS; it is tried again by itself.';
  if (state !== 'ended' || trial || failed === 0) return null;
  return `Mend what GET /v1/aws/bulk-registrations/${id}/failures names; the units go into another file by themselves, at once after POST …/send-again.`;
}
