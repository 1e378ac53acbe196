import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { StationRepository } from './station.repository.js';
import { StationsController } from './stations.controller.js';

@Module({
  imports: [AuditModule],
  controllers: [StationsController],
  providers: [StationRepository],
  exports: [StationRepository],
})
export class StationsModule {}
