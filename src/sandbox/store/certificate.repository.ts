import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import type { CertificateMode } from './ca-certificate.repository.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'PENDING_ACTIVATION';

export interface DeviceCertificate {
  account: string;
  id: string;
  pem: string;
  caId: string | undefined;
  status: CertificateStatus;
  mode: CertificateMode;
  createdAt: Date;
  modifiedAt: Date;
  version: number;
  generationId: string;
  notBefore: Date;
  notAfter: Date;
  /** Why the last just-in-time provisioning of it failed. */
  provisioningFailure: string | undefined;
}

/** The device certificates that accounts know. */
export class CertificateRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, certificate: Certificate, given: Pick<DeviceCertificate, 'status' | 'mode' | 'caId'>): void {
    const now = Date.now();
    this.database.run(
      `INSERT INTO certificate (account, region, id, pem, ca_id, status, mode, created_at, modified_at, version, generation_id,
         not_before, not_after) VALUES (?,?,?,?,?,?,?,?,?,1,?,?,?)`,
      account.key,
      account.region,
      certificate.id,
      certificate.pem,
      given.caId ?? null,
      given.status,
      given.mode,
      now,
      now,
      randomUUID(),
      +certificate.notBefore,
      +certificate.notAfter,
    );
  }

  find(account: Account, id: string): DeviceCertificate | undefined {
    const row = this.database.first('SELECT * FROM certificate WHERE account = ? AND id = ?', account.key, id);
    return row && read(row);
  }

  /** The certificate in every account and region that knows it. */
  everywhere(id: string): DeviceCertificate[] {
    return this.database.all('SELECT * FROM certificate WHERE id = ?', id).map(read);
  }

  elsewhereInRegion(account: Account, id: string): DeviceCertificate[] {
    return this.database
      .all('SELECT * FROM certificate WHERE id = ? AND region = ? AND account <> ?', id, account.region, account.key)
      .map(read);
  }

  setStatus(certificate: DeviceCertificate, status: CertificateStatus): void {
    this.database.run(
      `UPDATE certificate SET status = ?, modified_at = ?, version = version + 1, provisioning_failure = NULL WHERE account = ? AND id = ?`,
      status,
      Date.now(),
      certificate.account,
      certificate.id,
    );
  }

  keepProvisioningFailure(account: Account, id: string, reason: string): void {
    this.database.run('UPDATE certificate SET provisioning_failure = ? WHERE account = ? AND id = ?', reason, account.key, id);
  }

  /** What just-in-time provisioning could not do, in all accounts. */
  provisioningFailures(): { account: string; certificateId: string; reason: string }[] {
    return this.database
      .all('SELECT account, id, provisioning_failure FROM certificate WHERE provisioning_failure IS NOT NULL ORDER BY seq')
      .map((row) => ({ account: text(row, 'account'), certificateId: text(row, 'id'), reason: text(row, 'provisioning_failure') }));
  }

  remove(certificate: DeviceCertificate): void {
    this.database.run('DELETE FROM certificate WHERE account = ? AND id = ?', certificate.account, certificate.id);
  }

  page(account: Account, caId: string | undefined, request: PageRequest): Page<DeviceCertificate> {
    const table = 'certificate';
    if (caId === undefined) return readPage(this.database, { table, where: 'account = ?', values: [account.key] }, request, read);
    return readPage(this.database, { table, where: 'account = ? AND ca_id = ?', values: [account.key, caId] }, request, read);
  }
}

function read(row: Row): DeviceCertificate {
  return {
    account: text(row, 'account'),
    id: text(row, 'id'),
    pem: text(row, 'pem'),
    caId: textOrNone(row, 'ca_id'),
    status: text(row, 'status') as CertificateStatus,
    mode: text(row, 'mode') as CertificateMode,
    createdAt: date(row, 'created_at'),
    modifiedAt: date(row, 'modified_at'),
    version: number(row, 'version'),
    generationId: text(row, 'generation_id'),
    notBefore: date(row, 'not_before'),
    notAfter: date(row, 'not_after'),
    provisioningFailure: textOrNone(row, 'provisioning_failure'),
  };
}
