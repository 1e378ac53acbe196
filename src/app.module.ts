import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AwsIotModule } from './aws-iot/aws-iot.module.js';
import { CanaryModule } from './canary/canary.module.js';
import { CertificateAuthorityModule } from './certificate-authority/certificate-authority.module.js';
import type { Config } from './config/config.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { HsmModule } from './hsm/hsm.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { IssuanceModule } from './issuance/issuance.module.js';
import { PlanningModule } from './planning/planning.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { ProgrammingModule } from './programming/programming.module.js';
import { RenewalModule } from './renewal/renewal.module.js';
import { RotationModule } from './rotation/rotation.module.js';
import { StationsModule } from './stations/stations.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WorkOrdersModule } from './work-orders/work-orders.module.js';

/** All there is, from what managers see down to what everything stands on. */
@Module({})
export class AppModule {
  static for(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DashboardModule,
        WebhooksModule,
        PlanningModule,
        ProgrammingModule,
        StationsModule,
        RenewalModule,
        IdentityModule,
        RotationModule,
        CanaryModule,
        AwsIotModule,
        IssuanceModule,
        CertificateAuthorityModule,
        WorkOrdersModule,
        AccessModule,
        AuditModule,
        HsmModule,
        PlatformModule.for(config),
      ],
    };
  }
}
