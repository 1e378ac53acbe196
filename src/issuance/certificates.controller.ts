import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { toPem } from '../x509/pem.js';
import { CertificateRepository } from './certificate.repository.js';
import { RevocationRepository } from './revocation.repository.js';
import { Answers, pageOf, Time } from '../platform/http/answers.js';

const CertificatesQuery = PageQuery.extend({ serial: z.string().max(128).optional(), unit: z.string().max(128).optional(), authority: z.string().max(128).optional() });
type CertificatesQuery = z.infer<typeof CertificatesQuery>;

const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the certificate, 64 lower-case hex digits');

const State = z.enum(['reserved', 'valid', 'revoked', 'abandoned']);
const Listed = z.strictObject({
  serialNumber: z.string(), serial: z.string(), authority: z.string(), state: State, fingerprint: z.string().nullable(), notBefore: Time, notAfter: Time, workOrder: z.string(),
});
const Shown = Listed.omit({ serial: true, notBefore: true }).extend({ revokedAt: Time.nullable(), revocationReason: z.string().nullable(), certificate: z.string().nullable() });

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor', 'issuer')
@Controller('v1/certificates')
export class CertificatesController {
  constructor(
    private readonly certificates: CertificateRepository,
    private readonly revocations: RevocationRepository,
  ) {}

  /** `serial` and `unit` both name the unit's serial. */
  @Get()
  @Answers({ 200: pageOf(Listed) })
  async list(@Query({ schema: CertificatesQuery }) query: CertificatesQuery) {
    const { limit, cursor, authority } = query;
    const rows = await this.certificates.list({ unitSerial: query.serial ?? query.unit, authority, after: cursor, limit: limit + 1 });
    return page(rows, limit, (row) => row.serialNumber);
  }

  @Get(':fingerprint')
  @Answers({ 200: Shown })
  async get(@Param('fingerprint', { schema: Fingerprint }) fingerprint: string) {
    const found = await this.certificates.getByFingerprint(fingerprint);
    const { revokedAt, reason } = await this.revocations.get(fingerprint);
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
}
