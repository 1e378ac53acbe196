import { Injectable } from '@nestjs/common';
import { callRule, type Ledger } from '../platform/database/database.js';
import { brokenRule } from '../platform/database/pg-errors.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { ledgerOlder } from './audit.errors.js';
import { leaf, leafArguments } from './leaf.js';

/** What a fact may be. */
export type Fact = string | number | boolean | null | readonly string[];

/** Every change the log may tell of, with the facts each must carry. Keys, PINs and tokens are never among them. */
export interface AuditEvents {
  'ledger.held': { kind: string; reason: string };
  'ledger.restored': { epoch: number; from: number; to: number | null; reason: string; leastCrlNumber: number; orders: number };
  'access.key-created': { id: string; role: string; name: string; station: string | null };
  'access.key-revoked': { id: string };
  'access.refused': { reason: string; address: string; key: string | null; times: number };
  'authority.planned': { id: string; family: string; keyType: string; keyLabel: string };
  'authority.failed': { id: string; keyLabel: string; reason: string };
  'authority.cancelled': { id: string };
  'authority.generated': { id: string; keyLabel: string; keyId: string; keyType: string; signatureAlgorithm: string; fingerprint: string; hsm: string; production: boolean };
  'authority.registered': { id: string; targets: string[] };
  /** `targets`: those that show it. `leftOut`: those that an officer did not wait for, with his reason. */
  'authority.activated': { id: string; family: string; replaces: string | null; targets: string[]; leftOut: string[] };
  /** `from`, `to`: its state before, and from now on. */
  'authority.frozen': { id: string; from: string; reason: string };
  'authority.unfrozen': { id: string; to: string; reason: string };
  'authority.compromised': { id: string; from: string; reason: string };
  /** `lockedOut`: units that had left the line and not connected yet. `targets`: where its CA is to be INACTIVE. */
  'authority.cloud-stopped': { id: string; targets: string[]; lockedOut: number; reason: string };
  'authority.cloud-stop-lifted': { id: string; targets: string[]; reason: string };
  'target.created': { name: string; accountId: string; region: string; mode: string };
  'target.verified': { name: string };
  'target.check-failed': { name: string; reason: string };
  'target.changed': { name: string; changes: string[] };
  'target.paused': { name: string; reason: string | null };
  'target.resumed': { name: string; reason: string | null };
  'target.retired': { name: string; reason: string | null };
  /** Certificates that AWS was never told to keep out there, the first 100 of their units, and authorities that were stopped and let devices in there. */
  'target.keep-outs-given-up': { name: string; certificates: number; serials: string[]; authorities: string[]; reason: string | null };
  'registration.in-sync': { authority: string; target: string; caCertificateId: string | null };
  'registration.failed': { authority: string; target: string; reason: string };
  'registration.drifted': { authority: string; target: string; reason: string };
  'registration.pending': { authority: string; target: string; reason: string };
  /** An officer wants what differs in AWS made right. */
  'registration.apply-ordered': { authority: string; target: string; differences: string[]; reason: string | null };
  /** An officer has taken over what a person changed in AWS. */
  'registration.accepted': { authority: string; target: string; settings: string[]; reason: string | null };
  /** Units that passed after the CA was last seen to let devices in (`since`), and before a stop was found: one record for each piece in which they were looked for, with the first 100 by name. */
  'registration.passed-unseen': { authority: string; target: string; units: number; serials: string[]; since: string };
  'registration.removed': { authority: string; target: string };
  'registration.mended': { authority: string; target: string; changes: string[] };
  /** `host`: to which machine it sends; the rest of its address may hold a password of the receiver. */
  'webhook.created': { id: string; host: string; events: string[] };
  'webhook.changed': { id: string; changes: string[]; reason: string | null };
  /** By the service itself, after days in vain. */
  'webhook.paused': { id: string; reason: string };
  'webhook.replayed': { id: string; fromIndex: number };
  'webhook.deleted': { id: string };
  /** `leaseMs`, `heartbeatMs`: not there, or null in a change: as the settings say. */
  'line.created': { id: string; leaseMs?: number; heartbeatMs?: number };
  'line.changed': { id: string; name: string; leaseMs: number | null; heartbeatMs: number | null };
  'station.created': { id: string; line: string; slots: string[]; steps: string[] };
  'station.changed': { id: string; name: string; steps: string[] };
  /** `of`: the plant, a line, a station or a slot, in words. `endsAt`: null where nobody has said. */
  'pause.begun': { pause: number; of: string; drain: boolean; reason: string; endsAt: string | null };
  'pause.ended': { pause: number; of: string };
  /** `route`, `failureCodes`: as JSON. A first order that names a new product makes it. */
  'product.created': { name: string; revisions: string[]; profile: string | null; method: string | null; route: string; failureCodes: string; serials: string; ahead: readonly string[] };
  'product.changed': { name: string; revisions: string[]; profile: string | null; method: string | null; route: string; failureCodes: string; serials: string; ahead: readonly string[] };
  'product.serials-added': { name: string; upload: string; serials: number };
  'work-order.created': { id: string; externalId: string | null; product: string; revision: string | null; route: string; profile: string; quantity: number; overage: number; method: string; parameters: string; shipGate: string; canary: string; whenTargetUnreachable: string; maxStaleHours: number; notBefore: string | null; notAfter: string | null; priority: number; ahead: readonly string[]; targets: string[] };
  'station-authority.generated': { id: string; keyLabel: string; keyId: string; keyType: string; fingerprint: string; hsm: string; production: boolean };
  /** A code was made with which the station may get a certificate; the code itself is never on record. */
  'station.enrolment-created': { id: string; station: string; expiresAt: string };
  'station.enrolled': { id: string; station: string; serialNumber: string };
  /** `replaces`: the serial number of the one that it asked with. */
  'station.certificate-issued': { station: string; serialNumber: string; fingerprint: string; notAfter: string; enrolledBy: string; replaces: string | null };
  'station.disabled': { station: string; reason: string };
  'station.enabled': { station: string; reason: string | null };
  'station.revoked': { station: string; reason: string; certificates: readonly string[]; enrolments: readonly string[] };
  /** A program began to work as the station. `replaces`: the session before. */
  'station.connected': { station: string; session: string; address: string; software: string; version: string; clockAheadMs: number; replaces: string | null };
  'station.session-required': { station: string; required: boolean };
  'station.access-changed': { station: string; requireCertificate: boolean };
  'work-order.released': { id: string; units: number; oneHand: string[] };
  'work-order.held': { id: string; reason: string | null };
  'work-order.resumed': { id: string };
  /** `epoch`: of the ledger, since which it was unconfirmed. */
  'work-order.confirmed': { id: string; epoch: number; reason: string };
  /** `unaccounted`: units of which nobody could say where they were, as the manager named them. */
  'work-order.closed': { id: string; reason: string | null; jobs: number; unaccounted: number };
  'work-order.cancelled': { id: string; reason: string | null; jobs: number; unaccounted: number };
  'work-order.raised': { id: string; quantity: number; overage: number; fromQuantity: number; fromOverage: number; notAfter: string | null; fromNotAfter: string | null; units: number };
  /** `priority`: from 1, which comes first, to 9. */
  'work-order.prioritised': { id: string; priority: number; fromPriority: number; reason: string | null };
  /** Waiting work goes elsewhere. `from`, `to`: names of queues. */
  'job.moved': { job: number; serial: string; from: string; to: string; reason: string };
  /** `first`: handed out before all others of its queue and step; or not any more. */
  'job.put-first': { job: number; serial: string; first: boolean; reason: string };
  'job.claimed': { job: number; serial: string; station: string; slot: string; fence: number; attempt: number };
  'job.released': { job: number; serial: string; station: string; fence: number; attempt: number };
  /** `overTime`: the attempt took longer than its step allows. */
  'job.lease-expired': { job: number; serial: string; station: string; fence: number; attempt: number; overTime?: boolean };
  /** `record`: SHA-256 of the test record, hex, where there is one. `next`: the job of the unit's next step, null where its order has ended; not there unless this was a PASS of a step that is not the last. */
  'job.result': { job: number; serial: string; step: string; outcome: string; failureCode: string | null; attempt: number; record?: string; next?: number | null };
  /** The claim's caller had gone, so that nobody was given the job. */
  'job.claim-undone': { job: number; serial: string; station: string; fence: number; attempt: number };
  /** The unit is quarantined until a person decides. */
  'job.set-aside': { job: number; serial: string; reason: string; attempt: number };
  'job.late-report': { job: number; fence: number; reported: string; record?: string };
  /** `from`: the unit's state before. `follows`: the job before. `certificate`: fingerprint of the one that it had, if any. */
  'unit.reworked': { serial: string; from: string; job: number; follows: number | null; certificate: string | null; reason: string | null };
  'unit.scrapped': { serial: string; from: string; certificate: string | null; reason: string | null };
  'unit.quarantined': { serial: string; from: string; certificate: string | null; reason: string | null };
  'unit.released': { serial: string; to: string; job: number | null; certificate: string | null; reason: string | null };
  /** The field rotation of a unit's certificate. `certificate`: fingerprint of the new one; `replaces`: of the old one. */
  'renewal.started': { serial: string; certificate: string; replaces: string; authority: string };
  'renewal.ready': { serial: string; certificate: string };
  'renewal.delivered': { serial: string; certificate: string };
  /** Whoever asked says that the device has connected there with the new one. */
  'renewal.sighting-reported': { serial: string; certificate: string; target: string };
  /** `target`: where its device was seen connected with the new one. From now on the old one is kept out. */
  'renewal.seen': { serial: string; certificate: string; replaces: string; target: string };
  /** `certificate`: the old one, INACTIVE in every target. */
  'renewal.out-of-use': { serial: string; certificate: string; graceEndsAt: string };
  'renewal.done': { serial: string; certificate: string; replaces: string };
  'renewal.cancelled': { serial: string; certificate: string; reason: string };
  'certificate.reserved': { serialNumber: string; unit: string; authority: string; tbsSha256: string; spkiSha256: string };
  'certificate.issued': { serialNumber: string; unit: string; authority: string; fingerprint: string };
  /** AWS may sign a certificate for the unit. `spkiSha256`: null where AWS makes the key. */
  'certificate.voucher-renewed': { entitlement: string; unit: string; ended: string };
  'certificate.entitled': { entitlement: string; unit: string; authority: string; spkiSha256: string | null };
  /** AWS has signed it. `quarantined`: the unit was set aside at that moment. */
  'certificate.imported': { serialNumber: string; unit: string; target: string; fingerprint: string; entitlement: string; quarantined: boolean };
  /** AWS has signed a certificate in the unit's name that the unit may not have. */
  'certificate.not-entitled': { unit: string; target: string; fingerprint: string; reason: string };
  'certificate.entitlement-withdrawn': { entitlement: string; unit: string; reason: string };
  /** The claim with which devices of the order ask AWS for their certificates. */
  'claim.requested': { order: string; target: string };
  'claim.brought': { order: string; target: string; certificateId: string; expiresAt: string };
  'claim.made': { order: string; target: string; certificateId: string; expiresAt: string };
  'claim.ending': { order: string; target: string; reason: string };
  /** Another one is made in the place of one that has ended. `former`: its certificate's id. */
  'claim.replaced': { order: string; target: string; former: string | null; reason: string };
  'claim.ended': { order: string; target: string; certificateId: string | null };
  /** A Thing that keeps devices out: of a scrapped unit, or, with `entitlement`, of one that is provisioned anew. */
  'unit.thing-held': { serial: string; target: string; entitlement: string | null };
  /** AWS does not let the Thing be made so; it is tried again. */
  'unit.thing-not-held': { serial: string; target: string; entitlement: string | null; reason: string };
  'certificate.abandoned': { serialNumber: string; unit: string; reason: string };
  'key.generated-for-device': { unit: string; workOrder: string; keyType: string; spkiSha256: string; encryptedTo: string };
  /** `authority`: null where AWS has signed the certificate. */
  'certificate.revoked': { serialNumber: string; unit: string; authority: string | null; fingerprint: string; reason: string };
  /** A certificate that was revoked for another reason (`from`) is of a compromised key. */
  'certificate.reason-raised': { serialNumber: string; unit: string; authority: string | null; fingerprint: string; from: string; reason: 'keyCompromise' };
  /** A key that belongs to the unit is compromised, and no certificate was signed for it. `key`: see `keyIdentity`, in hex. */
  'key.condemned': { unit: string; key: string };
  'crl.published': { authority: string; number: number; entries: number; sha256: string; thisUpdate: string; nextUpdate: string };
  'unit.certificate-revoked': { serial: string; target: string; certificateId: string; known: boolean };
  'unit.certificate-suspended': { serial: string; target: string; certificateId: string };
  'unit.certificate-resumed': { serial: string; target: string; certificateId: string };
  'unit.drifted': { serial: string; target: string; certificateId: string; reason: string };
  'unit.in-sync': { serial: string; target: string; certificateId: string };
  /** `reference`: of the shipment, as whoever shipped it gave it. */
  'unit.shipped': { serial: string; shipGate: string; reference: string | null };
  /** An authority's, or a fleet template's, which families may share. */
  'certificate.unknown': { target: string; certificateId: string; authority: string | null; template: string | null; status: string; thing: string | null };
  'unit.registered': { serial: string; target: string; certificateId: string };
  /** A throw-away unit of the order that proves the way to AWS. `failed`: the targets in which it did not pass. */
  'canary.requested': { serial: string; order: string };
  'canary.passed': { serial: string; order: string; certificate: string | null };
  'canary.failed': { serial: string; order: string; certificate: string | null; failed: string[]; problem: string };
  /** Nothing of it stands there any more. */
  'canary.removed': { serial: string; target: string; certificateId: string };
}

