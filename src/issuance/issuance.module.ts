import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { HsmModule } from '../hsm/hsm.module.js';
import { CertificateRepository } from './certificate.repository.js';
import { CertificatesController } from './certificates.controller.js';
import { Drafters } from './drafters.js';
import { IssuanceService } from './issuance.service.js';
import { ReservationDesk } from './reservation-desk.js';
import { ServiceKeyMaker } from './service-key.js';

@Module({
  imports: [CertificateAuthorityModule, HsmModule, AuditModule],
  controllers: [CertificatesController],
  providers: [CertificateRepository, Drafters, ReservationDesk, IssuanceService, ServiceKeyMaker],
  exports: [IssuanceService, Drafters, CertificateRepository, ServiceKeyMaker],
})
export class IssuanceModule {}
