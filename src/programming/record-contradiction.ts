import type { DomainError } from '../platform/errors/domain-error.js';
import { Scan } from '../work-orders/serial.js';
import { recordContradicts, recordOfAnotherUnit, recordWithoutUnit } from './programming.errors.js';
import type { Result } from './result.schema.js';

/** What OpenHTF writes where no test plug has named the unit. */
const UNKNOWN_DUT = 'UNKNOWN_DUT';

/**
 * Why a report must not decide on the unit: its OpenHTF record is of no unit, of another one, or says otherwise than the report. Of other
 * records nothing is known, and nothing is asked.
 */
export function contradictionIn({ outcome, record }: Pick<Result, 'outcome' | 'record'>, serial: string): DomainError | undefined {
  if (!record?.openHtf) return undefined;
  const { dutId, outcome: ofRecord } = record.openHtf;
  if (dutId === null || dutId === UNKNOWN_DUT) return recordWithoutUnit(dutId);
  if (!isSerial(dutId, serial)) return recordOfAnotherUnit(serial, dutId.slice(0, 64));
  return ofRecord === outcome ? undefined : recordContradicts(outcome, ofRecord?.slice(0, 64) ?? null);
}

/** Test software reads the same label with the same scanner. */
function isSerial(dutId: string, serial: string): boolean {
  const { data: scanned } = Scan.safeParse(dutId);
  return scanned?.toUpperCase() === serial.toUpperCase();
}
