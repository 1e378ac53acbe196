// A parent to be killed: opens a pool, says which signers it has, and keeps them busy.
import { SignerPool } from '../../dist/hsm/signer-pool.js';

const pool = new SignerPool(JSON.parse(process.env.POOL_SETTINGS ?? '{}'));
await pool.sign('ca', Buffer.from('ready'));
console.log(JSON.stringify(pool.processIds()));
for (;;) await pool.sign('ca', Buffer.from('busy'));
