import { Injectable, Logger } from '@nestjs/common';
import { inputLine } from '../methods/bulk-template.js';
import type { Target } from '../targets/targets.schema.js';
import { BulkLineRepository } from './bulk-lines.repository.js';
import type { BulkRegistration } from './bulk-registrations.repository.js';
import type { BulkSigner, LineReport } from './bulk-signer.js';
import { readReportLine } from './task-report.js';

const logger = new Logger('SignedByHsm');

/** Files of units that have their certificates; whatever the reports say, each unit is looked at in AWS afterwards. */
@Injectable()
export class SignedByHsm implements BulkSigner {
  constructor(readonly rows: BulkLineRepository) {}

  async *content({ id, template }: BulkRegistration, failedOnly = false): AsyncGenerator<string> {
    for await (const units of this.rows.pages(id, { failedOnly })) yield units.map((unit) => `${inputLine(template, unit)}\n`).join('');
  }

  async keep(target: Target, { id }: BulkRegistration, outcome: LineReport['outcome'], texts: readonly string[]): Promise<void> {
    const reports = texts.map((text) => readReportLine(text, outcome));
    for (const [at, report] of reports.entries()) {
      if (!report) logger.warn({ event: 'bulk.report-line-unknown', target: target.name, bulkRegistration: id, outcome, line: texts[at]!.slice(0, 200) });
    }
    await this.rows.report(id, reports.filter((report) => report !== undefined));
  }

  askForRest(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
