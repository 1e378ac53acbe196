import { BullBoardModule } from '@bull-board/nestjs';
import { Module } from '@nestjs/common';
import { AccessGuard } from '../access/access.guard.js';
import { AccessModule } from '../access/access.module.js';
import { ProgrammingModule } from '../programming/programming.module.js';
import { StationsModule } from '../stations/stations.module.js';
import { BOARD_ROUTE, guardedAdapter, QueueBoard } from './queue-board.js';
import { UnitsController } from './units.controller.js';
import { UnitsQueries } from './units.queries.js';

@Module({
  imports: [
    BullBoardModule.forRootAsync({
      imports: [AccessModule],
      inject: [AccessGuard],
      useFactory: (guard: AccessGuard) => ({
        route: BOARD_ROUTE,
        adapter: guardedAdapter(guard),
        boardOptions: { uiConfig: { boardTitle: 'Lineside queues' } },
      }),
    }),
    ProgrammingModule,
    StationsModule,
  ],
  controllers: [UnitsController],
  providers: [UnitsQueries, QueueBoard],
})
export class DashboardModule {}
