import { Injectable } from '@nestjs/common';
import type { Ledger } from '../platform/database/database.js';
import { AttachmentRepository } from './attachment.repository.js';
import type { NamedAttachment } from './job.tables.js';
import { RecordRepository } from './record.repository.js';
import type { TestRecord } from './test-record.js';

/** What a report brings besides its own row. */
export interface Brought {
  record?: TestRecord | undefined;
  attachments?: readonly NamedAttachment[] | undefined;
}

/** Keeps what comes with a report, in its transaction, whether the report decides or is evidence only. */
@Injectable()
export class Evidence {
  constructor(
    private readonly records: RecordRepository,
    private readonly attachments: AttachmentRepository,
  ) {}

  async keep(tx: Ledger, { jobId, fence }: { jobId: number; fence: number }, { record, attachments = [] }: Brought): Promise<void> {
    if (record) await this.records.keep(tx, jobId, fence, record);
    await this.attachments.name(tx, jobId, attachments);
  }
}
