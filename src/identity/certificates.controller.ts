import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { toPem } from '../x509/pem.js';
import { CertificateAnswer, CertificateListed, DirectRequest, Fingerprint, IdentityAnswer, ISSUING_REFUSALS, KEY_MAKING_REFUSALS, RevocationAnswer, RevokeCertificate } from './identity.schema.js';
import { IdentityService } from './identity.service.js';

const Text = z.string().max(128).optional();
const CertificatesQuery = PageQuery.extend({ serial: Text, unit: Text, authority: Text, workOrder: Text }).refine(({ serial, unit }) => serial === undefined || unit === undefined, 'serial and unit both name the unit’s serial: give one of them');
type CertificatesQuery = z.infer<typeof CertificatesQuery>;

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor', 'issuer')
@Controller('v1/certificates')
export class CertificatesController {
  constructor(
    private readonly identities: IdentityService,
    private readonly certificates: CertificateRepository,
    private readonly revocation: RevocationService,
  ) {}

  @Post()
  @Operation({
    summary: 'Issue a certificate',
    description: 'For a unit of an order, without a station. 201, or 200 when the unit had it already. With encryptTo the answer brings a key, once.',
    answers: { 200: IdentityAnswer, 201: IdentityAnswer },
    refusals: ['work-order-unknown', ...ISSUING_REFUSALS, ...KEY_MAKING_REFUSALS],
  })
  @Roles('issuer')
  @RepeatsByNature()
  async issue(@Body({ schema: DirectRequest }) body: DirectRequest, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { identity, replayed } = await this.identities.issueDirectly(caller.actor, body, 'station');
    void reply.status(replayed ? 200 : 201);
    return identity;
  }

  @Get()
  @Operation({
    summary: 'List certificates',
    description: "serial and unit both name the unit's serial.",
    answers: { 200: pageOf(CertificateListed) },
  })
  async list(@Query({ schema: CertificatesQuery }) query: CertificatesQuery) {
    const { limit, cursor, authority, workOrder } = query;
    const rows = await this.certificates.list({ unitSerial: query.serial ?? query.unit, authority, workOrder, after: cursor, limit: limit + 1 });
    return page(rows, limit, (row) => row.serialNumber);
  }

  @Get(':fingerprint')
  @Operation({ summary: 'Look up a certificate', answers: { 200: CertificateAnswer }, refusals: ['certificate-unknown'] })
  async get(@Param('fingerprint', { schema: Fingerprint }) fingerprint: string) {
    const found = await this.certificates.getByFingerprint(fingerprint);
    const { revokedAt, reason } = await this.revocation.get(fingerprint);
    return {
      fingerprint,
      serialNumber: found.serialNumber,
      state: found.state,
      authority: found.authorityId,
      workOrder: found.workOrderId,
      notAfter: found.notAfter,
      revokedAt,
      revocationReason: reason,
      certificate: found.der && toPem('CERTIFICATE', found.der),
    };
  }

  @Post(':fingerprint/revoke')
  @HttpCode(200)
  @Operation({
    summary: 'Revoke a certificate',
    description: "For good: the authority's next list names it within seconds, and each target is told. Reasons are those of RFC 5280 section 5.3.1. One that is revoked already takes one other reason, keyCompromise, which the next list tells; the key is never certified again, and whatever else it has is revoked.",
    answers: { 200: RevocationAnswer },
    refusals: ['certificate-unknown', 'already-revoked'],
  })
  @Roles('officer')
  @RepeatsByNature()
  async revoke(
    @Param('fingerprint', { schema: Fingerprint }) fingerprint: string,
    @Body({ schema: RevokeCertificate }) { reason }: RevokeCertificate,
    @CurrentCaller() caller: Caller,
  ) {
    const { serialNumber, authorityId, serial, revokedAt } = await this.revocation.revoke(caller.actor, fingerprint, reason);
    return { fingerprint, serialNumber, serial, authority: authorityId, state: 'revoked', reason, revokedAt };
  }
}
