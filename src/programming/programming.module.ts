import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { StationsModule } from '../stations/stations.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { BatchController } from './batch.controller.js';
import { Conveyor } from './conveyor.js';
import { DirectIssueService } from './direct-issue.service.js';
import { IdentityService } from './identity.service.js';
import { IssueController } from './issue.controller.js';
import { JobAnswers } from './job-answers.js';
import { JobRepository } from './job.repository.js';
import { LeaseService } from './lease.service.js';
import { LineKeeper } from './line-keeper.js';
import { ProgrammingService } from './programming.service.js';
import { ProvisioningService } from './provisioning.service.js';
import { QueueService } from './queue.service.js';
import { QueuesController } from './queues.controller.js';
import { ReleaseController } from './release.controller.js';
import { ResultService } from './result.service.js';
import { StationController } from './station.controller.js';

@Module({
  imports: [StationsModule, AwsIotModule, WorkOrdersModule, IssuanceModule, AuditModule],
  controllers: [StationController, ReleaseController, QueuesController, IssueController, BatchController],
  providers: [
    JobRepository, Conveyor, LeaseService, ProvisioningService, IdentityService, ProgrammingService, ResultService, DirectIssueService,
    QueueService, JobAnswers, LineKeeper,
  ],
  exports: [Conveyor, JobRepository],
})
export class ProgrammingModule {}
