import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { Hsm, type HsmKey } from '../hsm/hsm.js';
import { HsmUnavailable } from '../hsm/hsm.errors.js';
import { SigningClock } from '../platform/signing-clock.js';
import type { Ledger } from '../platform/database/database.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { caCertificateTbs } from '../x509/ca-certificate.js';
import { fingerprint, sealCertificate } from '../x509/certificate.js';
import { encodeName } from '../x509/name.js';
import { importPublicKey } from '../x509/public-key.js';
import { newSerialNumber } from '../x509/serial-number.js';
import { type SignatureAlgorithm, signatureAlgorithmFor, verifySignature } from '../x509/signature-algorithm.js';
import { authorityCommonName, authorityId, type WantedAuthority } from './authority.js';
import { signatureInvalid } from './certificate-authority.errors.js';
import type { MadeGeneration, Making, PlannedGeneration } from './generation.js';
import { GenerationRepository } from './generation.repository.js';

const CA_YEARS = 20;
/** A day: device certificates are backdated too, and none may begin before its authority. */
const BACKDATE_MS = 86_400_000;
const SIGN_TRIES = 10;
const SIGN_PAUSE_MS = 1_000;

/** The next generation of a family in three steps: planned in the ledger, made by the HSM outside of any transaction, recorded. */
@Injectable()
export class GenerationMaker {
  constructor(
    private readonly generations: GenerationRepository,
    private readonly hsm: Hsm,
    private readonly audit: AuditLog,
    private readonly clock: SigningClock,
  ) {}

  /**
   * Intent before key: commits which generation is to be made, and under which label its key will be on the token. A request that is repeated,
   * or one for a family whose next generation is being made, finds that one (`findAsked`).
   */
  async plan(tx: Ledger, actor: string, wanted: WantedAuthority, requestKey?: string): Promise<Making> {
    const { family, keyType, hash } = wanted;
    // Two officers at once would otherwise both plan G2.
    await sql`select pg_advisory_xact_lock(hashtext(${`authority:${family}`}))`.execute(tx);
    // Its certificate would get the wrong dates.
    this.clock.assertRight();
    await this.audit.assertCurrent(tx);
    const asked = await this.generations.findAsked(tx, wanted, actor, requestKey);
    if (asked) return asked;
    const generation = (await this.generations.lastGeneration(family, tx)) + 1;
    const id = authorityId(family, generation);
    // Never a label that the token has already: without its row nobody can say what that key has signed.
    const keyLabel = `lineside-${id}-${randomBytes(4).toString('hex')}`;
    const plan = { id, family, generation, commonName: authorityCommonName(family, generation), keyType, hash: hash ?? null, keyLabel, requestedBy: actor, attempts: 0 };
    const making = await this.generations.insert(tx, plan, requestKey);
    await this.audit.record(tx, actor, 'authority.planned', `authority:${id}`, { id, family, keyType, keyLabel });
    return making;
  }

  /**
   * Makes the key and the self-signed certificate, up to some minutes. Safe to repeat: a key that an earlier try has left under the plan's label is used.
   * @throws HsmUnavailable and the like when another try may help
   */
  async make(plan: PlannedGeneration): Promise<MadeGeneration> {
    const algorithm = signatureAlgorithmFor(plan.keyType, plan.hash ?? undefined);
    this.clock.assertRight();
    const token = await this.hsm.token();
    const left = plan.attempts > 1 ? await this.hsm.findKey(plan.keyLabel) : undefined;
    const key = left ? assertSafe(left, plan) : await this.hsm.generateKeyPair(plan.keyLabel, plan.keyType);
    const certificate = await this.selfSign(plan.keyLabel, plan.commonName, key.spki, algorithm);
    return { key, token, certificate };
  }

  /** The plan is an authority from now on; it issues nothing yet. False when it was cancelled, or another process has taken it over. */
  async record(tx: Ledger, plan: PlannedGeneration, made: MadeGeneration): Promise<boolean> {
    await this.audit.assertCurrent(tx);
    if (!(await this.generations.complete(tx, plan, made))) return false;
    const { id, keyLabel, keyType, hash } = plan;
    const { key, token, certificate } = made;
    await this.audit.record(tx, plan.requestedBy, 'authority.generated', `authority:${id}`, {
      id, keyLabel, keyId: key.id, keyType, signatureAlgorithm: signatureAlgorithmFor(keyType, hash ?? undefined).name, fingerprint: fingerprint(certificate),
      hsm: `${token.manufacturer} ${token.model}`, production: token.production,
    });
    return true;
  }

  /** It will not be made. Its row goes on naming the key that may be on the token. */
  async fail(tx: Ledger, plan: PlannedGeneration, reason: string): Promise<void> {
    if (!(await this.generations.fail(tx, plan, reason))) return;
    await this.audit.record(tx, 'system', 'authority.failed', `authority:${plan.id}`, { id: plan.id, keyLabel: plan.keyLabel, reason });
  }

  /** Of one that is planned, or has failed. False when it was made. */
  async cancel(tx: Ledger, actor: string, id: string): Promise<boolean> {
    if (!(await this.generations.cancel(tx, id))) return false;
    await this.audit.record(tx, actor, 'authority.cancelled', `authority:${id}`, { id });
    return true;
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

  /** A token that made a key may have kept stations waiting meanwhile, and then nothing is asked of it for a few seconds. */
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

/** A process that was killed may not have come to judge the key that it made. */
function assertSafe(key: HsmKey, { keyLabel, keyType }: PlannedGeneration): HsmKey {
  const { token, private: isPrivate, sensitive, extractable } = key.attributes;
  if (key.keyType !== keyType || !token || !isPrivate || !sensitive || extractable) {
    throw new DomainError('hsm-key-unsafe', `The HSM holds a key "${keyLabel}" that is not the one which was asked for.`);
  }
  return key;
}
