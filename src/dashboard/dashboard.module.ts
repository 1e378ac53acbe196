import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { ProgrammingModule } from '../programming/programming.module.js';
import { StationsModule } from '../stations/stations.module.js';
import { JobsQueries } from './jobs.queries.js';
import { LedgerMetrics } from './ledger-metrics.js';
import { QueueBoard } from './queue-board.js';
import { UnitsController } from './units.controller.js';
import { UnitsQueries } from './units.queries.js';

@Module({
  imports: [ProgrammingModule, StationsModule, AccessModule],
  controllers: [UnitsController],
  providers: [JobsQueries, UnitsQueries, QueueBoard, LedgerMetrics],
})
export class DashboardModule {}
