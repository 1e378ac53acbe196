import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { isOvertaken } from '../platform/database/pg-errors.js';
import { SigningClock } from '../platform/signing-clock.js';
import { crlTbs } from '../x509/crl.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import { type CrlHead, CrlRepository, isFresh, SKEW_MS } from './crl.repository.js';

const HOUR_MS = 3_600_000;
const HASHED_AT_ONCE = 1_048_576;

/** Makes the next list of an authority from the ledger alone: complete, and with a number that was never used. */
@Injectable()
export class CrlPublisher {
  private readonly logger = new Logger(CrlPublisher.name);

  constructor(
    private readonly crls: CrlRepository,
    private readonly authorities: AuthorityRepository,
    private readonly certificateAuthority: CertificateAuthorityService,
    private readonly audit: AuditLog,
    private readonly clock: SigningClock,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Publishes if a list is due. Undefined when none is, or when another process is at it or was faster. All of it is one
   * transaction on one view of the ledger: what it does not see stays due. Throws when HSM or ledger can't be asked.
   */
  async publish(authorityId: string): Promise<CrlHead | undefined> {
    try {
      return await this.db.transaction().setIsolationLevel('repeatable read').execute((tx) => this.publishWithin(tx, authorityId));
    } catch (error) {
      if (isOvertaken(error)) return undefined;
      throw error;
    }
  }

  private async publishWithin(tx: Ledger, authorityId: string): Promise<CrlHead | undefined> {
    if (!(await this.crls.tryLock(tx, authorityId))) return undefined;
    await this.audit.assertCurrent(tx);
    const started = performance.now();
    const last = await this.crls.last(authorityId, tx);
    const dueIds = await this.crls.dueIds(tx, authorityId);
    const now = this.clock.now();
    if (last && dueIds.length === 0 && isFresh(last, now)) return undefined;

    const runs: Buffer[] = [];
    let entries = 0;
    for await (const { run, count } of this.crls.entries(tx, authorityId)) {
      runs.push(run);
      entries += count;
    }
    if (last && entries < last.entries) throw new Error(`The ledger holds ${entries} revocations of ${authorityId}, but its list ${last.number} has ${last.entries}`);
    const number = Math.max((last?.number ?? 0) + 1, await this.crls.leastNumber(tx), Math.floor(+now / 1_000));
    const numbered = { number, ...this.times(now, [last?.thisUpdate, await this.crls.lastRevocation(tx, authorityId)]) };
    const der = await this.sign(tx, authorityId, numbered, runs);
    const head = { ...numbered, entries, sha256: await sha256(der) };
    await this.crls.insert(tx, authorityId, head, last?.number ?? null, der, dueIds);
    await this.audit.record(tx, 'system', 'crl.published', `authority:${authorityId}`, {
      authority: authorityId, number: head.number, entries, sha256: head.sha256.toString('hex'),
      thisUpdate: head.thisUpdate.toISOString(), nextUpdate: head.nextUpdate.toISOString(),
    });
    this.logger.log({ event: 'crl.published', authority: authorityId, number: head.number, entries, bytes: der.length, ms: Math.round(performance.now() - started) });
    return head;
  }

  /** A whole list, DER, signed by the HSM and verified. */
  private async sign(tx: Ledger, authorityId: string, head: Omit<CrlHead, 'sha256' | 'entries'>, entries: readonly Buffer[]): Promise<Buffer> {
    const authority = await this.authorities.get(authorityId, tx);
    const { certificate, algorithm } = await this.certificateAuthority.issuer(authority);
    const tbs = crlTbs({
      issuerName: certificate.subject,
      issuerKeyIdentifier: certificate.subjectKeyIdentifier ?? subjectKeyIdentifier(certificate.spki),
      signatureAlgorithm: algorithm,
      ...head,
      entries,
    });
    // Making megabytes and handing them on each take a while: other requests go in between.
    await nextTurn();
    return this.certificateAuthority.signCrl(authority, tbs);
  }

  /**
   * Whole seconds, as a list can tell them; never before the list and the revocations that it follows, though the clock was set
   * back meanwhile. A date further ahead than clocks may differ was made by one that was wrong, and is not followed.
   */
  private times(now: Date, earlier: readonly (Date | undefined)[]) {
    const followed = earlier.map((date) => +(date ?? 0)).filter((ms) => ms <= +now + SKEW_MS);
    const thisUpdate = new Date(Math.floor(Math.max(+now, ...followed) / 1_000) * 1_000);
    return { thisUpdate, nextUpdate: new Date(+thisUpdate + this.config.CRL_VALIDITY_HOURS * HOUR_MS) };
  }
}

/** With a breath now and then: 100 MB at once would keep everybody waiting. */
async function sha256(bytes: Buffer): Promise<Buffer> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += HASHED_AT_ONCE) {
    await nextTurn();
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
  }
  return hash.digest();
}
