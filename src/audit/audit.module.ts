import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';
import { LogFollower } from './log-follower.js';
import { Sequencer } from './sequencer.js';

@Module({ controllers: [AuditController], providers: [AuditLog, Sequencer, LogFollower], exports: [AuditLog, LogFollower] })
export class AuditModule {}
