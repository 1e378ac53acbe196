import { Module } from '@nestjs/common';
import { LeaseAbsence } from './lease-absence.js';
import { OrderConfirmations } from './order-confirmations.js';
import { ProductRepository } from './product.repository.js';
import { UnitRepository } from './unit.repository.js';
import { WorkOrderRepository } from './work-order.repository.js';

@Module({ providers: [WorkOrderRepository, OrderConfirmations, ProductRepository, UnitRepository, LeaseAbsence], exports: [WorkOrderRepository, OrderConfirmations, ProductRepository, UnitRepository, LeaseAbsence] })
export class WorkOrdersModule {}
