import { Injectable } from '@nestjs/common';
import type { Authority } from '../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { SigningClock } from '../platform/signing-clock.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import type { WorkOrderTerms } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { fingerprint } from '../x509/certificate.js';
import { keyIdentity } from '../x509/public-key.js';
import { type Intent, type LedgerCertificate, type LiveCertificate, UnitTaken } from './certificate.repository.js';
import type { KeyOrigin } from './certificate.tables.js';
import type { DeviceKey } from './device-key.js';
import { isOfFormerIssuer, MOST_TRIES } from './former-issuer.js';
import { issuanceInProgress, unitAlreadyProvisioned } from './issuance.errors.js';
import { Profiles } from './profiles.js';
import { type Requester, Reservations } from './reservations.js';

/** For which unit and by which rules. The CSR decides nothing but the public key. */
export interface IssuanceRequest extends Requester {
  workOrder: WorkOrderTerms;
  key: DeviceKey;
  keyOrigin: KeyOrigin;
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

/** Units in these states have no current certificate, as far as the state was read in time; an index of the ledger refuses a second one. */
const UNTOUCHED: ReadonlySet<UnitState> = new Set<UnitState>(['planned', 'claimed']);

/** The life of a signature: reserve, sign, complete. */
@Injectable()
export class IssuanceService {
  /** Requests at work, by unit: one under each lease, since the ledger and not the first comer decides who may have the unit. */
  private readonly running = new Map<number, { request: IssuanceRequest; issued: Promise<Issued> }[]>();

  constructor(
    private readonly reservations: Reservations,
    private readonly certificateAuthority: CertificateAuthorityService,
    private readonly profiles: Profiles,
    private readonly clock: SigningClock,
    private readonly absence: LeaseAbsence,
  ) {}

  /**
   * The certificate that the unit has or may get at this moment, to be looked up while its CSR is still being read. The ledger
   * is not asked for a unit that was never reserved.
   */
  findLive({ id, state }: { id: number; state: UnitState }): Promise<LiveCertificate | undefined> {
    return UNTOUCHED.has(state) ? Promise.resolve(undefined) : this.reservations.findLive(id);
  }

  /** The unit's one certificate that is valid or may become so. */
  findCertificate(unitId: number): Promise<LiveCertificate | undefined> {
    return this.reservations.findLive(unitId);
  }

  /**
   * Issues the one certificate of a unit, or answers the one it has for this key. Requests for one unit under one lease that are
   * in flight together share one signature. `live`: from `findLive`.
   */
  async issue(request: IssuanceRequest, live: LiveCertificate | undefined): Promise<Issued> {
    const { unit } = request;
    const atWork = this.running.get(unit.id) ?? [];
    const same = atWork.find((other) => hasSameLease(other.request, request));
    if (same) {
      if (!same.request.key.spki.equals(request.key.spki)) throw issuanceInProgress(unit.serial);
      return { ...(await same.issued), replayed: true };
    }
    const own = { request, issued: this.issueAfter(atWork.map(({ issued }) => issued), request, live) };
    this.running.set(unit.id, [...atWork, own]);
    try {
      return await own.issued;
    } finally {
      const others = (this.running.get(unit.id) ?? []).filter((each) => each !== own);
      if (others.length > 0) this.running.set(unit.id, others);
      else this.running.delete(unit.id);
    }
  }

  /** The unit changed hands while the HSM worked: the ledger decides which of the requests stores its certificate, and the others go on from there. */
  private async issueAfter(others: readonly Promise<Issued>[], request: IssuanceRequest, live: LiveCertificate | undefined): Promise<Issued> {
    if (others.length === 0 || live?.state === 'valid') return this.issueOnce(request, live);
    // The ledger is asked at once who may have the unit at all.
    if (!request.lease) throw await this.reservations.refusalOfOpen(request);
    await Promise.allSettled(others);
    return this.issueOnce(request, await this.reservations.findLive(request.unit.id));
  }

