import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Leaf, leafArguments } from '../audit/leaf.js';
import { byteaArray, textArray, bigintArray } from '../platform/database/arrays.js';
import { callRule, Database, type Ledger } from '../platform/database/database.js';
import { Instance } from '../platform/database/instance.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { type Lease, leaseArguments } from '../work-orders/unit.repository.js';
import { statesBefore } from '../work-orders/unit-state.js';
import type { KeyHolder, KeyOrigin } from './certificate.tables.js';

/** That AWS may sign one certificate for a unit. */
export interface AwsEntitlement {
  /** A UUID. */
  id: string;
  unitId: number;
  workOrderId: string;
  authorityId: string;
  /** SHA-256 of the SubjectPublicKeyInfo (DER) that the certificate must hold; null where AWS makes the key. */
  spkiSha256: Buffer | null;
  keyIdentity: Buffer | null;
  voucher: string | null;
  madeAt: Date;
}

/** An entitlement with its unit. */
export interface EntitledUnit extends AwsEntitlement {
  serial: string;
  profile: string;
  quarantined: boolean;
}

/** A certificate of a unit that AWS has signed. */
export interface SignedByAws {
  serialNumber: string;
  keyOrigin: KeyOrigin;
  spkiSha256: Buffer;
  der: Buffer;
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

const COLUMNS = [
  'aws_entitlement.id', 'aws_entitlement.unit_id as unitId', 'aws_entitlement.work_order_id as workOrderId', 'aws_entitlement.authority_id as authorityId',
  'aws_entitlement.spki_sha256 as spkiSha256', 'aws_entitlement.key_identity as keyIdentity', 'aws_entitlement.voucher', 'aws_entitlement.made_at as madeAt',
] as const;
const NO_KEY = Buffer.alloc(0);

@Injectable()
export class AwsEntitlementRepository {
  constructor(
    private readonly db: Database,
    private readonly instance: Instance,
    private readonly absence: LeaseAbsence,
  ) {}

  /** Commits it with its leaf and moves the unit on; nothing is written where a rule refuses (`brokenRule`). `keepMs`: the lease lasts so long at least. */
  async insert(entitlement: Omit<AwsEntitlement, 'voucher' | 'madeAt'>, lease: Lease | undefined, leaf: Leaf, keepMs: number): Promise<void> {
    const { id, unitId, workOrderId, authorityId, spkiSha256, keyIdentity } = entitlement;
    await callRule(this.db, 'entitle_units', {
      ids: textArray([id]), unit_ids: bigintArray([unitId]), order_ids: textArray([workOrderId]), authority_ids: textArray([authorityId]),
      spki_sha256s: byteaArray([spkiSha256 ?? NO_KEY]), key_identities: byteaArray([keyIdentity ?? NO_KEY]),
      before_reserved: textArray(statesBefore('reserved')), before_certified: textArray(statesBefore('certified')), keep: `${keepMs} milliseconds`,
      ...leaseArguments([lease], this.absence.asOf), ...leafArguments([leaf]),
    });
  }

  /** The unit's open one. */
  findOpen(unitId: number, ledger: Ledger = this.db): Promise<AwsEntitlement | undefined> {
    return ledger.selectFrom('aws_entitlement').select(COLUMNS).where('unit_id', '=', unitId).where('state', '=', 'open').executeTakeFirst();
  }

  /** The open one of the unit with this serial, with its unit, both locked until `tx` ends. */
  lockOpen(tx: Ledger, serial: string): Promise<EntitledUnit | undefined> {
    return tx
      .selectFrom('unit')
      .innerJoin('aws_entitlement', 'aws_entitlement.unit_id', 'unit.id')
      .innerJoin('work_order', 'work_order.id', 'aws_entitlement.work_order_id')
      .select([...COLUMNS, 'unit.serial', 'work_order.profile', sql<boolean>`unit.state = 'quarantined'`.as('quarantined')])
      .where('unit.serial', '=', serial)
      .where('aws_entitlement.state', '=', 'open')
      .forUpdate(['unit', 'aws_entitlement'])
      .executeTakeFirst();
  }

  /** Whether the unit's order waits to be confirmed after a restore. */
  async isUnconfirmed(tx: Ledger, serial: string): Promise<boolean> {
    const row = await tx.selectFrom('unit').innerJoin('work_order', 'work_order.id', 'unit.work_order_id').select('unit.id').where('unit.serial', '=', serial).where('work_order.unconfirmed_epoch', 'is not', null).executeTakeFirst();
    return row !== undefined;
  }

