import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { LedgerEpochs } from './ledger-epochs.js';
import { LogFollower } from './log-follower.js';
import { Sequencer } from './sequencer.js';
import { UnitEventLines } from './unit-event-lines.js';

@Module({ controllers: [AuditController], providers: [AuditLog, Sequencer, LogFollower, CheckpointKeeper, LedgerEpochs, UnitEventLines], exports: [AuditLog, LogFollower, LedgerEpochs] })
export class AuditModule {}
