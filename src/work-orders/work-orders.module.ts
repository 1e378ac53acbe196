import { Module } from '@nestjs/common';
import { LeaseAbsence } from './lease-absence.js';
import { UnitRepository } from './unit.repository.js';
import { WorkOrderRepository } from './work-order.repository.js';

@Module({ providers: [WorkOrderRepository, UnitRepository, LeaseAbsence], exports: [WorkOrderRepository, UnitRepository, LeaseAbsence] })
export class WorkOrdersModule {}
