import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { HsmModule } from '../hsm/hsm.module.js';
import { CertificateRepository } from './certificate.repository.js';
import { CertificatesController } from './certificates.controller.js';
import { CrlController } from './crl.controller.js';
import { CrlKeeper } from './crl-keeper.js';
import { CrlPublisher } from './crl-publisher.js';
import { CrlRepository } from './crl.repository.js';
import { CrlService } from './crl.service.js';
import { CrlSigner } from './crl-signer.js';
import { Drafters } from './drafters.js';
import { IssuanceService } from './issuance.service.js';
import { ReservationDesk } from './reservation-desk.js';
import { RevocationRepository } from './revocation.repository.js';
import { RevocationService } from './revocation.service.js';
import { ServiceKeyMaker } from './service-key.js';

@Module({
  imports: [CertificateAuthorityModule, HsmModule, AuditModule],
  controllers: [CertificatesController, CrlController],
  providers: [
    CertificateRepository, Drafters, ReservationDesk, IssuanceService, ServiceKeyMaker,
    RevocationRepository, RevocationService, CrlRepository, CrlSigner, CrlPublisher, CrlKeeper, CrlService,
  ],
  exports: [IssuanceService, Drafters, CertificateRepository, ServiceKeyMaker, RevocationService, CrlPublisher],
})
export class IssuanceModule {}
