import type { Ledger } from '../platform/database/database.js';
import type { KeyHolder } from './certificate.tables.js';
import { stationKeyTaken } from './issuance.errors.js';

/** The key is a station's from the end of `tx` on, and never a device's. `identity`: from `keyIdentity`. Throws `station-key-taken` where it is a device's or an authority's, or was compromised. */
export async function giveKeyToStation(tx: Ledger, identity: Buffer): Promise<void> {
  const { holder, compromised_at: compromisedAt } = await give(tx, identity, 'station');
  if (compromisedAt !== null) throw stationKeyTaken('is compromised');
  if (holder !== 'station') throw stationKeyTaken(holder === null ? 'is the device’s of a unit' : 'is an authority’s');
}

/** Nobody else gets a certificate for it. `identity`: as above. */
export async function giveKeyToAuthority(tx: Ledger, identity: Buffer): Promise<void> {
  await give(tx, identity, 'authority');
}

/** As `take_keys` has it for units: whoever comes first has it for good, and who waited for another one's end sees it. */
async function give(tx: Ledger, identity: Buffer, holder: KeyHolder) {
  await tx.insertInto('device_key').values({ identity, holder }).onConflict((conflict) => conflict.column('identity').doNothing()).execute();
  return tx.selectFrom('device_key').select(['holder', 'compromised_at']).where('identity', '=', identity).executeTakeFirstOrThrow();
}