  /** The whole life of a signature, in order. What we mean to sign is on record before the HSM is asked. */
  private async issueOnce(request: IssuanceRequest, live: LiveCertificate | undefined): Promise<Issued> {
    // 1. The same unit with the same key gets the same certificate again, without a second signature.
    const known = await this.answerKnown(live, request);
    if (known) return known;

    // 2. If the HSM can be asked at all, draft it, hold it against the rules, and commit the intent: serial number, exact bytes, quota.
    await this.certificateAuthority.readyToSign(request.work);
    let reserved: { authority: Authority; intent: Intent };
    try {
      reserved = await this.reserve(request);
    } catch (error) {
      if (!(error instanceof UnitTaken)) throw error;
      // Another request was faster, here or in another process: either it is at work this moment, or it is done.
      const taken = await this.answerKnown(await this.reservations.findLive(request.unit.id), request);
      if (taken) return taken;
      throw await this.reservations.refusalOfOpen(request);
    }
    const { authority, intent } = reserved;

    let certificate: Buffer | undefined;
    try {
      // 3. Sign; the answer is verified against the intent before it comes back.
      certificate = await this.certificateAuthority.sign(authority, intent.tbs, request.work);

      // 4. Store it. Only what this commit holds is ever handed out.
      const id = fingerprint(certificate);
      await this.reservations.complete(request, intent, certificate, id);
      return { certificate, fingerprint: id, notAfter: intent.notAfter, authority, replayed: false };
    } catch (error) {
      await this.reservations.abandonUnstored(request, intent, error, certificate !== undefined);
      throw error;
    }
  }

  private async reserve(request: IssuanceRequest): Promise<{ authority: Authority; intent: Intent }> {
    const { unit, workOrder, key, keyOrigin } = request;
    for (let tries = 1; ; tries++) {
      const authority = await this.certificateAuthority.getIssuing(workOrder.authorityFamily);
      try {
        const drafter = await this.profiles.drafter(workOrder.profile, authority);
        const draft = drafter.draft({ serial: unit.serial, order: workOrder.id, product: workOrder.product }, key, this.clock.now());
        const intent = {
          ...draft, unitId: unit.id, workOrderId: workOrder.id, canary: unit.canary ?? false, authorityId: authority.id, profile: workOrder.profile, keyOrigin, spkiSha256: key.spkiSha256, keyIdentity: keyIdentity(key.spki),
        };
        // The ledger may have been away while the CSR was read or the HSM was waited for, and no lease may have ended by that.
        if (!request.lease) await this.absence.makeGood();
        await this.reservations.reserve(request, intent);
        return { authority, intent };
      } catch (error) {
        if (!(await isOfFormerIssuer(error, authority, this.certificateAuthority))) throw error;
        if (tries === MOST_TRIES) throw issuanceInProgress(unit.serial);
      }
    }
  }

  private async answerKnown(live: LiveCertificate | undefined, request: IssuanceRequest): Promise<Issued | undefined> {
    if (!live) return undefined;
    if (live.state === 'valid') return this.replay(live, request);
    const atWork = (this.running.get(request.unit.id) ?? []).some((other) => other.request !== request);
    if ((atWork && !live.ended) || (await this.reservations.isHeldElsewhere(live))) throw await this.reservations.refusalOfOpen(request);
    await this.reservations.abandon('system', request.unit.serial, live, 'left behind');
    return undefined;
  }

  private async replay(live: LiveCertificate, { unit, key }: IssuanceRequest): Promise<Issued> {
    // One that AWS has signed is not ours to answer.
    if (!live.spkiSha256.equals(key.spkiSha256) || live.authorityId === null) throw unitAlreadyProvisioned(unit.serial);
    return this.issuedAs(live);
  }

  /** A certificate of the ledger that is valid and that an authority of ours has signed. */
  async issuedAs({ serialNumber, der, fingerprint: id, notAfter, authorityId }: LedgerCertificate): Promise<Issued> {
    if (!der || id === null || authorityId === null) throw new Error(`Certificate ${serialNumber} is valid and has no bytes or no authority`);
    const authority = await this.certificateAuthority.get(authorityId);
    return { certificate: der, fingerprint: id, notAfter, authority, replayed: true };
  }

  /** Abandons what was reserved and never stored, of this process and of those that are gone. Returns how many. */
  abandonLeftBehind(): Promise<number> {
    return this.reservations.abandonLeftBehind((unitId) => this.running.has(unitId));
  }
}

function hasSameLease({ lease: one }: IssuanceRequest, { lease: other }: IssuanceRequest): boolean {
  return one?.holder === other?.holder && one?.fence === other?.fence;
}
