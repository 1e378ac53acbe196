import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { HsmModule } from '../hsm/hsm.module.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { Authentication } from './authentication.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { KeysController } from './keys.controller.js';
import { CallerLookup } from './caller-lookup.js';
import { KnownStations } from './known-stations.js';
import { RefusedCallers } from './refused-callers.js';
import { StationAccessRepository } from './station-access.repository.js';
import { StationAuthorities } from './station-authorities.js';
import { StationAuthorityRepository } from './station-authority.repository.js';
import { StationCertificateRepository } from './station-certificate.repository.js';
import { StationCertificates } from './station-certificates.js';

@Module({
  imports: [AuditModule, HsmModule],
  controllers: [KeysController],
  providers: [
    ApiKeyRepository,
    Authentication,
    CallerLookup,
    KnownStations,
    RefusedCallers,
    StationAccessRepository,
    StationAuthorities,
    StationAuthorityRepository,
    StationCertificateRepository,
    StationCertificates,
    IdempotencyRepository,
    IdempotencyRetention,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [Authentication, StationAccessRepository, StationCertificateRepository, StationCertificates],
})
export class AccessModule implements OnModuleInit {
  constructor(private readonly keys: ApiKeyRepository) {}

  async onModuleInit() {
    await this.keys.admitBootstrapKeys();
  }
}
