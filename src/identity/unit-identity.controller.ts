import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/serial.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { noCertificate } from './identity.errors.js';
import type { Identity } from './identity.js';
import { CertificateIdentity } from './identity.schema.js';
import { IdentityService } from './identity.service.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('station', 'issuer', 'manager', 'operator', 'officer', 'auditor')
@Controller('v1/units')
export class UnitIdentityController {
  constructor(
    private readonly units: UnitRepository,
    private readonly certificates: CertificateRepository,
    private readonly identities: IdentityService,
  ) {}

  @Get(':serial/identity')
  @Operation({
    summary: 'What a unit was given',
    description: 'Its valid certificate with chain, Thing, endpoints and roots, as when it was issued. Never a key. Of a certificate that AWS signed there is no chain, and `authority` is `aws`. The end-of-line check compares a device with it.',
    answers: { 200: CertificateIdentity },
    refusals: ['serial-unknown', 'no-certificate', 'target-not-ready'],
  })
  async get(@Param('serial', { schema: Serial }) serial: string): Promise<Identity> {
    const unit = await this.units.getBySerial(serial);
    const live = await this.certificates.findLive(unit.id);
    if (live?.state !== 'valid') throw noCertificate(serial);
    return this.identities.describe(serial, live);
  }
}
