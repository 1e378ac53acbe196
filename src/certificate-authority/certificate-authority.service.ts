import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Hsm, type WorkClass } from '../hsm/hsm.js';
import type { Ledger } from '../platform/database/database.js';
import { SigningClock } from '../platform/signing-clock.js';
import { type Certificate, readCertificate, sealCertificate } from '../x509/certificate.js';
import { CertificateTemplate } from '../x509/certificate-template.js';
import { sealCrl } from '../x509/crl.js';
import { encodeName } from '../x509/name.js';
import { importPublicKey, subjectKeyIdentifier } from '../x509/public-key.js';
import { newSerialNumber } from '../x509/serial-number.js';
import { ecdsaDerToRaw, type SignatureAlgorithm, verifyLongSignature } from '../x509/signature-algorithm.js';
import { type Voucher, voucherAlgorithm, voucherToSign } from '../x509/voucher.js';
import { type Authority, issuingAlgorithm } from './authority.js';
import { AuthorityRepository } from './authority.repository.js';
import { authorityFrozen, authorityKeyMismatch, authorityKeyMissing, authorityStateConflict, noIssuingAuthority, signatureInvalid } from './certificate-authority.errors.js';

/** A day: device certificates are backdated too, and none may begin before its authority. */
const BACKDATE_MS = 86_400_000;
const VERIFICATION_DAYS = 30;

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
    if (!authority) throw await this.notIssuing(family);
    this.issuing.set(family, authority);
    return authority;
  }

  /**
   * Whether the ledger says of an issuer, as `getIssuing` answered it, that it does not issue any more: what was refused with it says nothing of the family's issuer of
   * today, for which the next look is a fresh one.
   */
  async wasReplaced({ id, family }: Authority): Promise<boolean> {
    if ((await this.authorities.get(id)).state === 'issuing') return false;
    if (this.issuing.get(family)?.id === id) this.issuing.delete(family);
    return true;
  }

  /** Takes an authority out that has never issued; it can't be used any more. @throws authority-state when it has, or might have */
  async cancel(tx: Ledger, actor: string, id: string): Promise<void> {
    const { state, activatedAt } = await this.authorities.get(id, tx);
    if (state === 'cancelled') return;
    if (activatedAt !== null || !(await this.authorities.moveState(tx, id, ['generated', 'registered'], 'cancelled'))) throw authorityStateConflict(id, state, 'cancelled');
    await this.audit.record(tx, actor, 'authority.cancelled', `authority:${id}`, { id });
  }

  /** Makes the authority its family's issuer; the former one stays registered for the units it signed. */
  async activate(tx: Ledger, actor: string, id: string, targets: string[], leftOut: string[] = []): Promise<void> {
    const authority = await this.authorities.get(id, tx);
    const former = await this.authorities.findIssuing(authority.family, tx);
    if (former?.id === id) return;
    if (former) await this.authorities.moveState(tx, former.id, ['issuing'], 'retiring');
    const moved = await this.authorities.moveState(tx, id, ['generated', 'registered'], 'issuing');
    if (!moved) throw authorityStateConflict(id, authority.state, 'issuing');
    await this.audit.record(tx, actor, 'authority.activated', `authority:${id}`, {
      id, family: authority.family, replaces: former?.id ?? null, targets, leftOut,
    });
  }

  /** Issuing stops at once, in all processes: the statement that reserves a certificate reads the state. What was reserved before ends within the HSM's deadline. Frozen again changes nothing. */
  async freeze(tx: Ledger, actor: string, id: string, reason: string): Promise<void> {
    const from = await this.authorities.freeze(tx, id);
    if (from !== undefined) return this.audit.record(tx, actor, 'authority.frozen', `authority:${id}`, { id, from, reason });
    const { state } = await this.authorities.get(id, tx);
    if (state !== 'frozen') throw authorityStateConflict(id, state, 'frozen');
  }

  /** A stop in AWS is lifted with it. @throws authority-state when it is not frozen */
  async unfreeze(tx: Ledger, actor: string, id: string, reason: string): Promise<void> {
    const to = await this.authorities.unfreeze(tx, id);
    if (to === undefined) throw authorityStateConflict(id, (await this.authorities.get(id, tx)).state, 'unfrozen');
    await this.audit.record(tx, actor, 'authority.unfrozen', `authority:${id}`, { id, to, reason });
  }

  /** As frozen, and for good. Compromised again changes nothing. */
  async compromise(tx: Ledger, actor: string, id: string, reason: string): Promise<void> {
    const from = await this.authorities.compromise(tx, id);
    if (from !== undefined) return this.audit.record(tx, actor, 'authority.compromised', `authority:${id}`, { id, from, reason });
    const { state } = await this.authorities.get(id, tx);
    if (state !== 'compromised') throw authorityStateConflict(id, state, 'compromised');
  }

  private async notIssuing(family: string) {
    const frozen = (await this.authorities.list()).find((authority) => authority.family === family && authority.state === 'frozen');
    return frozen ? authorityFrozen(frozen.id) : noIssuingAuthority(family);
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

  /** A voucher in compact form: what it says, signed by the authority's key as a text, which is never taken for a certificate. */
  async signVoucher(authority: Authority, voucher: Voucher): Promise<string> {
    const { certificate, publicKey } = await this.issuer(authority);
    const algorithm = voucherAlgorithm(publicKey);
    const text = voucherToSign(voucher, algorithm, authority.fingerprint);
    const signature = await this.hsm.sign(authority.keyLabel, Buffer.from(text), { work: 'station', publicKey: certificate.spki });
    const raw = algorithm === 'RS256' ? signature : ecdsaDerToRaw(signature, algorithm === 'ES384' ? 48 : 32);
    return `${text}.${raw.toString('base64url')}`;
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
    if (!key) throw authorityKeyMissing(authority.keyLabel);
    if (!key.spki.equals(certificate.spki)) throw authorityKeyMismatch(authority.id);
    return { certificate, algorithm: issuingAlgorithm(certificate), publicKey: importPublicKey(certificate.spki) };
  }
}
