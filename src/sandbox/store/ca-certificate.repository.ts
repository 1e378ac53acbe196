import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { Certificate } from '../certificates/x509-certificate.js';
import { fromPem } from '../../x509/pem.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export type CertificateMode = 'DEFAULT' | 'SNI_ONLY';
export type CaStatus = 'ACTIVE' | 'INACTIVE';
export type AutoRegistration = 'ENABLE' | 'DISABLE';

export interface RegistrationConfig {
  templateName?: string | undefined;
  templateBody?: string | undefined;
  roleArn?: string | undefined;
}

export interface CaCertificate {
  account: string;
  id: string;
  pem: string;
  status: CaStatus;
  autoRegistration: AutoRegistration;
  mode: CertificateMode;
  registrationConfig: RegistrationConfig | undefined;
  createdAt: Date;
  modifiedAt: Date;
  version: number;
  generationId: string;
  notBefore: Date;
  notAfter: Date;
}

/** The CA certificates that accounts have registered. */
export class CaCertificateRepository {
  constructor(private readonly database: Database) {}

  add(
    account: Account,
    certificate: Certificate,
    given: Pick<CaCertificate, 'status' | 'autoRegistration' | 'mode' | 'registrationConfig'>,
  ): void {
    const now = Date.now();
    this.database.run(
      `INSERT INTO ca_certificate (account, region, id, pem, subject, status, auto_registration, mode, registration_config,
         created_at, modified_at, version, generation_id, not_before, not_after) VALUES (?,?,?,?,?,?,?,?,?,?,?,1,?,?,?)`,
      account.key,
      account.region,
      certificate.id,
      certificate.pem,
      certificate.subjectDer.toString('hex'),
      given.status,
      given.autoRegistration,
      given.mode,
      given.registrationConfig === undefined ? null : JSON.stringify(given.registrationConfig),
      now,
      now,
      randomUUID(),
      +certificate.notBefore,
      +certificate.notAfter,
    );
  }

  find(account: Account, id: string): CaCertificate | undefined {
    const row = this.database.first('SELECT * FROM ca_certificate WHERE account = ? AND id = ?', account.key, id);
    return row && read(row);
  }

  withSubject(account: Account, subjectDer: Buffer): CaCertificate[] {
    const subject = subjectDer.toString('hex');
    return this.database.all('SELECT * FROM ca_certificate WHERE account = ? AND subject = ? ORDER BY seq', account.key, subject).map(read);
  }

  /** The same CA in the other accounts of the region. */
  elsewhereInRegion(account: Account, id: string): CaCertificate[] {
    return this.database
      .all('SELECT * FROM ca_certificate WHERE region = ? AND id = ? AND account <> ?', account.region, id, account.key)
      .map(read);
  }

  usingTemplate(account: Account, templateName: string): CaCertificate[] {
    return this.database
      .all(`SELECT * FROM ca_certificate WHERE account = ? AND registration_config ->> 'templateName' = ?`, account.key, templateName)
      .map(read);
  }

  update(ca: CaCertificate, change: Partial<Pick<CaCertificate, 'status' | 'autoRegistration' | 'registrationConfig'>>): void {
    const next = { ...ca, ...change };
    this.database.run(
      `UPDATE ca_certificate SET status = ?, auto_registration = ?, registration_config = ?, modified_at = ?, version = version + 1
       WHERE account = ? AND id = ?`,
      next.status,
      next.autoRegistration,
      next.registrationConfig === undefined ? null : JSON.stringify(next.registrationConfig),
      Date.now(),
      ca.account,
      ca.id,
    );
  }

  remove(ca: CaCertificate): void {
    this.database.run('DELETE FROM ca_certificate WHERE account = ? AND id = ?', ca.account, ca.id);
  }

  page(account: Account, templateName: string | undefined, request: PageRequest): Page<CaCertificate> {
    const table = 'ca_certificate';
    if (templateName === undefined) return readPage(this.database, { table, where: 'account = ?', values: [account.key] }, request, read);
    const where = `account = ? AND registration_config ->> 'templateName' = ?`;
    return readPage(this.database, { table, where, values: [account.key, templateName] }, request, read);
  }
}

/** The parsed certificate of a stored row. */
export const certificateOf = (stored: { pem: string }): Certificate => new Certificate(fromPem('CERTIFICATE', stored.pem));

function read(row: Row): CaCertificate {
  const config = textOrNone(row, 'registration_config');
  return {
    account: text(row, 'account'),
    id: text(row, 'id'),
    pem: text(row, 'pem'),
    status: text(row, 'status') as CaStatus,
    autoRegistration: text(row, 'auto_registration') as AutoRegistration,
    mode: text(row, 'mode') as CertificateMode,
    registrationConfig: config === undefined ? undefined : (JSON.parse(config) as RegistrationConfig),
    createdAt: date(row, 'created_at'),
    modifiedAt: date(row, 'modified_at'),
    version: number(row, 'version'),
    generationId: text(row, 'generation_id'),
    notBefore: date(row, 'not_before'),
    notAfter: date(row, 'not_after'),
  };
}
