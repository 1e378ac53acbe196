import { Injectable } from '@nestjs/common';
import { textArray } from '../platform/database/arrays.js';
import { type Ledger, run } from '../platform/database/database.js';

/** Every change the log may tell of, with the facts each must carry. Keys, PINs and tokens are never among them. */
export interface AuditEvents {
  'access.key-created': { id: string; role: string; name: string; station: string | null };
  'access.key-revoked': { id: string };
  'authority.generated': { id: string; keyLabel: string; keyId: string; keyType: string; signatureAlgorithm: string; fingerprint: string; hsm: string; production: boolean };
  'authority.registered': { id: string; targets: string[] };
  'authority.activated': { id: string; family: string; replaces: string | null; targets: string[] };
  'target.created': { name: string; accountId: string; region: string; mode: string };
  'registration.in-sync': { authority: string; target: string; caCertificateId: string };
  'registration.failed': { authority: string; target: string; reason: string };
  'registration.drifted': { authority: string; target: string; reason: string };
  'registration.mended': { authority: string; target: string; changes: string[] };
  'line.created': { id: string };
  'station.created': { id: string; line: string; slots: string[] };
  'work-order.created': { id: string; product: string; quantity: number; overage: number; method: string; targets: string[] };
  'work-order.released': { id: string; units: number };
  'job.claimed': { job: number; serial: string; station: string; slot: string; fence: number; attempt: number };
  'job.released': { job: number; serial: string; station: string; fence: number };
  'job.lease-expired': { job: number; serial: string; station: string; fence: number };
  'job.result': { job: number; serial: string; outcome: string; failureCode: string | null; attempt: number };
  'job.late-report': { job: number; fence: number; reported: string };
  'certificate.reserved': { serialNumber: string; unit: string; authority: string; tbsSha256: string; spkiSha256: string };
  'certificate.issued': { serialNumber: string; unit: string; authority: string; fingerprint: string };
  'certificate.abandoned': { serialNumber: string; unit: string; reason: string };
  'key.generated-for-device': { unit: string; workOrder: string; keyType: string; spkiSha256: string; encryptedTo: string };
  'certificate.revoked': { serialNumber: string; unit: string; authority: string; fingerprint: string; reason: string };
  'crl.published': { authority: string; number: number; entries: number; sha256: string; thisUpdate: string; nextUpdate: string };
  'unit.certificate-revoked': { serial: string; target: string; certificateId: string; known: boolean };
  'unit.registered': { serial: string; target: string; certificateId: string };
}

export type AuditEvent = keyof AuditEvents;

/** One line of the log. `actor`: who caused it (`key:<id>` or `system`). `subject`: what it is about, for searching. */
export interface Leaf {
  actor: string;
  event: AuditEvent;
  subject: string;
  data: AuditEvents[AuditEvent];
}

/** A leaf whose facts are those of its event. */
export function leaf<E extends AuditEvent>(actor: string, event: E, subject: string, data: AuditEvents[E]): Leaf {
  return { actor, event, subject, data };
}

/** What the ledger's functions take: actors, events, subjects, facts. */
export function leafColumns(leaves: readonly Leaf[]): [Buffer, Buffer, Buffer, Buffer] {
  return [
    textArray(leaves.map(({ actor }) => actor)),
    textArray(leaves.map(({ event }) => event)),
    textArray(leaves.map(({ subject }) => subject)),
    textArray(leaves.map(({ data }) => JSON.stringify(data))),
  ];
}

/** Append only. A leaf is part of the change it tells of: if it can't be written, the change does not happen. */
@Injectable()
export class AuditLog {
  /** `tx` is the transaction of the change and is never optional. */
  async record<E extends AuditEvent>(tx: Ledger, actor: string, event: E, subject: string, data: AuditEvents[E]): Promise<void> {
    await run(tx, 'select record_leaves($1, $2, $3, $4)', leafColumns([leaf(actor, event, subject, data)]));
  }
}
