import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { readCertificate } from '../x509/certificate.js';
import { encodeCrlEntry, type RevocationReason } from '../x509/crl.js';
import { keyIdentity } from '../x509/public-key.js';
import { AwsEntitlements } from './aws-entitlements.js';
import type { Standing } from './certificate.tables.js';
import { certificateNotFound } from './issuance.errors.js';
import { alreadyRevoked } from './issuance.errors.js';

/** A certificate that is valid or revoked; others have no fingerprint. */
export interface RevocableCertificate {
  fingerprint: string;
  /** Hex. */
  serialNumber: string;
  /** Null: AWS's own CA has signed it, so that no list of ours names it. */
  authorityId: string | null;
  unitId: number;
  /** The unit's. */
  serial: string;
  /** Null while it is valid. */
  revokedAt: Date | null;
  reason: string | null;
}

/** Takes a certificate back for good. */
@Injectable()
export class RevocationService {
  constructor(
    private readonly entitlements: AwsEntitlements,
    private readonly units: UnitRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /**
   * Revokes a valid certificate; asked again for the same reason it answers the same. Where it was its unit's current one, the successor takes its place. The log tells the CRL keeper and aws-iot:
   * the authority publishes a list with it within seconds, and each target of the unit's order is told. One that is revoked already may turn out to be of a compromised key. Throws
   * CertificateNotFound, or AlreadyRevoked for another reason.
   */
  async revoke(actor: string, fingerprint: string, reason: RevocationReason): Promise<RevocableCertificate> {
    return this.db.transaction().execute(async (tx) => {
      const found = await this.get(fingerprint, tx);
      if (found.reason !== reason) {
        // The unit first, as all changes of a unit do.
        await this.units.lockById(tx, found.unitId);
        await this.revokeValid(tx, actor, found, reason);
        if (reason === 'keyCompromise') await this.raise(tx, actor, await this.get(fingerprint, tx));
      }
      // Somebody may have been faster, now or long ago.
      const known = await this.get(fingerprint, tx);
      if (known.reason !== reason) throw alreadyRevoked(fingerprint, String(known.reason));
      return known;
    });
  }

  /** The same within `tx`, for good; nothing where it is revoked already. */
  async revokeIn(tx: Ledger, actor: string, fingerprint: string, reason: RevocationReason): Promise<void> {
    await this.revokeValid(tx, actor, await this.get(fingerprint, tx), reason);
  }

  /**
   * Revokes the certificates that a unit has, if it has any, within a change of its unit; answers the fingerprint of the current one. AWS is to sign none for it any more.
   * For keyCompromise it gets none for any key that it ever had, and those that were revoked before take this reason.
   */
  async revokeOfUnit(tx: Ledger, actor: string, unit: { id: number; serial: string }, reason: RevocationReason): Promise<string | null> {
    await this.entitlements.withdraw(tx, actor, unit, reason);
    const current = await this.fingerprintOf(tx, unit.id);
    // Looked for again each time: a successor may be stored, or take its place, until the current one is revoked.
    for (let next = current ?? (await this.anyOf(tx, unit.id)); next !== null; next = await this.anyOf(tx, unit.id)) await this.revokeValid(tx, actor, await this.get(next, tx), reason);
    if (reason === 'keyCompromise') await this.condemnKeysOf(tx, actor, unit);
    return current;
  }

  /** Of the unit's current certificate, if that is valid. */
  async fingerprintOf(ledger: Ledger, unitId: number, standing: Standing = 'current'): Promise<string | null> {
    const valid = await ledger.selectFrom('certificate').select('fingerprint').where('unit_id', '=', unitId).where('state', '=', 'valid').where('standing', '=', standing).executeTakeFirst();
    return valid?.fingerprint ?? null;
  }

  private async anyOf(ledger: Ledger, unitId: number): Promise<string | null> {
    const valid = await ledger.selectFrom('certificate').select('fingerprint').where('unit_id', '=', unitId).where('state', '=', 'valid').executeTakeFirst();
    return valid?.fingerprint ?? null;
  }

  /**
   * A unit that is reworked may have another certificate in the place of those that are revoked, or withdrawn before AWS signed them: answers how many its order
   * gets back. Each counts once, however often the unit is reworked, so that an order never has more certificates that are good
   * than its quota.
   */
  async countAsReworked(tx: Ledger, unitId: number): Promise<number> {
    const { numUpdatedRows } = await tx
      .updateTable('certificate')
      .set({ reworked_at: new Date() })
      .where('unit_id', '=', unitId)
      .where('state', '=', 'revoked')
      .where('reworked_at', 'is', null)
      // A successor took none.
      .where('replaces', 'is', null)
      .executeTakeFirst();
    return Number(numUpdatedRows) + (await this.entitlements.countAsReworked(tx, unitId));
  }

  async get(fingerprint: string, ledger: Ledger = this.db): Promise<RevocableCertificate> {
    const row = await ledger
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select([
        'certificate.serial_number as serialNumber', 'certificate.authority_id as authorityId', 'certificate.unit_id as unitId', 'unit.serial',
        'certificate.revoked_at as revokedAt', 'certificate.revocation_reason as reason',
      ])
      .where('certificate.fingerprint', '=', fingerprint)
      .executeTakeFirst();
    if (!row) throw certificateNotFound(fingerprint);
    return { ...row, fingerprint };
  }

  /** Does nothing where it is not valid any more. The authority's next list is due from this transaction's end on. */
  private async revokeValid(tx: Ledger, actor: string, certificate: RevocableCertificate, reason: RevocationReason): Promise<void> {
    const { serialNumber, serial, authorityId, fingerprint } = certificate;
    const revokedAt = await ledgerTime(tx);
    const row = await tx
      .updateTable('certificate')
      .set({ state: 'revoked', revoked_at: revokedAt, revocation_reason: reason, crl_entry: crlEntryOf(certificate, revokedAt, reason) })
      .where('fingerprint', '=', fingerprint)
      .where('state', '=', 'valid')
      .returning(['unit_id', 'der', 'standing', 'spki_sha256'])
      .executeTakeFirst();
    if (!row) return;
    if (row.standing === 'current') await this.follow(tx, row.unit_id, fingerprint);
    if (reason === 'keyCompromise') await this.condemnKey(tx, keyIdentity(readCertificate(row.der!).spki), row.unit_id, serialNumber, revokedAt);
    if (authorityId !== null) await tx.insertInto('crl_due').values({ authority_id: authorityId }).execute();
    await this.audit.record(tx, actor, 'certificate.revoked', `unit:${serial}`, { serialNumber, unit: serial, authority: authorityId, fingerprint, reason });
    if (reason === 'keyCompromise') await this.revokeOthersOfKey(tx, actor, { id: row.unit_id, serial }, row.spki_sha256);
  }

  /** The successor takes the place of the revoked certificate at once, if there is one. */
  private async follow(tx: Ledger, unitId: number, fingerprint: string): Promise<void> {
    const next = await tx
      .updateTable('certificate').set({ standing: 'current' }).where('unit_id', '=', unitId).where('state', '=', 'valid').where('standing', '=', 'successor').returning('serial_number').executeTakeFirst();
    if (next) await tx.updateTable('certificate').set({ standing: 'former' }).where('fingerprint', '=', fingerprint).execute();
  }

  /**
   * The reason of a certificate that is revoked for another one becomes keyCompromise, in the list too (RFC 5280 section 5.3.1); when it was revoked stays. Does nothing where it is valid, or has this reason.
   */
  private async raise(tx: Ledger, actor: string, { serialNumber, serial, authorityId, fingerprint, revokedAt, reason: from }: RevocableCertificate): Promise<void> {
    if (revokedAt === null || from === null || from === 'keyCompromise') return;
    const row = await tx
      .updateTable('certificate')
      .set({ revocation_reason: 'keyCompromise', crl_entry: crlEntryOf({ serialNumber, authorityId }, revokedAt, 'keyCompromise') })
      .where('fingerprint', '=', fingerprint)
      .returning(['unit_id', 'der', 'spki_sha256'])
      .executeTakeFirstOrThrow();
    await this.condemnKey(tx, keyIdentity(readCertificate(row.der!).spki), row.unit_id, serialNumber, await ledgerTime(tx));
    if (authorityId !== null) await tx.insertInto('crl_due').values({ authority_id: authorityId }).execute();
    await this.audit.record(tx, actor, 'certificate.reason-raised', `unit:${serial}`, { serialNumber, unit: serial, authority: authorityId, fingerprint, from, reason: 'keyCompromise' });
    await this.revokeOthersOfKey(tx, actor, { id: row.unit_id, serial }, row.spki_sha256);
  }

  /** A device that can't make another key has its certificates for the same one: whoever has stolen the key has it for all. */
  private async revokeOthersOfKey(tx: Ledger, actor: string, { id: unitId, serial }: { id: number; serial: string }, spkiSha256: Buffer): Promise<void> {
    await this.entitlements.withdrawOpen(tx, actor, { id: unitId, serial }, spkiSha256, 'keyCompromise');
    const others = await this.ofUnit(tx, unitId).where('spki_sha256', '=', spkiSha256).execute();
    for (const { fingerprint } of others) {
      await this.revokeValid(tx, actor, await this.get(fingerprint, tx), 'keyCompromise');
      await this.raise(tx, actor, await this.get(fingerprint, tx));
    }
  }

  /** All keys that the unit ever had. A certificate tells of its own; one that none was signed for is on record by itself. */
  private async condemnKeysOf(tx: Ledger, actor: string, { id, serial }: { id: number; serial: string }): Promise<void> {
    for (const { fingerprint } of await this.ofUnit(tx, id).execute()) await this.raise(tx, actor, await this.get(fingerprint, tx));
    const keys = await tx
      .updateTable('device_key')
      .set({ compromised_at: await ledgerTime(tx) })
      .where('unit_id', '=', id)
      .where('compromised_at', 'is', null)
      .returning('identity')
      .execute();
    for (const { identity } of keys) await this.audit.record(tx, actor, 'key.condemned', `unit:${serial}`, { unit: serial, key: identity.toString('hex') });
  }

  /** The unit's certificates that were ever valid, in the order in which they were reserved. */
  private ofUnit(tx: Ledger, unitId: number) {
    return tx.selectFrom('certificate').select('fingerprint').where('unit_id', '=', unitId).where('state', 'in', ['valid', 'revoked']).orderBy('reserved_at').$narrowType<{ fingerprint: string }>();
  }

  /** From now on nobody gets a certificate for this key, not even the unit that it belongs to. */
  private async condemnKey(tx: Ledger, identity: Buffer, unitId: number, serialNumber: string, at: Date): Promise<void> {
    await tx
      .insertInto('device_key')
      .values({ identity, unit_id: unitId, first_serial_number: serialNumber, compromised_at: at })
      .onConflict((conflict) => conflict.column('identity').doUpdateSet({ compromised_at: at }))
      .execute();
  }
}

/** Null where AWS has signed, whose certificates no list of ours names. */
function crlEntryOf({ serialNumber, authorityId }: Pick<RevocableCertificate, 'serialNumber' | 'authorityId'>, revokedAt: Date, reason: RevocationReason): Buffer | null {
  return authorityId === null ? null : encodeCrlEntry(Buffer.from(serialNumber, 'hex'), revokedAt, reason);
}

/** Of the ledger's clock, which is the same for all processes and which nobody's wrong clock keeps from revoking. */
async function ledgerTime(tx: Ledger): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx);
  return rows[0]!.now;
}
