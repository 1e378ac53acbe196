import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { Hsm, type HsmKey } from '../hsm/hsm.js';
import { Database } from '../platform/database/database.js';
import { DomainError, hasCode } from '../platform/errors/domain-error.js';
import { SigningClock } from '../platform/signing-clock.js';
import { caCertificateTbs } from '../x509/ca-certificate.js';
import { fingerprint, readCertificate, sealCertificate, verifyCertificateSignature } from '../x509/certificate.js';
import { encodeName } from '../x509/name.js';
import { newSerialNumber } from '../x509/serial-number.js';
import { signatureAlgorithmFor } from '../x509/signature-algorithm.js';
import { type PlannedStationAuthority, StationAuthorityRepository } from './station-authority.repository.js';
import { type StationIssuer, stationCertificateTbs } from './station-certificate.js';

const KEY_TYPE = 'P-256';
const CA_YEARS = 20;
/** An hour, for stations whose clock is behind. */
const BACKDATE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The CA of the stations' client certificates, with a key of its own in the HSM. It is made when the first code for an enrolment is, and has
 * nothing to do with devices: no target knows it.
 */
@Injectable()
export class StationAuthorities {
  private current: StationIssuer | undefined;

  constructor(
    private readonly authorities: StationAuthorityRepository,
    private readonly db: Database,
    private readonly hsm: Hsm,
    private readonly audit: AuditLog,
    private readonly clock: SigningClock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The authority that signs, once it can be asked. Made where there is none: `actor` is whoever needs it first. @throws HsmUnavailable, `clock-wrong` */
  async ready(actor: string): Promise<StationIssuer> {
    this.clock.assertRight();
    await this.hsm.ready();
    return this.ensure(actor);
  }

  /** What is to be signed for a station: an intent that nobody has kept yet. @param spki of the station's key, DER */
  draft(issuer: StationIssuer, station: string, spki: Buffer) {
    const now = +this.clock.now();
    const serialNumber = newSerialNumber();
    const notBefore = wholeSeconds(now - BACKDATE_MS);
    const notAfter = wholeSeconds(Math.min(now + this.config.STATION_CERTIFICATE_DAYS * DAY_MS, +issuer.certificate.notAfter));
    return { serialNumber: serialNumber.toString('hex'), tbs: stationCertificateTbs(issuer, { station, serialNumber, spki, notBefore, notAfter }), notBefore, notAfter };
  }

  /** Safe to repeat, and for several processes at once. */
  private async ensure(actor: string): Promise<StationIssuer> {
    this.current ??= (await this.authorities.made())[0];
    if (this.current) return this.current;
    const plan = await this.db.transaction().execute(async (tx) => {
      await this.audit.assertCurrent(tx);
      return this.authorities.plan(tx, actor, KEY_TYPE, (id) => `lineside-${id}-${randomBytes(4).toString('hex')}`);
    });
    const token = await this.hsm.token();
    const key = await this.key(plan);
    const certificate = await this.selfSign(plan, key);
    await this.db.transaction().execute(async (tx) => {
      if (!(await this.authorities.complete(tx, plan.id, key, token, certificate))) return;
      await this.audit.record(tx, actor, 'station-authority.generated', `station-authority:${plan.id}`, {
        id: plan.id, keyLabel: plan.keyLabel, keyId: key.id, keyType: KEY_TYPE, fingerprint: fingerprint(certificate), hsm: `${token.manufacturer} ${token.model}`, production: token.production,
      });
    });
    this.current = (await this.authorities.made())[0];
    if (!this.current) throw new DomainError('hsm-unavailable', 'The station authority is being made; ask again');
    return this.current;
  }

  /** The whole certificate, DER, of what is to be signed. The signer verifies what the HSM answered, with the key that the authority's certificate names. */
  async sign({ keyLabel, certificate }: StationIssuer, tbs: Buffer): Promise<Buffer> {
    const signature = await this.hsm.sign(keyLabel, tbs, { work: 'station', publicKey: certificate.spki });
    return sealCertificate(tbs, signatureAlgorithmFor(certificate.keyType), signature);
  }

  /** One that another process, or a try before, has left under the plan's label is used. */
  private async key({ keyLabel }: PlannedStationAuthority): Promise<HsmKey> {
    const key = (await this.hsm.findKey(keyLabel)) ?? (await this.generate(keyLabel));
    const { token, private: isPrivate, sensitive, extractable } = key.attributes;
    if (key.keyType !== KEY_TYPE || !token || !isPrivate || !sensitive || extractable) throw new DomainError('hsm-key-unsafe', `The HSM holds a key "${keyLabel}" that is not the one which was asked for.`);
    return key;
  }

  private async generate(keyLabel: string): Promise<HsmKey> {
    try {
      return await this.hsm.generateKeyPair(keyLabel, KEY_TYPE);
    } catch (error) {
      const key = hasCode(error, 'hsm-key-exists') ? await this.hsm.findKey(keyLabel) : undefined;
      if (key) return key;
      throw error;
    }
  }

  private async selfSign({ commonName, keyLabel }: PlannedStationAuthority, { spki }: HsmKey): Promise<Buffer> {
    const now = this.clock.now();
    const algorithm = signatureAlgorithmFor(KEY_TYPE);
    const tbs = caCertificateTbs({
      subject: encodeName([{ type: 'CN', value: commonName }]),
      spki,
      signatureAlgorithm: algorithm,
      serialNumber: newSerialNumber(),
      notBefore: new Date(+now - BACKDATE_MS),
      notAfter: new Date(Date.UTC(now.getUTCFullYear() + CA_YEARS, now.getUTCMonth(), now.getUTCDate())),
      pathLength: 0,
    });
    const certificate = sealCertificate(tbs, algorithm, await this.hsm.sign(keyLabel, tbs, { publicKey: spki }));
    if (!verifyCertificateSignature(readCertificate(certificate), spki)) throw new DomainError('hsm-signature-invalid', 'The HSM’s signature on the station authority does not verify');
    return certificate;
  }
}

/** As certificates hold them. */
const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1_000) * 1_000);
