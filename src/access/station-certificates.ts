import { Injectable } from '@nestjs/common';
import { Hsm } from '../hsm/hsm.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { readCertificate, verifyCertificateSignature } from '../x509/certificate.js';
import { keyIdentity } from '../x509/public-key.js';
import { X509Error } from '../x509/x509.errors.js';
import { stationCertificateRefused } from './access.errors.js';
import { KnownStations } from './known-stations.js';
import { StationAuthorities } from './station-authorities.js';
import type { StationIssuer } from './station-certificate.js';
import { StationCertificateRepository, type StationCertificateRow } from './station-certificate.repository.js';

/** Share of its life after which a certificate is to be renewed. */
const RENEW_AT = 2 / 3;

/** A station's key, proved by its CSR. */
export interface StationKey {
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  keySha256: Buffer;
}

/** Whose a key is, modules above know: see `StationCertificates.renew`. */
export type TakeKey = (tx: Ledger, issuer: StationIssuer, key: StationKey) => Promise<void>;

/** What a station loads. */
export interface IssuedToStation {
  station: string;
  serialNumber: string;
  /** DER. */
  certificate: Buffer;
  /** DER of the authority that has signed it. */
  authority: Buffer;
  notBefore: Date;
  notAfter: Date;
  renewAfter: Date;
}

/** Client certificates of stations: reserved in a transaction of whoever decides it, then signed, then stored; safe to repeat from the row on. */
@Injectable()
export class StationCertificates {
  constructor(
    private readonly db: Database,
    private readonly rows: StationCertificateRepository,
    private readonly authorities: StationAuthorities,
    private readonly known: KnownStations,
    private readonly hsm: Hsm,
  ) {}

  /** @throws DomainError with the code of what is wrong with the CSR */
  async readKey(csr: string): Promise<StationKey> {
    try {
      const { spki } = await this.hsm.readRequest(csr);
      return { spki, keySha256: keyIdentity(spki) };
    } catch (error) {
      if (error instanceof X509Error) throw new DomainError(error.code, error.message, { cause: error });
      throw error;
    }
  }

  /** The authority that will sign, once it can. @throws HsmUnavailable, `clock-wrong` */
  ready(actor: string): Promise<StationIssuer> {
    return this.authorities.ready(actor);
  }

  /** The intent: serial number and the bytes to sign. */
  async reserve(tx: Ledger, issuer: StationIssuer, { station, key, enrolledBy, replaces }: { station: string; key: StationKey; enrolledBy: string; replaces: string | null }): Promise<StationCertificateRow> {
    const row = { ...this.authorities.draft(issuer, station, key.spki), station, authority: issuer.id, keySha256: key.keySha256, enrolledBy, replaces };
    await this.rows.insert(tx, row);
    return { ...row, certificate: null, revokedAt: null };
  }

  /** Signs what was reserved, unless that was done. @throws `station-certificate-refused` when it was revoked meanwhile */
  async finish(row: StationCertificateRow, issuer: StationIssuer): Promise<IssuedToStation> {
    if (row.revokedAt !== null) throw stationCertificateRefused(`The certificate of station ${row.station} is revoked`);
    const certificate = row.certificate ?? (await this.sign(row, issuer));
    const { notBefore, notAfter, station, serialNumber } = row;
    return { station, serialNumber, certificate, authority: issuer.certificate.der, notBefore, notAfter, renewAfter: new Date(+notBefore + (+notAfter - +notBefore) * RENEW_AT) };
  }

  /** Another certificate for a station that shows a valid one. The same key again gets the same one again. `take`: of a key for which a certificate is to be reserved; what it throws keeps it from that. */
  async renew(station: string, present: string, csr: string, take: TakeKey): Promise<IssuedToStation> {
    const key = await this.readKey(csr);
    const issuer = await this.ready(`station:${station}`);
    const row = await this.db.transaction().execute(async (tx) => {
      const now = await tx.selectFrom('station_certificate').select('enrolled_by').where('serial_number', '=', present).where('revoked_at', 'is', null).forUpdate().executeTakeFirst();
      if (!now) throw stationCertificateRefused(`The certificate of station ${station} is revoked`);
      const before = await this.rows.findSuccessor(tx, present, key.keySha256);
      if (before) return before;
      await take(tx, issuer, key);
      return this.reserve(tx, issuer, { station, key, enrolledBy: now.enrolled_by, replaces: present });
    });
    return this.finish(row, issuer);
  }

  private async sign(row: StationCertificateRow, issuer: StationIssuer): Promise<Buffer> {
    const signed = await this.authorities.sign(issuer, row.tbs);
    if (!verifyCertificateSignature(readCertificate(signed), issuer.certificate.spki)) throw new DomainError('hsm-signature-invalid', 'The HSM’s signature does not verify');
    const stored = await this.rows.complete(row, signed);
    this.known.forget();
    if (!stored) throw stationCertificateRefused(`The certificate of station ${row.station} was revoked meanwhile`);
    return stored;
  }
}
