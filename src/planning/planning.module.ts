import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { CanaryModule } from '../canary/canary.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { ProgrammingModule } from '../programming/programming.module.js';
import { StationsModule } from '../stations/stations.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { CanaryController } from './canary.controller.js';
import { CanaryReplay } from './canary-replay.js';
import { Confirmations } from './confirmations.js';
import { ConfirmationsController } from './confirmations.controller.js';
import { DailyReports } from './daily-reports.js';
import { OneHand } from './one-hand.js';
import { OrderBalanceQueries } from './order-balance.queries.js';
import { OrderPreflight } from './order-preflight.js';
import { OrderReferences } from './order-references.js';
import { OrderDifferences } from './order-differences.js';
import { OrderSerials } from './order-serials.js';
import { OrderReplay } from './order-replay.js';
import { OrderTransitions } from './order-transitions.js';
import { OrderUnitsController } from './order-units.controller.js';
import { OrderUnitsQueries } from './order-units.queries.js';
import { ProductReplay } from './product-replay.js';
import { ProductsController } from './products.controller.js';
import { ProductsService } from './products.service.js';
import { PlanningService } from './planning.service.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { ReconciliationQueries } from './reconciliation.queries.js';
import { SerialUploads } from './serial-uploads.js';
import { WorkOrdersController } from './work-orders.controller.js';

@Module({
  imports: [ProgrammingModule, StationsModule, CanaryModule, AwsIotModule, IssuanceModule, CertificateAuthorityModule, WorkOrdersModule, AuditModule],
  controllers: [WorkOrdersController, ConfirmationsController, ProductsController, CanaryController, ReconciliationController, OrderUnitsController],
  providers: [PlanningService, ProductsService, ProductReplay, OrderTransitions, Confirmations, OrderReplay, CanaryReplay, OrderReferences, OrderDifferences, OrderSerials, SerialUploads, OrderPreflight, OneHand, OrderBalanceQueries, OrderUnitsQueries, ReconciliationQueries, DailyReports],
})
export class PlanningModule {}
