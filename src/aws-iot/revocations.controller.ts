import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RevocationService } from '../issuance/revocation.service.js';
import { Roles } from '../platform/http/roles.js';
import { REVOCATION_REASONS, type RevocationReason } from '../x509/crl.js';
import { UnitRegistrationRepository } from './unit-registrations.repository.js';
import { Answers } from '../platform/http/answers.js';
import { RevocationAnswer } from './answers.schema.js';

const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the certificate, 64 lower-case hex digits');
const RevokeCertificate = z
  .object({ reason: z.enum(Object.keys(REVOCATION_REASONS) as [RevocationReason, ...RevocationReason[]]) })
  .strict()
  .meta({ id: 'RevokeCertificate' });
type RevokeCertificate = z.infer<typeof RevokeCertificate>;

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('officer')
@Controller('v1/certificates')
export class RevocationsController {
  constructor(
    private readonly revocation: RevocationService,
    private readonly registrations: UnitRegistrationRepository,
  ) {}

  /** For good: the authority's next list names it within seconds, and each target is told. Reasons are those of RFC 5280 section 5.3.1. */
  @Post(':fingerprint/revoke')
  @HttpCode(200)
  @Answers({ 200: RevocationAnswer })
  async revoke(
    @Param('fingerprint', { schema: Fingerprint }) fingerprint: string,
    @Body({ schema: RevokeCertificate }) { reason }: RevokeCertificate,
    @CurrentCaller() caller: Caller,
  ) {
    const { serialNumber, authorityId, serial, revokedAt } = await this.revocation.revoke(caller.actor, fingerprint, reason, (tx, { unitId }) =>
      this.registrations.revoke(tx, unitId, fingerprint));
    return { fingerprint, serialNumber, serial, authority: authorityId, state: 'revoked', reason, revokedAt };
  }
}
