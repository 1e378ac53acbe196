import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { AwsLoops } from './aws-loops.js';
import { AuthorityStanding } from './registrations/authority-standing.repository.js';
import { BulkCsrRepository } from './bulk-registrations/bulk-csrs.repository.js';
import { BulkLineRepository } from './bulk-registrations/bulk-lines.repository.js';
import { BulkReconciler } from './bulk-registrations/bulk-reconciler.js';
import { BulkRegistrationsController } from './bulk-registrations/bulk-registrations.controller.js';
import { BulkRegistrationRepository } from './bulk-registrations/bulk-registrations.repository.js';
import { BulkSigners } from './bulk-registrations/bulk-signers.js';
import { BulkWork } from './bulk-registrations/bulk-work.js';
import { SignedByAws } from './bulk-registrations/signed-by-aws.js';
import { SignedByHsm } from './bulk-registrations/signed-by-hsm.js';
import { AwsIotClients } from './clients/aws-iot-clients.js';
import { CallBudget } from './clients/call-budget.js';
import { ClaimKeeper } from './claims/claim-keeper.js';
import { ClaimReplay } from './claims/claim-replay.js';
import { FleetClaimsController } from './claims/fleet-claims.controller.js';
import { InstallerClaimsController } from './claims/installer-claims.controller.js';
import { InstallerClaims } from './claims/installer-claims.js';
import { FleetClaimRepository } from './claims/fleet-claims.repository.js';
import { FleetImports } from './methods/fleet-imports.js';
import { FleetStrangers } from './methods/fleet-strangers.js';
import { FleetUnitRepository } from './methods/fleet-units.repository.js';
import { HeldThingRepository } from './methods/held-things.repository.js';
import { AwaitedUnits } from './units/awaited-units.js';
import { Endpoints } from './targets/endpoints.js';
import { AwsIotLogReader } from './log-reader.js';
import { FirstConnectionSweep } from './units/first-connection-sweep.js';
import { FirstConnectionRepository } from './units/first-connections.repository.js';
import { FamilyTargetRepository } from './registrations/family-targets.repository.js';
import { BeyondOrders } from './methods/beyond-orders.js';
import { CertificateHolders } from './methods/certificate-holders.js';
import { METHODS, ProvisioningMethods } from './methods/methods.js';
import type { ProvisioningMethod } from './methods/provisioning-method.js';
import { BulkResources } from './methods/bulk-resources.js';
import { RegisteredCa } from './methods/registered-ca.js';
import { KeepingOut } from './methods/keeping-out.js';
import { MetDevices } from './methods/met-devices.js';
import { SuccessorSteps } from './methods/successor-steps.js';
import { UnitSteps } from './methods/unit-steps.js';
import { OrderMethods } from './order-methods.js';
import { PassedUnseenRepository } from './registrations/passed-unseen.repository.js';
import { SilentFamilies } from './registrations/silent-families.js';
import { StopLookRepository } from './registrations/stop-looks.repository.js';
import { StopWatch } from './registrations/stop-watch.js';
import { CloudStopRepository } from './registrations/cloud-stops.repository.js';
import { FreshVerdicts } from './registrations/fresh-verdicts.js';
import { KeepOutRepository } from './registrations/keep-outs.repository.js';
import { Reconciler } from './registrations/reconciler.js';
import { RegistrationPlans } from './registrations/registration-plans.repository.js';
import { RegistrationWork } from './registrations/registration-work.js';
import { RegistrationDecisions } from './registrations/registration-decisions.js';
import { RegistrationEvents } from './units/registration-events.js';
import { RegistrationRepository } from './registrations/registrations.repository.js';
import { RegistrationsController } from './registrations/registrations.controller.js';
import { TargetCheck } from './targets/target-check.js';
import { TargetCheckRepository } from './targets/target-checks.repository.js';
import { TargetChecker } from './targets/target-checker.js';
import { ResourcesController } from './registrations/resources.controller.js';
import { Activations } from './units/activations.js';
import { ResourceIntents } from './registrations/resource-intents.js';
import { TargetResourceRepository } from './registrations/target-resources.repository.js';
import { LeftOpenRepository } from './targets/left-open.repository.js';
import { TargetPermissions } from './targets/target-permissions.js';
import { TargetRepository } from './targets/targets.repository.js';
import { TargetsController } from './targets/targets.controller.js';
import { PlanReplay } from './registrations/plan-replay.js';
import { TargetReplay } from './targets/target-replay.js';
import { TargetsService } from './targets/targets.service.js';
import { CanaryRemoval } from './units/canary-removal.js';
import { LockOuts } from './units/lock-outs.js';
import { EventQueues } from './units/event-queues.js';
import { PresenceEvents } from './units/presence-events.js';
import { UntoldKeepOutRepository } from './units/untold-keep-outs.repository.js';
import { UnitChecksController } from './units/unit-checks.controller.js';
import { UnitExpectationRepository } from './units/unit-expectations.repository.js';
import { CertificatePlaces } from './units/certificate-places.repository.js';
import { LoggedUnits } from './units/logged-units.js';
import { UnitChecks } from './units/unit-checks.js';
import { UnitLooks } from './units/unit-looks.js';
import { UnitLookRepository } from './units/unit-looks.repository.js';
import { BeyondOrderRepository } from './units/beyond-orders.repository.js';
import { UnitChangeRepository } from './units/unit-changes.repository.js';
import { UnitChanges } from './units/unit-changes.js';
import { UnitReconciler } from './units/unit-reconciler.js';
import { UnitRegistrationRepository } from './units/unit-registrations.repository.js';
import { UnitSampler } from './units/unit-sampler.js';
import { UnitWays } from './units/unit-ways.js';
import { UnmetUnitRepository } from './units/unmet-units.repository.js';

