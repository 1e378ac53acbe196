import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { AuthorityStanding } from './authority-standing.repository.js';
import { AwsIotClients } from './clients/aws-iot-clients.js';
import { CallBudget } from './clients/call-budget.js';
import { Endpoints } from './endpoints.js';
import { AwsIotLogReader } from './log-reader.js';
import { FirstConnectionSweep } from './first-connection-sweep.js';
import { FirstConnectionRepository } from './first-connections.repository.js';
import { FamilyTargetRepository } from './family-targets.repository.js';
import { CertificateHolders } from './methods/certificate-holders.js';
import { METHODS, ProvisioningMethods } from './methods/methods.js';
import type { ProvisioningMethod } from './methods/provisioning-method.js';
import { MetDevices } from './methods/met-devices.js';
import { UnitSteps } from './methods/unit-steps.js';
import { OrderMethods } from './order-methods.js';
import { KeepOutRepository } from './keep-outs.repository.js';
import { Reconciler } from './reconciler.js';
import { RegistrationWork } from './registration-work.js';
import { RegistrationDecisions } from './registration-decisions.js';
import { RegistrationEvents } from './registration-events.js';
import { RegistrationRepository } from './registrations.repository.js';
import { RegistrationsController } from './registrations.controller.js';
import { TargetCheck } from './target-check.js';
import { TargetCheckRepository } from './target-checks.repository.js';
import { TargetChecker } from './target-checker.js';
import { ResourcesController } from './resources.controller.js';
import { TargetResourceRepository } from './target-resources.repository.js';
import { TargetRepository } from './targets.repository.js';
import { TargetsController } from './targets.controller.js';
import { TargetsService } from './targets.service.js';
import { UnitChecksController } from './unit-checks.controller.js';
import { UnitExpectationRepository } from './unit-expectations.repository.js';
import { UnitLooks } from './unit-looks.js';
import { UnitLookRepository } from './unit-looks.repository.js';
import { UnitReconciler } from './unit-reconciler.js';
import { UnitRegistrationRepository } from './unit-registrations.repository.js';
import { UnitSampler } from './unit-sampler.js';

@Module({
  imports: [IssuanceModule, CertificateAuthorityModule, WorkOrdersModule, AuditModule],
  controllers: [TargetsController, RegistrationsController, ResourcesController, UnitChecksController],
  providers: [
    CallBudget, AwsIotClients, TargetRepository, TargetsService, Endpoints, CertificateHolders, UnitSteps, MetDevices, RegistrationEvents, FamilyTargetRepository, OrderMethods,
    ...METHODS, { provide: ProvisioningMethods, useFactory: (...methods: ProvisioningMethod[]) => new ProvisioningMethods(methods), inject: [...METHODS] },
    AuthorityStanding, RegistrationRepository, TargetResourceRepository, KeepOutRepository, RegistrationWork, RegistrationDecisions, Reconciler, TargetCheck, TargetCheckRepository, TargetChecker, UnitExpectationRepository, UnitRegistrationRepository, UnitReconciler,
    FirstConnectionRepository, FirstConnectionSweep, UnitLookRepository, UnitLooks, UnitSampler, AwsIotLogReader,
  ],
  exports: [AuthorityStanding, UnitLooks, UnitLookRepository, ProvisioningMethods, OrderMethods, Reconciler, RegistrationRepository, TargetRepository],
})
export class AwsIotModule {}
