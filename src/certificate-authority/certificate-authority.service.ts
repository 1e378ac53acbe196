import { type KeyObject, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { Hsm, type WorkClass } from '../hsm/hsm.js';
import { HsmUnavailable } from '../hsm/hsm.errors.js';
import type { Ledger } from '../platform/database/database.js';
import { SigningClock } from '../platform/signing-clock.js';
import { caCertificateTbs } from '../x509/ca-certificate.js';
import { type Certificate, fingerprint, readCertificate, sealCertificate } from '../x509/certificate.js';
import { CertificateTemplate } from '../x509/certificate-template.js';
import { sealCrl } from '../x509/crl.js';
import { encodeName } from '../x509/name.js';
import { importPublicKey, subjectKeyIdentifier } from '../x509/public-key.js';
import { newSerialNumber } from '../x509/serial-number.js';
import { type SignatureAlgorithm, signatureAlgorithmFor, verifyLongSignature, verifySignature } from '../x509/signature-algorithm.js';
import { type Authority, authorityCommonName, authorityId, issuingAlgorithm, type WantedAuthority } from './authority.js';
import { AuthorityRepository } from './authority.repository.js';
import { authorityKeyMismatch, authorityStateConflict, noIssuingAuthority, signatureInvalid } from './certificate-authority.errors.js';

const CA_YEARS = 20;
/** A day: device certificates are backdated too, and none may begin before its authority. */
const BACKDATE_MS = 86_400_000;
const VERIFICATION_DAYS = 30;
/** More than the HSM is given for one key (`KEY_GENERATION_DEADLINE_MS`) and for the tries below. */
const KEY_GENERATION_MOST = '5min';
const SIGN_TRIES = 10;
const SIGN_PAUSE_MS = 1_000;

/** What signing with an authority needs, read once from its certificate. */
export interface Issuer {
  certificate: Certificate;
  algorithm: SignatureAlgorithm;
  publicKey: KeyObject;
}

@Injectable()
export class CertificateAuthorityService {
  private readonly issuers = new Map<string, Promise<Issuer>>();
  private readonly issuing = new Map<string, Authority>();

  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly hsm: Hsm,
    private readonly audit: AuditLog,
    private readonly clock: SigningClock,
  ) {}

  get(id: string): Promise<Authority> {
    return this.authorities.get(id);
  }

  /**
   * The family's issuer as this process knows it. That it still issues, the ledger says in the statement that commits an
   * intent to sign: a rotation takes effect with the next certificate.
   */
  async getIssuing(family: string): Promise<Authority> {
    const known = this.issuing.get(family);
    if (known) return known;
    const authority = await this.authorities.findIssuing(family);
    if (!authority) throw noIssuingAuthority(family);
    this.issuing.set(family, authority);
    return authority;
  }

  /** The ledger says that it does not issue any more: the next look is a fresh one. */
  forgetIssuing({ id, family }: Authority): void {
    if (this.issuing.get(family)?.id === id) this.issuing.delete(family);
  }

  /**
   * Makes the next generation of a family: a key pair in the HSM and a self-signed CA certificate for it. It issues nothing yet.
   * `tx` rests while the HSM works, up to five minutes. Throws `hsm-unavailable` when the HSM can't be asked.
   */
  async createGeneration(tx: Ledger, actor: string, { family, keyType, hash }: WantedAuthority): Promise<Authority> {
    const algorithm = signatureAlgorithmFor(keyType, hash);
    this.clock.assertRight();
    await this.audit.assertCurrent(tx);
    // A card takes a minute for an RSA key, and longer than the ledger lets other transactions rest.
    await sql`select set_config('idle_in_transaction_session_timeout', ${KEY_GENERATION_MOST}, true)`.execute(tx);
    // Two officers at once would otherwise both make G2.
    await sql`select pg_advisory_xact_lock(hashtext(${`authority:${family}`}))`.execute(tx);
    const generation = (await this.authorities.lastGeneration(family, tx)) + 1;
    const id = authorityId(family, generation);
    // Never a key that the token has already: without its row nobody can say what it has signed.
    const keyLabel = `lineside-${id}-${randomBytes(4).toString('hex')}`;
    const token = await this.hsm.token();
    const key = await this.hsm.generateKeyPair(keyLabel, keyType);
    const commonName = authorityCommonName(family, generation);
    const certificate = await this.selfSign(keyLabel, commonName, key.spki, algorithm);
    const { notBefore, notAfter } = readCertificate(certificate);
    const authority = await this.authorities.insert(
      tx,
      { id, family, generation, commonName, keyType: key.keyType, keyLabel, certificate, fingerprint: fingerprint(certificate), notBefore, notAfter },
      key,
      token,
    );
    await this.audit.record(tx, actor, 'authority.generated', `authority:${id}`, {
      id, keyLabel, keyId: key.id, keyType: key.keyType, signatureAlgorithm: algorithm.name, fingerprint: authority.fingerprint,
      hsm: `${token.manufacturer} ${token.model}`, production: token.production,
    });
    return authority;
  }

  /** Makes the authority its family's issuer; the former one stays registered for the units it signed. */
  async activate(tx: Ledger, actor: string, id: string, targets: string[]): Promise<void> {
    const authority = await this.authorities.get(id, tx);
    const former = await this.authorities.findIssuing(authority.family, tx);
    if (former?.id === id) return;
    if (former) await this.authorities.moveState(tx, former.id, ['issuing'], 'retiring');
    const moved = await this.authorities.moveState(tx, id, ['registered'], 'issuing');
    if (!moved) throw authorityStateConflict(id, authority.state, 'issuing');
    await this.audit.record(tx, actor, 'authority.activated', `authority:${id}`, {
      id, family: authority.family, replaces: former?.id ?? null, targets,
    });
  }

  /** Whether a signature can be asked for now, at no cost to the HSM. @throws HsmUnavailable or HsmPinWrong; then nothing should be reserved */
  readyToSign(work: WorkClass): Promise<void> {
    return this.hsm.ready({ work });
  }

  /**
   * Signs a to-be-signed certificate and returns the whole certificate (DER). The signer verifies what the HSM answered
   * against `tbs`, with the very public key that the authority's certificate names, before anyone sees it.
   */
  async sign(authority: Authority, tbs: Buffer, work: WorkClass = 'station'): Promise<Buffer> {
    const { certificate, algorithm } = await this.issuer(authority);
    const signature = await this.hsm.sign(authority.keyLabel, tbs, { work, publicKey: certificate.spki });
    return sealCertificate(tbs, algorithm, signature);
  }

  /** The same for a to-be-signed CRL: returns the whole list (DER). Stations go before it, and it before batches; of megabytes, it is verified on another thread. */
  async signCrl(authority: Authority, tbs: Buffer): Promise<Buffer> {
    const { algorithm, publicKey } = await this.issuer(authority);
    const signature = await this.hsm.sign(authority.keyLabel, tbs, { work: 'crl' });
    if (!(await verifyLongSignature(publicKey, algorithm, tbs, signature))) throw signatureInvalid(authority.id);
    return sealCrl(tbs, algorithm, signature);
  }

  /** Proof for AWS IoT that we hold the CA's key: DER, CN = the registration code (register-CA-cert page). */
  async verificationCertificate(authority: Authority, registrationCode: string): Promise<Buffer> {
    const { certificate, algorithm } = await this.issuer(authority);
    const now = this.clock.now();
    const template = new CertificateTemplate({
      issuerName: certificate.subject,
      issuerKeyIdentifier: subjectKeyIdentifier(certificate.spki),
      signatureAlgorithm: algorithm,
      keyUsage: ['digitalSignature'],
      basicConstraints: { ca: false },
    });
    // AWS looks at the CN and the signature only; the CA's own public key saves a throw-away key pair.
    const tbs = template.tbs({
      serialNumber: newSerialNumber(),
      notBefore: new Date(+now - BACKDATE_MS),
      notAfter: new Date(Math.min(+now + VERIFICATION_DAYS * 86_400_000, +authority.notAfter)),
      subject: encodeName([{ type: 'CN', value: registrationCode }]),
      spki: certificate.spki,
    });
    return this.sign(authority, tbs);
  }

  /** The authority's certificate and key, once it is sure that the HSM holds the key which the certificate names. */
  issuer(authority: Authority): Promise<Issuer> {
    let issuer = this.issuers.get(authority.id);
    if (!issuer) {
      issuer = this.loadIssuer(authority);
      this.issuers.set(authority.id, issuer);
      issuer.catch(() => this.issuers.delete(authority.id));
    }
    return issuer;
  }

  private async loadIssuer(authority: Authority): Promise<Issuer> {
    const certificate = readCertificate(authority.certificate);
    const key = await this.hsm.findKey(authority.keyLabel);
    if (!key?.spki.equals(certificate.spki)) throw authorityKeyMismatch(authority.id);
    return { certificate, algorithm: issuingAlgorithm(certificate), publicKey: importPublicKey(certificate.spki) };
  }

  private async selfSign(keyLabel: string, commonName: string, spki: Buffer, algorithm: SignatureAlgorithm): Promise<Buffer> {
    const now = this.clock.now();
    const tbs = caCertificateTbs({
      subject: encodeName([{ type: 'CN', value: commonName }]),
      spki,
      signatureAlgorithm: algorithm,
      serialNumber: newSerialNumber(),
      notBefore: new Date(+now - BACKDATE_MS),
      notAfter: new Date(Date.UTC(now.getUTCFullYear() + CA_YEARS, now.getUTCMonth(), now.getUTCDate())),
      pathLength: 0,
    });
    const signature = await this.signPatiently(keyLabel, tbs);
    if (!verifySignature(importPublicKey(spki), algorithm, tbs, signature)) throw signatureInvalid(commonName);
    return sealCertificate(tbs, algorithm, signature);
  }

  /**
   * A token that made a key may have kept stations waiting meanwhile, and then nothing is asked of it for a few seconds.
   * Without this signature the new key would lie there for nobody.
   */
  private async signPatiently(keyLabel: string, tbs: Buffer): Promise<Buffer> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.hsm.sign(keyLabel, tbs);
      } catch (error) {
        if (!(error instanceof HsmUnavailable) || tries === SIGN_TRIES) throw error;
        await pause(SIGN_PAUSE_MS);
      }
    }
  }
}
