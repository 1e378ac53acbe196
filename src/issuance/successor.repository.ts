import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { bigintArray, byteaArray, textArray } from '../platform/database/arrays.js';
import { callRule, Database, type Ledger } from '../platform/database/database.js';
import { brokenRule, violatedUnique } from '../platform/database/pg-errors.js';
import { type Intent, IssuerReplaced, UnitTaken } from './certificate.repository.js';
import type { CertificateState, Standing } from './certificate.tables.js';
import { refusalOfKey, reservationLost } from './issuance.errors.js';

/** A certificate of a unit that is current, its successor, or on its way out. */
export interface UnitCertificate {
  serialNumber: string;
  standing: Standing;
  state: CertificateState;
  spkiSha256: Buffer;
  fingerprint: string | null;
  /** Null: AWS's own CA has signed it. */
  authorityId: string | null;
  workOrderId: string;
  notAfter: Date;
  reservedBy: number;
  /** The time in which its process may complete the reservation is over. */
  ended: boolean;
}

/** Second certificates of units: reserved, stored, and put in the place of the first. */
@Injectable()
export class SuccessorRepository {
  constructor(private readonly db: Database) {}

  /** Those of the unit that are valid or may become so. */
  async ofUnit(unitId: number, ledger: Ledger = this.db): Promise<UnitCertificate[]> {
    return ledger
      .selectFrom('certificate')
      .select([
        'serial_number as serialNumber', 'standing', 'state', 'spki_sha256 as spkiSha256', 'fingerprint', 'authority_id as authorityId', 'work_order_id as workOrderId',
        'not_after as notAfter', 'reserved_by as reservedBy', sql<boolean>`coalesce(reserved_until <= clock_timestamp(), false)`.as('ended'),
      ])
      .where('unit_id', '=', unitId)
      .where('state', 'in', ['reserved', 'valid'])
      .execute();
  }

  /**
   * Commits what is to be signed, once `tx` is. It takes nothing of the order's quota and leaves the unit's state as it is. Throws UnitTaken where the unit has a
   * successor already, IssuerReplaced, KeyAlreadyUsed or KeyCompromised.
   */
  async reserve(tx: Ledger, intent: Intent, { replaces, reservedBy, openMs }: { replaces: string; reservedBy: number; openMs: number }): Promise<void> {
    try {
      await callRule(tx, 'require_issuers', { authority_ids: textArray([intent.authorityId]) });
      await callRule(tx, 'take_keys', {
        identities: byteaArray([intent.keyIdentity]), unit_ids: bigintArray([intent.unitId]), serial_numbers: textArray([intent.serialNumber]),
      });
      await tx
        .insertInto('certificate')
        .values({
          serial_number: intent.serialNumber, unit_id: intent.unitId, work_order_id: intent.workOrderId, authority_id: intent.authorityId, profile: intent.profile,
          state: 'reserved', standing: 'successor', replaces, key_origin: intent.keyOrigin, spki_sha256: intent.spkiSha256, tbs: intent.tbs, tbs_sha256: intent.tbsSha256,
          not_before: intent.notBefore, not_after: intent.notAfter, reserved_by: reservedBy, reserved_until: sql<Date>`clock_timestamp() + ${openMs} * interval '1 millisecond'`,
        })
        .execute();
    } catch (error) {
      if (violatedUnique(error) === 'certificate_one_successor') throw new UnitTaken();
      const broken = brokenRule(error);
      if (broken?.rule === 'issuer') throw new IssuerReplaced();
      if (broken?.rule === 'key') throw refusalOfKey(broken);
      throw error;
    }
  }

  /**
   * Stores what was signed, once `tx` is, which has the unit locked. Throws ReservationLost where the reservation was given up, its key was condemned, or the certificate that it replaces is not the
   * unit's current one any more.
   */
  async complete(tx: Ledger, { serialNumber, keyIdentity }: Pick<Intent, 'serialNumber' | 'keyIdentity'>, replaces: string, der: Buffer, fingerprint: string): Promise<void> {
    try {
      await callRule(tx, 'require_uncondemned', { identities: byteaArray([keyIdentity]), serial_numbers: textArray([serialNumber]) });
    } catch (error) {
      throw brokenRule(error)?.rule === 'reservation' ? reservationLost(serialNumber) : error;
    }
    if (!(await this.isCurrent(tx, replaces))) throw reservationLost(serialNumber);
    const row = await tx
      .updateTable('certificate')
      .set({ state: 'valid', der, fingerprint, tbs: null, completed_at: sql<Date>`now()` })
      .where('serial_number', '=', serialNumber)
      .where('state', '=', 'reserved')
      .returning('serial_number')
      .executeTakeFirst();
    if (!row) throw reservationLost(serialNumber);
  }

  /** Whether it is valid and its unit's current certificate; stays so until `tx` ends. */
  async isCurrent(tx: Ledger, serialNumber: string): Promise<boolean> {
    const row = await tx.selectFrom('certificate').select(['state', 'standing']).where('serial_number', '=', serialNumber).forShare().executeTakeFirst();
    return row?.state === 'valid' && row.standing === 'current';
  }

  /**
   * The successor takes the place of the unit's current certificate, which stays valid as the former one. False where it did so already, or is not valid any more.
   */
  async promote(tx: Ledger, unitId: number, fingerprint: string): Promise<boolean> {
    const successor = await tx
      .selectFrom('certificate').select('serial_number').where('fingerprint', '=', fingerprint).where('state', '=', 'valid').where('standing', '=', 'successor').forUpdate().executeTakeFirst();
    if (!successor) return false;
    await tx.updateTable('certificate').set({ standing: 'former' }).where('unit_id', '=', unitId).where('state', '=', 'valid').where('standing', '=', 'current').execute();
    await tx.updateTable('certificate').set({ standing: 'current' }).where('serial_number', '=', successor.serial_number).execute();
    return true;
  }

  /** The certificate is its unit's current one, as before: whichever took its place was revoked, and is a former one. False where it is not valid any more. */
  async reinstate(tx: Ledger, unitId: number, fingerprint: string): Promise<boolean> {
    await tx.updateTable('certificate').set({ standing: 'former' }).where('unit_id', '=', unitId).where('state', '=', 'revoked').where('standing', '=', 'current').where('replaces', 'is not', null).execute();
    const row = await tx
      .updateTable('certificate')
      .set({ standing: 'current' })
      .where('unit_id', '=', unitId).where('fingerprint', '=', fingerprint).where('state', '=', 'valid')
      .returning('serial_number')
      .executeTakeFirst();
    return row !== undefined;
  }
}
