import { Module } from '@nestjs/common';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { AuthoritiesController } from './authorities.controller.js';
import { AuthorityDescriptions } from './authority-descriptions.js';
import { AuthorityMaking } from './authority-making.js';
import { AuthorityReplay, MakingReplay } from './authority-replays.js';
import { AuthorityStops } from './authority-stops.js';
import { AuthorityOperationsController } from './authority-operations.controller.js';
import { HsmController } from './hsm.controller.js';
import { CrlController } from './crl.controller.js';
import { RotationService } from './rotation.service.js';

@Module({
  imports: [AwsIotModule, CertificateAuthorityModule, IssuanceModule],
  controllers: [AuthorityOperationsController, AuthoritiesController, HsmController, CrlController],
  providers: [RotationService, AuthorityStops, AuthorityMaking, AuthorityDescriptions, AuthorityReplay, MakingReplay],
  exports: [RotationService],
})
export class RotationModule {}
