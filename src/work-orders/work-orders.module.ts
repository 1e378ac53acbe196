import { Module } from '@nestjs/common';
import { LeaseAbsence } from './lease-absence.js';
import { ProductRepository } from './product.repository.js';
import { UnitRepository } from './unit.repository.js';
import { WorkOrderRepository } from './work-order.repository.js';

@Module({ providers: [WorkOrderRepository, ProductRepository, UnitRepository, LeaseAbsence], exports: [WorkOrderRepository, ProductRepository, UnitRepository, LeaseAbsence] })
export class WorkOrdersModule {}
