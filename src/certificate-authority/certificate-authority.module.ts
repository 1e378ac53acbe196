import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { HsmModule } from '../hsm/hsm.module.js';
import { AuthorityKeys } from './authority-keys.js';
import { AuthorityRepository } from './authority.repository.js';
import { CertificateAuthorityService } from './certificate-authority.service.js';

@Module({
  imports: [HsmModule, AuditModule],
  providers: [AuthorityRepository, AuthorityKeys, CertificateAuthorityService],
  exports: [AuthorityRepository, CertificateAuthorityService],
})
export class CertificateAuthorityModule {}
