import { Module } from '@nestjs/common';
import { UnitRepository } from './unit.repository.js';
import { WorkOrderRepository } from './work-order.repository.js';

@Module({ providers: [WorkOrderRepository, UnitRepository], exports: [WorkOrderRepository, UnitRepository] })
export class WorkOrdersModule {}