export type AuditEvent = keyof AuditEvents;

/** That the ledger is held as a refusal; undefined for any other error. */
export function refusalOfLedger(error: unknown): DomainError | undefined {
  const broken = brokenRule(error);
  return broken?.rule === 'ledger' ? ledgerOlder(broken.hint) : undefined;
}

/** Append only. A leaf is part of the change it tells of: if it can't be written, the change does not happen. */
@Injectable()
export class AuditLog {
  /** Of the ledger, as seen within the last second: it grows when somebody accepts a ledger that has lost something. */
  epoch = 0;
  /** What the ledger has lost since this process stored it, until it is held for that. */
  forgotten: string | undefined;
  /** The ledger is held, as seen within the last second. */
  isHeld = false;
  /** Why this process may issue nothing, whatever the ledger itself says. */
  private refusal: DomainError | undefined;

  /** From now on, until it is called with undefined. */
  refuseIssuing(refusal: DomainError | undefined): void {
    this.refusal = refusal;
  }

  /** Nothing is issued by anybody from the end of `tx` on. Does nothing where the ledger is held already. */
  async hold(tx: Ledger, kind: 'older' | 'failover', reason: string): Promise<void> {
    const [row] = await callRule<{ hold_ledger: boolean }>(tx, 'hold_ledger', { kind, reason });
    if (row?.hold_ledger) await this.record(tx, 'system', 'ledger.held', 'ledger', { kind, reason });
  }

