import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AssignedWork } from './assigned-work.js';
import { Paces } from './pace.js';
import { PauseReplay, PausesController } from './pauses.controller.js';
import { Pauses } from './pauses.js';
import { EnrolmentController } from './enrolment.controller.js';
import { EnrolmentRepository } from './enrolment.repository.js';
import { Enrolments } from './enrolments.js';
import { StationAccessController } from './station-access.controller.js';
import { StationAccessReplay, StationGates } from './station-gates.js';
import { SessionController } from './session.controller.js';
import { SessionRepository } from './session.repository.js';
import { Sessions } from './sessions.js';
import { StationRepository } from './station.repository.js';
import { LineReplay, StationReplay, StationsController } from './stations.controller.js';

@Module({
  imports: [AuditModule, AccessModule],
  controllers: [StationsController, PausesController, EnrolmentController, StationAccessController, SessionController],
  providers: [AssignedWork, StationRepository, Paces, StationReplay, LineReplay, Pauses, PauseReplay, EnrolmentRepository, Enrolments, StationGates, StationAccessReplay, SessionRepository, Sessions],
  exports: [AssignedWork, StationRepository, Paces, Pauses],
})
export class StationsModule {}
