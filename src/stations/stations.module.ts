import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PauseReplay, PausesController } from './pauses.controller.js';
import { Pauses } from './pauses.js';
import { StationRepository } from './station.repository.js';
import { StationsController } from './stations.controller.js';

@Module({
  imports: [AuditModule],
  controllers: [StationsController, PausesController],
  providers: [StationRepository, Pauses, PauseReplay],
  exports: [StationRepository, Pauses],
})
export class StationsModule {}
