import { Injectable, Logger } from '@nestjs/common';
import type { Leaf } from '../audit/audit-log.js';
import type { Authority } from '../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { Hsm, type WorkClass } from '../hsm/hsm.js';
import { Clock } from '../platform/clock.js';
import type { UnitState } from '../platform/database/schema.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { fingerprint } from '../x509/certificate.js';
import type { CertificateDraft } from './certificate-draft.js';
import { type Intent, IssuerReplaced, type Lease, type LedgerCertificate, UnitTaken } from './certificate.repository.js';
import { type DeviceKey, readDeviceKey } from './device-key.js';
import { Drafters } from './drafters.js';
import { IssuanceInProgress, UnitAlreadyProvisioned } from './issuance.errors.js';
import { type Abandoned, type Admission, type Applicant, ReservationDesk } from './reservation-desk.js';

/** For which unit and by which rules. The CSR decides nothing but the public key. */
export interface IssuanceRequest {
  actor: string;
  unit: { id: number; serial: string; state: UnitState };
  workOrder: { id: string; product: string; profile: string; authorityFamily: string; targets: readonly string[] };
  /** From `readKey`, which need not have ended: the unit can be looked up meanwhile. */
  key: Promise<DeviceKey>;
  /** Must hold when the intent and when the certificate is committed; without one, no station may hold the unit. */
  lease?: Lease | undefined;
  /** More to put on record with the intent. */
  record?: readonly Leaf[];
  /** Who waits for the HSM: `station` unless said otherwise. */
  work?: WorkClass;
}

export interface Issued {
  /** DER. */
  certificate: Buffer;
  /** SHA-256 of the certificate in hex: AWS IoT's certificateId. */
  fingerprint: string;
  notAfter: Date;
  authority: Authority;
  /** True when the unit had this certificate for this key already. */
  replayed: boolean;
}

interface Reserved {
  authority: Authority;
  intent: Intent;
}

/** A unit that stands here was never reserved, or its reservation came to nothing. If it has a certificate all the same, the ledger says so when one is reserved. */
const UNTOUCHED: ReadonlySet<UnitState> = new Set<UnitState>(['planned', 'claimed']);
const NOTHING = Promise.resolve(undefined);
/** An authority that was replaced between two looks; more than two rotations in a row are not one. */
const MOST_TRIES = 3;

@Injectable()
export class IssuanceService {
  private readonly logger = new Logger(IssuanceService.name);
  private readonly running = new Map<number, { key: DeviceKey; issued: Promise<Issued> }>();

  constructor(
    private readonly desk: ReservationDesk,
    private readonly certificateAuthority: CertificateAuthorityService,
    private readonly drafters: Drafters,
    private readonly clock: Clock,
    private readonly hsm: Hsm,
  ) {}

  /** Reads a CSR (PEM), whose signature proves that the device holds the key. Throws CsrRefused. */
  readKey(csr: string, work?: WorkClass): Promise<DeviceKey> {
    return askedAhead(readDeviceKey(csr, this.hsm, work));
  }

  /**
   * Issues the one certificate of a unit, or answers the one it has for this key. Requests for one unit that are in
   * flight together share one signature. Throws the refusals of `issuance.errors.ts` and those of `admission`.
   */
  async issue(request: IssuanceRequest, admission: Admission): Promise<Issued> {
    const unitId = request.unit.id;
    const live = this.findLive(request);
    const key = await request.key;
    const running = this.running.get(unitId);
    if (running) {
      if (!running.key.spki.equals(key.spki)) throw new IssuanceInProgress(request.unit.serial);
      return { ...(await running.issued), replayed: true };
    }
    const issued = this.issueOnce(request, key, live, admission);
    this.running.set(unitId, { key, issued });
    try {
      return await issued;
    } finally {
      this.running.delete(unitId);
    }
  }

  /** The whole life of a signature, in order. What we mean to sign is on record before the HSM is asked. */
  private async issueOnce(request: IssuanceRequest, key: DeviceKey, live: Promise<LedgerCertificate | undefined>, admission: Admission): Promise<Issued> {
    // 1. The same unit with the same key gets the same certificate again, without a second signature.
    const known = await this.answerKnown(await live, request, key, admission.abandoned);
    if (known) return known;

    const { actor, unit, workOrder, lease, record = [] } = request;
    const applicant = { actor, serial: unit.serial, lease, targets: workOrder.targets, record };
    let reserved: Reserved;
    try {
      reserved = await this.reserve(request, key, applicant, admission);
    } catch (error) {
      if (!(error instanceof UnitTaken)) throw error;
      // Another request was faster, here or in another process: either it is at work this moment, or it is done.
      const taken = await this.answerKnown(await this.desk.findLive(unit.id), request, key, admission.abandoned);
      if (taken) return taken;
      throw new IssuanceInProgress(unit.serial);
    }
    const { authority, intent } = reserved;

    try {
      // 4. Sign; the answer is verified against the intent before it comes back.
      const certificate = await this.certificateAuthority.sign(authority, intent.tbs, request.work);

      // 5. Store it. Only what this commit holds is ever handed out.
      const id = fingerprint(certificate);
      await this.desk.complete(applicant, intent, { serialNumber: intent.serialNumber, der: certificate, fingerprint: id }, admission);
      return { certificate, fingerprint: id, notAfter: intent.notAfter, authority, replayed: false };
    } catch (error) {
      await this.abandonUnstored(() => this.desk.abandon(applicant, intent, reasonOf(error), admission.abandoned));
      throw error;
    }
  }