  /** Keeps the voucher in the place of `former` (null: there is none yet) unless another one was kept meanwhile; answers the one that counts. Undefined when the entitlement is not open any more. */
  async keepVoucher(tx: Ledger, id: string, { voucher, former }: { voucher: string; former: string | null }): Promise<string | undefined> {
    const row = await tx
      .updateTable('aws_entitlement')
      .set((eb) => ({ voucher: eb.case().when('voucher', 'is not distinct from', former).then(voucher).else(eb.ref('voucher')).end() }))
      .where('id', '=', id)
      .where('state', '=', 'open')
      .returning('voucher')
      .executeTakeFirst();
    return row?.voucher ?? undefined;
  }

  /** The key that AWS made belongs to the unit from now on, if it is nobody's yet. Answers whose it is (a unit's, with its serial, or whom `holder` names), and whether it is compromised. */
  async takeKey(tx: Ledger, { unitId }: Pick<AwsEntitlement, 'unitId'>, { keyIdentity, serialNumber }: { keyIdentity: Buffer; serialNumber: string }): Promise<{ unitId: number | null; serial: string | null; holder: KeyHolder | null; isCompromised: boolean }> {
    await tx
      .insertInto('device_key')
      .values({ identity: keyIdentity, unit_id: unitId, first_serial_number: serialNumber })
      .onConflict((conflict) => conflict.column('identity').doNothing())
      .execute();
    return tx
      .selectFrom('device_key')
      .leftJoin('unit', 'unit.id', 'device_key.unit_id')
      .select(['device_key.unit_id as unitId', 'device_key.holder', 'unit.serial', sql<boolean>`compromised_at is not null`.as('isCompromised')])
      .where('identity', '=', keyIdentity)
      .executeTakeFirstOrThrow();
  }

  /** The certificate is the unit's from now on. */
  async store(tx: Ledger, { id, unitId, workOrderId, profile }: EntitledUnit, certificate: SignedByAws): Promise<void> {
    const { serialNumber, keyOrigin, spkiSha256, der, fingerprint, notBefore, notAfter } = certificate;
    await tx
      .insertInto('certificate')
      .values({
        serial_number: serialNumber, unit_id: unitId, work_order_id: workOrderId, authority_id: null, profile, state: 'valid', key_origin: keyOrigin, spki_sha256: spkiSha256,
        tbs: null, tbs_sha256: null, der, fingerprint, not_before: notBefore, not_after: notAfter, reserved_by: this.instance.number, completed_at: new Date(),
      })
      .execute();
    await tx.updateTable('aws_entitlement').set({ state: 'used', fingerprint, ended_at: new Date() }).where('id', '=', id).execute();
  }

  /** The unit has no certificate of it any more, or gets none. Answers its id. */
  async withdraw(tx: Ledger, unitId: number): Promise<string | undefined> {
    const row = await tx
      .updateTable('aws_entitlement')
      .set({ state: 'withdrawn', ended_at: new Date() })
      .where('unit_id', '=', unitId)
      .where('state', '<>', 'withdrawn')
      .returning('id')
      .executeTakeFirst();
    return row?.id;
  }

  /** The unit gets none any more for a key of which AWS has signed none yet. Answers its id. */
  async withdrawOpen(tx: Ledger, unitId: number, spkiSha256: Buffer): Promise<string | undefined> {
    const row = await tx
      .updateTable('aws_entitlement')
      .set({ state: 'withdrawn', ended_at: new Date() })
      .where('unit_id', '=', unitId)
      .where('state', '=', 'open')
      .where('spki_sha256', '=', spkiSha256)
      .returning('id')
      .executeTakeFirst();
    return row?.id;
  }

  /** Those that were withdrawn before AWS signed and do not count as reworked yet do from now on; answers how many. */
  async countAsReworked(tx: Ledger, unitId: number): Promise<number> {
    const { numUpdatedRows } = await tx
      .updateTable('aws_entitlement')
      .set({ reworked_at: new Date() })
      .where('unit_id', '=', unitId)
      .where('state', '=', 'withdrawn')
      .where('fingerprint', 'is', null)
      .where('reworked_at', 'is', null)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** Whether the ledger has the certificate already. */
  async isKnown(tx: Ledger, fingerprint: string): Promise<boolean> {
    return (await tx.selectFrom('certificate').select('serial_number').where('fingerprint', '=', fingerprint).executeTakeFirst()) !== undefined;
  }
}
