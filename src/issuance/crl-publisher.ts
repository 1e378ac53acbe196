import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import { isOvertaken } from '../platform/database/pg-errors.js';
import { SigningClock } from '../platform/signing-clock.js';
import { crlTbs } from '../x509/crl.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import { type CrlHead, CrlRepository, isFresh, SKEW_MS } from './crl.repository.js';

const HOUR_MS = 3_600_000;
const HASHED_AT_ONCE = 1_048_576;
/** What a draft lasts beyond the HSM's deadline: 100 MB are put together, verified and stored. */
const ASSEMBLE_MS = 5 * 60_000;

/** A list whose number is reserved and which is not signed yet. */
interface Draft {
  id: number;
  head: Omit<CrlHead, 'sha256'>;
  /** Number of the list before it. */
  previous: number | null;
  /** Revocations that it takes up. */
  dueIds: number[];
  /** Its entries, DER. */
  runs: Buffer[];
}


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
    private readonly instance: Instance,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Publishes if a list is due. Undefined when none is, or when another process is at it or was faster. The number is reserved, the
   * HSM signs outside of any transaction, and then the list is stored: a token may take longer than the ledger lets a transaction
   * rest. Throws when HSM or ledger can't be asked; the number is then used by the next attempt.
   */
  async publish(authorityId: string): Promise<CrlHead | undefined> {
    const started = performance.now();
    const draft = await this.reserve(authorityId);
    if (!draft) return undefined;
    try {
      const der = await this.sign(authorityId, draft.head, draft.runs);
      const head = { ...draft.head, sha256: await sha256(der) };
      if (!(await this.store(draft, authorityId, head, der))) return undefined;
      this.logger.log({ event: 'crl.published', authority: authorityId, number: head.number, entries: head.entries, bytes: der.length, ms: Math.round(performance.now() - started) });
      return head;
    } catch (error) {
      // If the ledger is away too, the draft ends by itself.
      await this.crls.dropDraft(draft.id).catch(() => undefined);
      throw error;
    }
  }

  private async reserve(authorityId: string): Promise<Draft | undefined> {
    try {
      return await this.db.transaction().setIsolationLevel('repeatable read').execute((tx) => this.reserveWithin(tx, authorityId));
    } catch (error) {
      if (isOvertaken(error)) return undefined;
      throw error;
    }
  }

  /** All of it is one view of the ledger: what it does not see stays due. */
  private async reserveWithin(tx: Ledger, authorityId: string): Promise<Draft | undefined> {
    if (!(await this.crls.tryLock(tx, authorityId)) || (await this.isAtWork(tx, authorityId))) return undefined;
    await this.audit.assertCurrent(tx);
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
    const head = { number, entries, ...this.times(now, [last?.thisUpdate, await this.crls.lastRevocation(tx, authorityId)]) };
    const id = await this.crls.startDraft(tx, authorityId, { number: head.number, heldBy: this.instance.number, keepMs: this.config.HSM_BATCH_DEADLINE_MS + ASSEMBLE_MS });
    return { id, head, previous: last?.number ?? null, dueIds, runs };
  }

  private async isAtWork(tx: Ledger, authorityId: string): Promise<boolean> {
    const holder = await this.crls.draftHolder(tx, authorityId);
    return holder !== undefined && (holder === this.instance.number || !(await goneInstances([holder], tx)).has(holder));
  }

  /** False when the draft's time was over and another process has taken its place: what was signed is thrown away. */
  private store(draft: Draft, authorityId: string, head: CrlHead, der: Buffer): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      if (!(await this.crls.endDraft(tx, draft.id))) return false;
      await this.crls.insert(tx, authorityId, head, draft.previous, der, draft.dueIds);
      await this.audit.record(tx, 'system', 'crl.published', `authority:${authorityId}`, {
        authority: authorityId, number: head.number, entries: head.entries, sha256: head.sha256.toString('hex'),
        thisUpdate: head.thisUpdate.toISOString(), nextUpdate: head.nextUpdate.toISOString(),
      });
      return true;
    });
  }

  /** A whole list, DER, signed by the HSM and verified. */
  private async sign(authorityId: string, head: Omit<CrlHead, 'sha256' | 'entries'>, entries: readonly Buffer[]): Promise<Buffer> {
    const authority = await this.authorities.get(authorityId);
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
