import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { UnitRepository } from './unit.repository.js';
import { WorkOrderRepository } from './work-order.repository.js';
import { WorkOrdersController } from './work-orders.controller.js';
import { WorkOrdersService } from './work-orders.service.js';

@Module({
  imports: [IssuanceModule, AuditModule],
  controllers: [WorkOrdersController],
  providers: [WorkOrderRepository, UnitRepository, WorkOrdersService],
  exports: [WorkOrderRepository, UnitRepository, WorkOrdersService],
})
export class WorkOrdersModule {}
