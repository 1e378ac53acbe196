import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CertificateAuthorityModule } from '../certificate-authority/certificate-authority.module.js';
import { HsmModule } from '../hsm/hsm.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { AwsEntitlementRepository } from './aws-entitlement.repository.js';
import { AwsEntitlements } from './aws-entitlements.js';
import { CertificateRepository } from './certificate.repository.js';
import { DeviceKeys } from './device-key.js';
import { CrlKeeper } from './crl-keeper.js';
import { CrlPublisher } from './crl-publisher.js';
import { CrlRepository } from './crl.repository.js';
import { CrlService } from './crl.service.js';
import { FailoverAcceptance } from './failover-acceptance.js';
import { LedgerAcceptance } from './ledger-acceptance.js';
import { LeftBehindReservations } from './left-behind.js';
import { Profiles } from './profiles.js';
import { IssuanceService } from './issuance.service.js';
import { Reservations } from './reservations.js';
import { RevocationService } from './revocation.service.js';
import { DoublyUsedKeys } from './doubly-used-keys.js';
import { ServiceKeyMaker } from './service-key.js';
import { SuccessorRepository } from './successor.repository.js';
import { Successors } from './successors.js';
import { Verdicts } from './verdicts.js';

@Module({
  imports: [CertificateAuthorityModule, WorkOrdersModule, HsmModule, AuditModule],
  providers: [
    CertificateRepository, Profiles, Reservations, IssuanceService, LeftBehindReservations, DoublyUsedKeys, DeviceKeys, ServiceKeyMaker,
    AwsEntitlementRepository, AwsEntitlements, RevocationService, Verdicts, CrlRepository, CrlPublisher, CrlKeeper, CrlService, LedgerAcceptance, FailoverAcceptance, SuccessorRepository, Successors,
  ],
  exports: [IssuanceService, AwsEntitlements, Profiles, CertificateRepository, DeviceKeys, ServiceKeyMaker, RevocationService, Verdicts, CrlPublisher, CrlService, SuccessorRepository, Successors],
})
export class IssuanceModule {}
