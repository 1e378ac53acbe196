import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../config/config.js';
import { Batcher } from '../platform/batcher.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database/database.js';
import { ServerTls } from '../platform/http/server-tls.js';
import { inClass } from '../platform/request-class.js';
import { toPem } from '../x509/pem.js';
import { fingerprint } from '../x509/certificate.js';
import type { Caller } from './caller.js';
import { StationAuthorityRepository } from './station-authority.repository.js';
import { NotOfStation, readStationCertificate, type SignedStation, type StationIssuer } from './station-certificate.js';

/** How long another process's revocation may take to be felt here, in milliseconds; in this process it is felt at once. */
const FRESH_MS = 1_000;
/** Certificates whose signature was verified here. */
const MOST_READ = 5_000;

interface Known {
  serialNumber: string;
  station: string;
  fingerprint: string | null;
  revoked: boolean;
  disabled: boolean;
}

interface Whole {
  readAt: number;
  issuers: StationIssuer[];
  bySerial: Map<string, Known>;
}

/** The station that a presented certificate stands for, or why it stands for none. `reason`: a whole sentence. */
export type PresentedStation = { caller: Caller } | { refusal: 'station-certificate-refused' | 'station-disabled'; reason: string; station: string | null };

/** Says which station a client certificate stands for: signed by our station authority, not ended, in the ledger and not revoked, its station in service. */
@Injectable()
export class KnownStations implements OnModuleInit {
  private whole: Promise<Whole> | undefined;
  private readAt = -Infinity;
  private readonly signed = new LRUCache<string, SignedStation>({ max: MOST_READ });
  /** Certificates that the last reading did not hold: made in another process since, or revoked. One query at a time looks for them. */
  private readonly others = new Batcher((serials: string[]) => this.find(serials), { lanes: 1, most: 500, isShared: () => true });

  constructor(
    private readonly db: Database,
    private readonly authorities: StationAuthorityRepository,
    private readonly tls: ServerTls,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onModuleInit() {
    if (this.config.ROLES.includes('api')) await this.readWhole();
  }

  /** What was changed here counts with the next request. */
  forget(): void {
    this.whole = undefined;
  }

  async findCaller(der: Buffer): Promise<PresentedStation> {
    const { issuers, bySerial } = await this.readWhole();
    let signed: SignedStation;
    try {
      signed = this.read(der, issuers);
    } catch (error) {
      if (error instanceof NotOfStation) return refused(`The certificate ${error.message}`, null);
      throw error;
    }
    const { station, serialNumber } = signed;
    const now = this.clock.now();
    if (now < signed.notBefore || now > signed.notAfter) return refused(`The certificate of station ${station} ${now > signed.notAfter ? `ended at ${signed.notAfter.toISOString()}` : 'is not valid yet'}`, station);
    const known = bySerial.get(serialNumber) ?? (await this.others.submit(serialNumber));
    if (known?.fingerprint !== signed.fingerprint || known.station !== station) return refused(`The ledger knows of no such certificate of station ${station}`, station);
    if (known.revoked) return refused(`The certificate of station ${station} is revoked`, station);
    if (known.disabled) return { refusal: 'station-disabled', reason: `Station ${station} is out of service`, station };
    return { caller: { actor: `station:${station}`, role: 'station', station, certificate: serialNumber } };
  }

  private read(der: Buffer, issuers: readonly StationIssuer[]): SignedStation {
    const print = fingerprint(der);
    const known = this.signed.get(print);
    if (known) return known;
    const signed = readStationCertificate(der, issuers);
    this.signed.set(print, signed);
    return signed;
  }

  private readWhole(): Promise<Whole> {
    const now = performance.now();
    if (this.whole && now - this.readAt < FRESH_MS) return this.whole;
    // Everybody waits for it, so it is not to wait for a connection of whoever happens to ask first.
    const whole = inClass('station', () => this.readLedger());
    this.whole = whole;
    this.readAt = now;
    whole.catch(() => {
      if (this.whole === whole) this.whole = undefined;
    });
    return whole;
  }

  private async readLedger(): Promise<Whole> {
    const [issuers, rows] = await Promise.all([this.authorities.made(), this.rows().where('station_certificate.revoked_at', 'is', null).where('not_after', '>', sql<Date>`now()`).execute()]);
    this.tls.askFor(issuers.map(({ certificate }) => toPem('CERTIFICATE', certificate.der)));
    return { readAt: performance.now(), issuers, bySerial: new Map(rows.map((row) => [row.serialNumber, row])) };
  }

  private async find(serials: string[]): Promise<(Known | undefined)[]> {
    const rows = new Map((await this.rows().where('serial_number', 'in', serials).execute()).map((row) => [row.serialNumber, row]));
    return serials.map((serial) => rows.get(serial));
  }

  private rows() {
    return this.db
      .selectFrom('station_certificate')
      .leftJoin('station_access', 'station_access.station_id', 'station_certificate.station_id')
      .select(({ eb }) => [
        'serial_number as serialNumber', 'station_certificate.station_id as station', 'fingerprint',
        eb('station_certificate.revoked_at', 'is not', null).$castTo<boolean>().as('revoked'), eb('station_access.disabled_at', 'is not', null).$castTo<boolean>().as('disabled'),
      ])
      .where('certificate', 'is not', null);
  }
}

const refused = (reason: string, station: string | null): PresentedStation => ({ refusal: 'station-certificate-refused', reason, station });
