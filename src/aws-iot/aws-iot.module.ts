import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { AuthoritiesController } from './authorities.controller.js';
import { AwsIotClients } from './aws-iot-clients.js';
import { CaRegistration } from './ca-registration.js';
import { CallBudget } from './call-budget.js';
import { Endpoints } from './endpoints.js';
import { Reconciler } from './reconciler.js';
import { RegistrationRepository } from './registrations.repository.js';
import { RegistrationsController } from './registrations.controller.js';
import { RevocationsController } from './revocations.controller.js';
import { RotationService } from './rotation.service.js';
import { TargetRepository } from './targets.repository.js';
import { TargetsController } from './targets.controller.js';
import { UnitReconciler } from './unit-reconciler.js';
import { UnitRegistrationRepository } from './unit-registrations.repository.js';

@Module({
  imports: [CertificateAuthorityModule, IssuanceModule, WorkOrdersModule, AuditModule],
  controllers: [TargetsController, RegistrationsController, AuthoritiesController, RevocationsController],
  providers: [
    CallBudget, AwsIotClients, TargetRepository, RegistrationRepository, CaRegistration, Reconciler, RotationService,
    Endpoints, UnitRegistrationRepository, UnitReconciler,
  ],
  exports: [Endpoints, UnitRegistrationRepository, TargetRepository, RotationService],
})
export class AwsIotModule {}
