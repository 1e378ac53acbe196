import { hash } from 'node:crypto';
import { type DeviceCheckReport, deviceCheckIn } from './device-check-report.js';

export const MOST_RECORD_BYTES = 1_048_576;

/** What a station measured at one attempt, as it is kept. */
export interface TestRecord {
  /** JSON, as it came apart from white space. */
  text: string;
  /** Of `text`, hex. */
  sha256: string;
  /** Length of `text` in UTF-8. */
  bytes: number;
  /** Undefined for a record that is none of OpenHTF's. */
  openHtf?: OpenHtf;
  /** The report of an end-of-line check, or what is wrong with it in words. */
  deviceCheck?: DeviceCheckReport | string;
}

/** What OpenHTF's record says of unit and outcome; null: nothing. */
export interface OpenHtf {
  dutId: string | null;
  outcome: string | null;
}

export function testRecord(record: Record<string, unknown>): TestRecord {
  const text = JSON.stringify(record);
  const [openHtf, deviceCheck] = [openHtfIn(record), deviceCheckIn(record)];
  return { text, sha256: hash('sha256', text, 'hex'), bytes: Buffer.byteLength(text), ...(openHtf && { openHtf }), ...(deviceCheck && { deviceCheck }) };
}

/** A record as OpenHTF's JSON callback writes it (`openhtf/output/callbacks/json_factory.py`; members as in `openhtf/core/test_record.py`). */
function openHtfIn(record: Record<string, unknown>): OpenHtf | undefined {
  if (!('dut_id' in record && 'station_id' in record && 'outcome' in record && Array.isArray(record['phases']))) return undefined;
  const { dut_id: dutId, outcome } = record;
  return { dutId: typeof dutId === 'string' ? dutId : null, outcome: typeof outcome === 'string' ? outcome : null };
}