@Module({
  imports: [IssuanceModule, CertificateAuthorityModule, WorkOrdersModule, AuditModule],
  controllers: [BulkRegistrationsController, TargetsController, RegistrationsController, ResourcesController, UnitChecksController, FleetClaimsController, InstallerClaimsController],
  providers: [
    UntoldKeepOutRepository, LeftOpenRepository, PassedUnseenRepository, StopLookRepository, StopWatch, PresenceEvents, RegistrationEvents, EventQueues,
    TargetPermissions,
    CallBudget, AwsIotClients, AwsLoops, TargetRepository, TargetsService, TargetReplay, PlanReplay, Endpoints, CertificateHolders, UnitSteps, SuccessorSteps, MetDevices, KeepingOut, RegisteredCa, BulkResources, BulkRegistrationRepository, BulkLineRepository, BulkCsrRepository, SignedByHsm, SignedByAws, BulkSigners, FamilyTargetRepository, OrderMethods,
    ...METHODS, { provide: ProvisioningMethods, useFactory: (endpoints: Endpoints, ...methods: ProvisioningMethod[]) => new ProvisioningMethods(methods, endpoints), inject: [Endpoints, ...METHODS] },
    AuthorityStanding, RegistrationPlans, RegistrationRepository, ResourceIntents, Activations, TargetResourceRepository, KeepOutRepository, CloudStopRepository, LockOuts, UnmetUnitRepository, RegistrationWork, RegistrationDecisions, Reconciler, SilentFamilies, FreshVerdicts, TargetCheck, TargetCheckRepository, TargetChecker, UnitExpectationRepository, LoggedUnits, UnitRegistrationRepository, BeyondOrderRepository, BeyondOrders, UnitChangeRepository, UnitChanges, UnitReconciler, CanaryRemoval,
    FleetClaimRepository, ClaimKeeper, ClaimReplay, InstallerClaims, FleetUnitRepository, HeldThingRepository, FleetStrangers, FleetImports, AwaitedUnits, CertificatePlaces, FirstConnectionRepository, FirstConnectionSweep, UnitLookRepository, UnitLooks, UnitWays, UnitChecks, UnitSampler, BulkWork, BulkReconciler, AwsIotLogReader,
  ],
  exports: [AwsIotClients, UnitSteps, CertificatePlaces, UnitExpectationRepository, AuthorityStanding, CloudStopRepository, LockOuts, UnitLooks, UnitLookRepository, ProvisioningMethods, OrderMethods, Reconciler, FreshVerdicts, RegistrationPlans, RegistrationRepository, TargetRepository],
})
export class AwsIotModule {}
