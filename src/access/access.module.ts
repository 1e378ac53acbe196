import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { Authentication } from './authentication.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { KeysController } from './keys.controller.js';
import { RefusedCallers } from './refused-callers.js';

@Module({
  imports: [AuditModule],
  controllers: [KeysController],
  providers: [
    ApiKeyRepository,
    Authentication,
    RefusedCallers,
    IdempotencyRepository,
    IdempotencyRetention,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [Authentication],
})
export class AccessModule implements OnModuleInit {
  constructor(private readonly keys: ApiKeyRepository) {}

  async onModuleInit() {
    await this.keys.admitBootstrapKeys();
  }
}
