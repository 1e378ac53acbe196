import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { HsmModule } from '../hsm/hsm.module.js';
import { AuthorityKeys } from './authority-keys.js';
import { AuthorityRepository } from './authority.repository.js';
import { GenerationMaker } from './generation-maker.js';
import { GenerationRepository } from './generation.repository.js';
import { StrayKeys } from './stray-keys.js';
import { CertificateAuthorityService } from './certificate-authority.service.js';

@Module({
  imports: [HsmModule, AuditModule],
  providers: [AuthorityRepository, AuthorityKeys, CertificateAuthorityService, GenerationMaker, GenerationRepository, StrayKeys],
  exports: [AuthorityKeys, AuthorityRepository, CertificateAuthorityService, GenerationMaker, GenerationRepository, StrayKeys, HsmModule],
})
export class CertificateAuthorityModule {}
