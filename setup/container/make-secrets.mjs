// Makes the secrets of docker-compose.yml in .lineside/compose (mode 0700), and keeps those that are there.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The user `node` of the image. */
const IMAGE_USER = 1000;
const folder = join(import.meta.dirname, '..', '..', '.lineside', 'compose');
mkdirSync(folder, { recursive: true, mode: 0o700 });
chmodSync(join(folder, '..'), 0o700);

const sealingKey = () => randomBytes(32).toString('base64url');
const hex = () => randomBytes(24).toString('hex');
const key = (role) => `ls_${role}_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
const keys = () => JSON.stringify(Object.fromEntries(['admin', 'manager', 'officer', 'issuer'].map((role) => [role, key(role)])));

// Each image reads as a user of its own, so these files are open and the folder around them is closed.
// The PINs and the key that seals secrets are for one image only; the PINs' reader insists on mode 0600.
const secrets = {
  'postgres-password': [hex, 0o644], 'redis-password': [hex, 0o644], 'bootstrap-keys.json': [keys, 0o644], 'hsm-pin': [hex, 0o600], 'hsm-so-pin': [hex, 0o600], 'secrets-key': [sealingKey, 0o600],
};
for (const [name, [make, mode]] of Object.entries(secrets)) {
  const file = join(folder, name);
  if (existsSync(file)) continue;
  writeFileSync(file, make(), { mode });
  chmodSync(file, mode);
  if (process.getuid() === 0) chownSync(file, IMAGE_USER, IMAGE_USER);
}
console.log(`Secrets are in ${folder}.`);
if (![0, IMAGE_USER].includes(process.getuid())) console.log(`The image's user must own the PINs and the key that seals secrets: sudo chown ${IMAGE_USER} ${folder}/hsm-* ${folder}/secrets-key`);
