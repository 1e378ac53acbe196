import { Module } from '@nestjs/common';
import { AllowedSerials } from './allowed-serials.js';
import { LeaseAbsence } from './lease-absence.js';
import { OrderConfirmations } from './order-confirmations.js';
import { ProductRepository } from './product.repository.js';
import { UnitRepository } from './unit.repository.js';
import { WorkOrderRepository } from './work-order.repository.js';

@Module({ providers: [AllowedSerials, WorkOrderRepository, OrderConfirmations, ProductRepository, UnitRepository, LeaseAbsence], exports: [AllowedSerials, WorkOrderRepository, OrderConfirmations, ProductRepository, UnitRepository, LeaseAbsence] })
export class WorkOrdersModule {}
