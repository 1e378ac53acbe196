import { askLedger, type Examined, type Finding } from './examination.js';

const SHOWN = 5;

/** Units that an upgrade found with another unit's key: whoever holds the one device's key can pass for the other. */
export async function checkDeviceKeys(examined: Examined): Promise<Finding[]> {
  const shared = (await askLedger(examined, async (client) => (await client.query<{ unit: string; owner: string }>('select unit, owner from units_with_others_keys($1)', [SHOWN + 1])).rows)) ?? [];
  if (shared.length === 0) return [];
  const named = shared.slice(0, SHOWN).map(({ unit, owner }) => `${unit} has that of ${owner}`).join(', ');
  return [{
    name: 'keys of devices',
    state: 'warn',
    finding: `Units have a certificate for a key that belongs to another unit: ${named}${shared.length > SHOWN ? ', …' : ''}.`,
    remedy: 'Rework each, with a key of its own: POST /v1/units/{serial}/rework, then to a station. If nobody knows whose device it is, revoke its certificate: POST /v1/certificates/{fingerprint}/revoke.',
  }];
}
