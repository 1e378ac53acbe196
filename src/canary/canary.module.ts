import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { CanaryEnding } from './canary-ending.js';
import { CanaryFindings } from './canary-findings.js';
import { CanaryRunner } from './canary-runner.js';
import { CanaryTrial } from './canary-trial.js';
import { CanaryUnits } from './canary-units.js';
import { CanaryRepository } from './canary.repository.js';
import { CanaryService } from './canary.service.js';

@Module({
  imports: [AwsIotModule, IssuanceModule, CertificateAuthorityModule, WorkOrdersModule, AuditModule],
  providers: [CanaryRepository, CanaryEnding, CanaryUnits, CanaryTrial, CanaryRunner, CanaryFindings, CanaryService],
  exports: [CanaryService, CanaryFindings],
})
export class CanaryModule {}
