import { Module } from '@nestjs/common';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { AwsSigning } from './aws-signing.js';
import { BatchController } from './batch.controller.js';
import { CertificatesController } from './certificates.controller.js';
import { IdentityService } from './identity.service.js';
import { LineStreams } from './line-streams.js';
import { UnitIdentityController } from './unit-identity.controller.js';

@Module({
  imports: [AwsIotModule, CertificateAuthorityModule, IssuanceModule, WorkOrdersModule],
  // The batch's path is longer than the parameter of another route, so it comes first.
  controllers: [BatchController, CertificatesController, UnitIdentityController],
  providers: [AwsSigning, IdentityService, LineStreams],
  exports: [IdentityService, LineStreams],
})
export class IdentityModule {}
