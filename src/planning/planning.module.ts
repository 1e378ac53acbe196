import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { ProgrammingModule } from '../programming/programming.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { PlanningService } from './planning.service.js';
import { WorkOrdersController } from './work-orders.controller.js';

@Module({
  imports: [ProgrammingModule, AwsIotModule, IssuanceModule, WorkOrdersModule, AuditModule],
  controllers: [WorkOrdersController],
  providers: [PlanningService],
})
export class PlanningModule {}
