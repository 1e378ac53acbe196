import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { Delivery } from './delivery.js';
import { Renewable } from './renewable.js';
import { RenewalBatchController } from './renewal-batch.controller.js';
import { RenewalDecisions } from './renewal-decisions.js';
import { RenewalKeeper } from './renewal-keeper.js';
import { RenewalProgress } from './renewal-progress.js';
import { RenewalStart } from './renewal-start.js';
import { RenewalRepository } from './renewal.repository.js';
import { RenewalService } from './renewal.service.js';
import { RenewalsController } from './renewals.controller.js';
import { Switchover } from './switchover.js';
import { TargetReadiness } from './target-readiness.js';
import { UnitRenewalsController } from './unit-renewals.controller.js';

@Module({
  imports: [IdentityModule, AwsIotModule, IssuanceModule, WorkOrdersModule, AuditModule],
  controllers: [RenewalBatchController, UnitRenewalsController, RenewalsController],
  providers: [RenewalRepository, TargetReadiness, Delivery, Renewable, RenewalStart, RenewalService, Switchover, RenewalProgress, RenewalDecisions, RenewalKeeper],
})
export class RenewalModule {}