  /** Abandons what was reserved and never stored, of this process and of those that are gone. Returns how many. */
  async settle(abandoned: Abandoned): Promise<number> {
    const left = await this.desk.leftBehind((unitId) => this.running.has(unitId));
    for (const reservation of left) {
      await this.desk.abandon({ actor: 'system', serial: reservation.serial }, reservation, 'left behind', abandoned);
    }
    if (left.length > 0) this.logger.warn({ event: 'reservations.settled', abandoned: left.length });
    return left.length;
  }

  private findLive({ unit }: IssuanceRequest): Promise<LedgerCertificate | undefined> {
    return UNTOUCHED.has(unit.state) ? NOTHING : askedAhead(this.desk.findLive(unit.id));
  }

  private async reserve(request: IssuanceRequest, key: DeviceKey, applicant: Applicant, admission: Admission): Promise<Reserved> {
    const { unit, workOrder } = request;
    for (let tries = 1; ; tries++) {
      // 2. Draft it and hold it against the rules while no key has been touched.
      const authority = await this.certificateAuthority.getIssuing(workOrder.authorityFamily);
      const draft = await this.draft(request, key, authority);

      // 3. Commit the intent: serial number, exact bytes, quota. The ledger's constraint allows a unit one.
      const { id: authorityId } = authority;
      const intent = { ...draft, unitId: unit.id, workOrderId: workOrder.id, authorityId, profile: workOrder.profile, spkiSha256: key.spkiSha256 };
      try {
        await this.desk.reserve(applicant, intent, admission);
        return { authority, intent };
      } catch (error) {
        if (!(error instanceof IssuerReplaced)) throw error;
        this.certificateAuthority.forgetIssuing(authority);
        if (tries === MOST_TRIES) throw new IssuanceInProgress(unit.serial);
      }
    }
  }

  private async answerKnown(live: LedgerCertificate | undefined, request: IssuanceRequest, key: DeviceKey, abandoned: Abandoned): Promise<Issued | undefined> {
    if (!live) return undefined;
    if (live.state === 'valid') return this.replay(live, request, key);
    if (await this.desk.isHeldElsewhere(live)) throw new IssuanceInProgress(request.unit.serial);
    await this.desk.abandon({ actor: 'system', serial: request.unit.serial }, live, 'left behind', abandoned);
    return undefined;
  }

  private async replay(live: LedgerCertificate, request: IssuanceRequest, key: DeviceKey): Promise<Issued> {
    if (!live.spkiSha256.equals(key.spkiSha256)) throw new UnitAlreadyProvisioned(request.unit.serial);
    if (!live.der || live.fingerprint === null) throw new Error(`Certificate ${live.serialNumber} is valid and has no bytes`);
    const authority = await this.certificateAuthority.get(live.authorityId);
    return { certificate: live.der, fingerprint: live.fingerprint, notAfter: live.notAfter, authority, replayed: true };
  }

  private async draft(request: IssuanceRequest, key: DeviceKey, authority: Authority): Promise<CertificateDraft> {
    const drafter = await this.drafters.for(request.workOrder.profile, authority);
    const fields = { serial: request.unit.serial, order: request.workOrder.id, product: request.workOrder.product };
    return drafter.draft(fields, key, this.clock.now());
  }

  /**
   * Nobody has seen the certificate, and nobody will. Does nothing where the storing commit went through after all and
   * only its answer was lost; if the ledger is away, the reservation stays open and settling finds it.
   */
  private async abandonUnstored(abandon: () => Promise<void>) {
    try {
      await abandon();
    } catch (error) {
      this.logger.warn({ event: 'reservation.left_open', error });
    }
  }
}

/** Its answer, or refusal, is taken when its turn comes, if it comes. */
function askedAhead<T>(answer: Promise<T>): Promise<T> {
  void answer.catch(() => undefined);
  return answer;
}

function reasonOf(error: unknown): string {
  return error instanceof DomainError ? error.code : 'failed';
}
