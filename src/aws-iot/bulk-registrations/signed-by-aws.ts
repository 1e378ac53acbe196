import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import type { DeviceKey } from '../../issuance/device-key.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { fingerprint, readCertificate } from '../../x509/certificate.js';
import { fromPem } from '../../x509/pem.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { settingsOf } from '../methods/bulk-files.js';
import { csrLine } from '../methods/bulk-template.js';
import { arnOf } from '../methods/device-policy.js';
import { isOfOneUnit } from '../methods/unit-steps.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { type AskedUnit, BulkCsrRepository } from './bulk-csrs.repository.js';
import type { BulkRegistration } from './bulk-registrations.repository.js';
import type { BulkSigner, LineReport } from './bulk-signer.js';
import { readReportLine } from './task-report.js';

const logger = new Logger('SignedByAws');
/** A round ends before another worker may take the file over, and what is left comes with the next. */
const ROUND_MS = 60_000;
/** Units that are read from the ledger at once. */
const ASKED_AT_ONCE = 100;

/** Files of CSRs: what AWS has signed comes with the reports, and is taken over into the ledger. */
@Injectable()
export class SignedByAws implements BulkSigner {
  constructor(
    readonly rows: BulkCsrRepository,
    private readonly entitlements: AwsEntitlements,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
  ) {}

  /** The unit's CSR (PEM) is in a file from now on that is yet to be made, in each target of the order. The same again changes nothing. */
  async ask({ targets, parameters }: WorkOrderTerms, unitId: number, { spkiSha256 }: Pick<DeviceKey, 'spkiSha256'>, csr: string): Promise<void> {
    for (const name of targets) await this.rows.join(name, settingsOf(parameters, await this.targets.get(name)), unitId, spkiSha256, csr);
  }

  async *content({ id, template }: BulkRegistration, failedOnly = false): AsyncGenerator<string> {
    for await (const units of this.rows.pages(id, { failedOnly })) yield units.map((unit) => `${csrLine(template, unit)}\n`).join('');
  }

  async keep(target: Target, bulk: BulkRegistration, outcome: LineReport['outcome'], texts: readonly string[]): Promise<void> {
    if (outcome === 'failed') return this.rows.refused(bulk, texts.flatMap((text) => readReportLine(text, outcome) ?? []));
    let failure: unknown;
    for (const text of texts) {
      const signed = certificateIn(text);
      // What goes wrong with one of them holds up no other.
      if (signed) await this.takeOver(target, bulk, signed).catch((error: unknown) => (failure ??= error));
    }
    if (failure !== undefined) throw failure;
  }

  /** AWS has attached what it has signed to the Thing of its unit. A unit without it is sent again. */
  async askForRest(target: Target, bulk: BulkRegistration): Promise<boolean> {
    const until = performance.now() + ROUND_MS;
    for (;;) {
      const open = await this.rows.unanswered(bulk, ASKED_AT_ONCE);
      for (const unit of open) {
        if (performance.now() > until) return false;
        const why = await this.lookFor(target, bulk, unit).catch(wordsOfOneUnit);
        if (why !== undefined) await this.rows.refused(bulk, [{ outcome: 'failed', certificateId: null, line: unit.line, errorCode: null, reason: why }]);
      }
      if (open.length < ASKED_AT_ONCE) return true;
    }
  }

  /** Takes over what AWS has signed for the unit in the file, and for keys that it had before. Answers why there is none of the key in the file. */
  private async lookFor(target: Target, bulk: BulkRegistration, { serial, spkiSha256 }: AskedUnit): Promise<string | undefined> {
    const { certificates, things } = this.clients.for(target);
    let isFound = false;
    for (const id of await things.certificatesOf(serial)) {
      const signed = certificateIn((await certificates.find(id))?.pem ?? '');
      if (!signed) continue;
      const isOfFile = signed.spkiSha256.equals(spkiSha256);
      // What somebody else has attached stays as it is.
      if (isOfFile || (await this.rows.holderOf(signed.spki)) === serial) await this.takeOver(target, bulk, signed);
      isFound ||= isOfFile;
    }
    return isFound ? undefined : `No report tells of the unit, and AWS shows no certificate for its key at the Thing ${serial}`;
  }

  /** A certificate that the unit may not have is set REVOKED in AWS. That includes one whose unit stands in a later file since it brought another key: it is told by its key. */
  private async takeOver(target: Target, bulk: BulkRegistration, { der, spki, spkiSha256 }: SignedCertificate): Promise<void> {
    const row = await this.rows.ofKey(bulk, spkiSha256);
    const serial = row?.serial ?? (await this.rows.holderOf(spki));
    // No unit of ours ever had this key: somebody else has written into the file.
    if (serial === undefined) logger.warn({ event: 'bulk.certificate-of-nobody', target: target.name, bulkRegistration: bulk.id, certificateId: fingerprint(der) });
    const outcome = serial === undefined ? 'refused' : (await this.entitlements.import(target.name, serial, der)).outcome;
    if (outcome === 'refused') await this.keepOut(target, fingerprint(der), serial);
    // It may be the unit's own, which the ledger has lost: a manager confirms the order first.
    if (outcome === 'doubtful') logger.warn({ event: 'bulk.certificate-doubtful', target: target.name, bulkRegistration: bulk.id, unit: serial, certificateId: fingerprint(der) });
    if (row) await this.rows.signed(bulk, row.unitId);
  }

  /** For good. It is taken off the unit's Thing, which the unit's own certificate has to itself. */
  private async keepOut(target: Target, certificateId: string, serial: string | undefined): Promise<void> {
    const { certificates, things } = this.clients.for(target);
    await certificates.setStatus(certificateId, 'REVOKED');
    if (serial !== undefined) await things.detach(serial, arnOf(target, `cert/${certificateId}`));
  }
}

/** DER, with its key. */
interface SignedCertificate {
  der: Buffer;
  spki: Buffer;
  spkiSha256: Buffer;
}

/** Undefined where nothing that can be read stands in the text as PEM. */
function certificateIn(text: string): SignedCertificate | undefined {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text.replaceAll('\\n', '\n'))?.[0];
  if (pem === undefined) return undefined;
  try {
    const der = fromPem('CERTIFICATE', pem);
    const { spki } = readCertificate(der);
    return { der, spki, spkiSha256: hash('sha256', spki, 'buffer') };
  } catch {
    return undefined;
  }
}

/** Why a unit is sent again; throws what concerns all of them. */
function wordsOfOneUnit(error: unknown): string {
  if (!isOfOneUnit(error)) throw error;
  return error.message;
}
