import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import { fingerprint, readCertificate } from '../../x509/certificate.js';
import { fromPem } from '../../x509/pem.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { csrLine } from '../methods/bulk-template.js';
import { arnOf } from '../methods/device-policy.js';
import type { Target } from '../targets/targets.schema.js';
import { BulkCsrRepository } from './bulk-csrs.repository.js';
import type { BulkRegistration } from './bulk-registrations.repository.js';
import type { BulkSigner, LineReport } from './bulk-signer.js';
import { readReportLine } from './task-report.js';

const logger = new Logger('SignedByAws');

/** Files of CSRs: what AWS has signed comes with the reports, and is taken over into the ledger. */
@Injectable()
export class SignedByAws implements BulkSigner {
  constructor(
    readonly rows: BulkCsrRepository,
    private readonly entitlements: AwsEntitlements,
    private readonly clients: AwsIotClients,
  ) {}

  async *content({ id, template }: BulkRegistration, failedOnly = false): AsyncGenerator<string> {
    for await (const units of this.rows.pages(id, { failedOnly })) yield units.map((unit) => `${csrLine(template, unit)}\n`).join('');
  }

  async keep(target: Target, bulk: BulkRegistration, outcome: LineReport['outcome'], texts: readonly string[]): Promise<void> {
    if (outcome === 'failed') return this.rows.refused(bulk, texts.flatMap((text) => readReportLine(text, outcome) ?? []));
    for (const text of texts) {
      const der = certificateIn(text);
      if (der) await this.takeOver(target, bulk, der);
    }
  }

  /** A certificate that the unit may not have is set REVOKED in AWS. That includes one whose unit stands in a later file since it brought another key: it is told by its key. */
  private async takeOver(target: Target, bulk: BulkRegistration, der: Buffer): Promise<void> {
    const { spki } = readCertificate(der);
    const row = await this.rows.ofKey(bulk, hash('sha256', spki, 'buffer'));
    const serial = row?.serial ?? (await this.rows.holderOf(spki));
    // No unit of ours ever had this key: somebody else has written into the file.
    if (serial === undefined) logger.warn({ event: 'bulk.certificate-of-nobody', target: target.name, bulkRegistration: bulk.id, certificateId: fingerprint(der) });
    const outcome = serial === undefined ? 'refused' : (await this.entitlements.import(target.name, serial, der)).outcome;
    if (outcome === 'refused') await this.keepOut(target, fingerprint(der), serial);
    if (row) await this.rows.signed(bulk, row.unitId);
  }

  /** For good. It is taken off the unit's Thing, which the unit's own certificate has to itself. */
  private async keepOut(target: Target, certificateId: string, serial: string | undefined): Promise<void> {
    const { certificates, things } = this.clients.for(target);
    await certificates.setStatus(certificateId, 'REVOKED');
    if (serial !== undefined) await things.detach(serial, arnOf(target, `cert/${certificateId}`));
  }
}

/** DER. */
function certificateIn(text: string): Buffer | undefined {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text.replaceAll('\\n', '\n'))?.[0];
  if (pem === undefined) return undefined;
  try {
    return fromPem('CERTIFICATE', pem);
  } catch {
    return undefined;
  }
}
