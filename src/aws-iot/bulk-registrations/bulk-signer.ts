import type { Target } from '../targets/targets.schema.js';
import type { BulkRegistration } from './bulk-registrations.repository.js';

/** What AWS said of one line. */
export interface LineReport {
  outcome: 'succeeded' | 'failed';
  /** Either names the line. */
  certificateId: string | null;
  line: number | null;
  errorCode: string | null;
  reason: string | null;
}

/** A line that AWS refused. */
export interface FailedLine {
  line: number;
  serial: string;
  /** Null where AWS signs. */
  certificateId: string | null;
  errorCode: string | null;
  reason: string | null;
}

/** The rows of the units in files. */
export interface FileRows {
  /** Its lines are fixed and numbered from now on; units that go another way meanwhile are left out, and without any it has ended. */
  seal(bulk: BulkRegistration): Promise<BulkRegistration | undefined>;
  /** The registration has ended, and each unit goes on by what became of it. `detail`: why not all went well. */
  end(bulk: BulkRegistration, detail: string | null): Promise<BulkRegistration | undefined>;
  /** Lines that AWS refused, in their order. */
  failures(id: number, page: { limit: number; after: number }): Promise<FailedLine[]>;
  /** Units of refused lines are due now. Answers how many. */
  sendFailedNow(bulk: BulkRegistration): Promise<number>;
}

/** What differs between files by who signs for their units. */
export interface BulkSigner {
  readonly rows: FileRows;
  /** The lines of the file, each with its end, a page at a time. `failedOnly`: those that AWS refused. */
  content(bulk: BulkRegistration, failedOnly?: boolean): AsyncGenerator<string>;
  /** Keeps what lines of a report say. The same again changes nothing. */
  keep(target: Target, bulk: BulkRegistration, outcome: LineReport['outcome'], texts: readonly string[]): Promise<void>;
  /** What the reports leave open and is not looked at later is asked of AWS, as far as the time of a round goes. Answers whether that was all. Rejects with an AwsIotError. */
  askForRest(target: Target, bulk: BulkRegistration): Promise<boolean>;
}
