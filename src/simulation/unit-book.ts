import type { Report } from '../client/station-answers.js';
import type { Identity } from './api-answers.js';

/** What stations did with one unit, and what they were told of it. */
export interface UnitEntry {
  /** Whose it is. */
  order?: string;
  /** What its device was given, by fingerprint. */
  identities: Map<string, Identity>;
  /** Connections that were dropped at its first contact; undefined: the device has not connected. */
  drops?: number;
  /** A PASS of its last step was sent, and perhaps not answered. */
  passSent: boolean;
  /** What was sent last. */
  sent?: Report;
  /** The service has said that the unit has passed. */
  passTold: boolean;
  /** The failure code with which the service has said that the unit has failed. */
  failTold?: string;
}

/** The units of one run as its stations know them, by serial. */
export class UnitBook {
  private readonly entries = new Map<string, UnitEntry>();

  of(serial: string): UnitEntry {
    let entry = this.entries.get(serial);
    if (!entry) {
      entry = { identities: new Map(), passSent: false, passTold: false };
      this.entries.set(serial, entry);
    }
    return entry;
  }

  /** Units that an earlier run left on the line are left out. */
  allOf(order: string): ReadonlyMap<string, UnitEntry> {
    return new Map([...this.entries].filter(([, entry]) => entry.order === order));
  }

  /** The last that a unit was given. */
  identityOf(serial: string): Identity | undefined {
    return [...(this.entries.get(serial)?.identities.values() ?? [])].at(-1);
  }
}