  /** The ledger has lost what this process stored in it; nothing is issued from now on. `what`: for people. */
  reportForgotten(what: string): void {
    this.forgotten = what;
    this.refusal = ledgerOlder(`the ledger has lost ${what}`);
  }

  /**
   * Whether what this process does of its own accord, because the ledger says so, may change what stands outside of it: a ledger that has lost something tells of certificates, claims and
   * switch-offs as they were. Of the last second; within a transaction `assertCurrent` says it for sure. The rule is "Older ledgers" in docs/architecture.md.
   */
  get mayActAlone(): boolean {
    return !this.isHeld && this.refusal === undefined;
  }

  /** What this process knows by itself; that the ledger is held, `reserve_certificates` says. Throws `ledger-unknown`. */
  assertKnown(): void {
    if (this.refusal) throw this.refusal;
  }

  /** To be called before anything is signed with an authority's key that the ledger numbers, and before a unit's certificate is taken out of use or taken over. Throws `ledger-older` or `ledger-unknown`. */
  async assertCurrent(tx: Ledger): Promise<void> {
    this.assertKnown();
    try {
      await callRule(tx, 'require_current_ledger', {});
    } catch (error) {
      throw refusalOfLedger(error) ?? error;
    }
  }

  /** `tx` is the transaction of the change and is never optional. */
  async record<E extends AuditEvent>(tx: Ledger, actor: string, event: E, subject: string, facts: AuditEvents[E]): Promise<void> {
    await callRule(tx, 'record_leaves', leafArguments([leaf(actor, event, subject, facts)]));
  }
}
