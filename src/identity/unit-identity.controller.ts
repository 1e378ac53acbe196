import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/serial.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import { noCertificate } from './identity.errors.js';
import { type Identity, identityOf } from './identity.js';
import { CertificateIdentity } from './identity.schema.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('station', 'issuer', 'manager', 'operator', 'officer', 'auditor')
@Controller('v1/units')
export class UnitIdentityController {
  constructor(
    private readonly units: UnitRepository,
    private readonly certificates: CertificateRepository,
    private readonly authorities: AuthorityRepository,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
  ) {}

  @Get(':serial/identity')
  @Operation({
    summary: 'What a unit was given',
    description: 'Its valid certificate with chain, Thing, endpoints and roots, as when it was issued. Never a key; nothing of certificates that AWS signed. The end-of-line check compares a device with it.',
    answers: { 200: CertificateIdentity },
    refusals: ['serial-unknown', 'no-certificate', 'target-not-ready'],
  })
  async get(@Param('serial', { schema: Serial }) serial: string): Promise<Identity> {
    const unit = await this.units.getBySerial(serial);
    const live = await this.certificates.findLive(unit.id);
    if (live?.state !== 'valid' || live.der === null || live.fingerprint === null || live.authorityId === null) throw noCertificate(serial);
    const [workOrder, authority] = await Promise.all([this.orders.getTerms(unit.workOrderId), this.authorities.get(live.authorityId)]);
    const endpoints = await this.methods.endpoints(workOrder);
    const { der: certificate, fingerprint, notAfter } = live;
    return identityOf({ certificate, fingerprint, notAfter, authority: authority.id, chain: toPem('CERTIFICATE', authority.certificate), serial, endpoints });
  }
}
