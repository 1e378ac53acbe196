import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AwsIotModule } from '../aws-iot/aws-iot.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { IssuanceModule } from '../issuance/issuance.module.js';
import { StationsModule } from '../stations/stations.module.js';
import { WorkOrdersModule } from '../work-orders/work-orders.module.js';
import { AttachmentSweep } from './attachment-sweep.js';
import { AttachmentRepository } from './attachment.repository.js';
import { Attachments } from './attachments.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttemptRepository } from './attempt.repository.js';
import { Claims } from './claims.js';
import { DecisionReplay } from './decision-replay.js';
import { Endings } from './endings.js';
import { Evidence } from './evidence.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceQueries } from './evidence.queries.js';
import { Heartbeats } from './heartbeats.js';
import { Interlock } from './interlock.js';
import { JobCountsRepository } from './job-counts.repository.js';
import { JobRepository } from './job.repository.js';
import { LateReports } from './late-reports.js';
import { LeaseSweep } from './lease-sweep.js';
import { Leases } from './leases.js';
import { LineQueues } from './line-queues.js';
import { OrderJobs } from './order-jobs.js';
import { Passing } from './passing.js';
import { ProgrammingService } from './programming.service.js';
import { QueueListQueries } from './queue-list.queries.js';
import { QueueSampleRepository } from './queue-sample.repository.js';
import { QueueSamples } from './queue-samples.js';
import { QueueUpkeep } from './queue-upkeep.js';
import { QueuesController } from './queues.controller.js';
import { RecordRepository } from './record.repository.js';
import { Refusals } from './refusals.js';
import { ResultBatchController } from './result-batch.controller.js';
import { Results } from './results.js';
import { ShipmentController } from './shipment.controller.js';
import { SlotPlaces } from './slot-places.js';
import { StationController } from './station.controller.js';
import { ShipGates } from './ship-gates.js';
import { Shipments } from './shipments.js';
import { Unclaimable } from './unclaimable.js';
import { UnitDecisions } from './unit-decisions.js';
import { UnitDecisionsController } from './unit-decisions.controller.js';
import { UnitJobs } from './unit-jobs.js';
import { WaitingWithIdentity } from './waiting-with-identity.js';
import { WaitingJobsQueries } from './waiting-jobs.queries.js';
import { WaitingWorkRepository } from './waiting-work.repository.js';
import { WorkChangeReplay, WorkChanges } from './work-changes.js';
import { WorkChangesController } from './work-changes.controller.js';
import { WorkWakes } from './work-wakes.js';

@Module({
  imports: [AccessModule, StationsModule, IdentityModule, AwsIotModule, IssuanceModule, WorkOrdersModule, AuditModule],
  controllers: [WorkChangesController, StationController, QueuesController, ShipmentController, UnitDecisionsController, EvidenceController, ResultBatchController, AttachmentsController],
  providers: [
    JobRepository, AttemptRepository, RecordRepository, AttachmentRepository, Attachments, AttachmentSweep, Evidence, EvidenceQueries, JobCountsRepository, OrderJobs, UnitJobs, LineQueues, WorkWakes, WaitingJobsQueries, SlotPlaces, WaitingWorkRepository, WorkChanges, WorkChangeReplay, Interlock, Endings, LateReports, Refusals, Leases, Heartbeats, Unclaimable, Claims, ProgrammingService,
    Results, UnitDecisions, DecisionReplay, Shipments, ShipGates, LeaseSweep, QueueUpkeep, QueueListQueries, QueueSampleRepository, QueueSamples, WaitingWithIdentity, Passing,
  ],
  exports: [JobRepository, JobCountsRepository, OrderJobs, LineQueues, WaitingJobsQueries, EvidenceQueries],
})
export class ProgrammingModule {}
