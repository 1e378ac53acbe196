import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { secretsKeyMissing } from './errors/platform.errors.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/**
 * Secrets that must lie in the ledger, such as private keys of claims, are sealed with the installation's key (`SECRETS_KEY_FILE`), which all replicas share and no backup of the ledger holds:
 * AES-256-GCM, as nonce (12 octets), ciphertext, tag (16 octets).
 */
@Injectable()
export class SealedSecrets {
  private key: Buffer | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Whether there is a key to seal with. */
  get isAvailable(): boolean {
    return this.config.SECRETS_KEY_FILE !== undefined;
  }

  /** `purpose`: what the secret is of; it opens for this only. Throws `secrets-key-missing`. */
  async seal(purpose: string, secret: Uint8Array): Promise<Buffer> {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, await this.read(), nonce).setAAD(Buffer.from(purpose));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws `secrets-key-missing`, also for what was sealed with another key. */
  async open(purpose: string, sealed: Buffer): Promise<Buffer> {
    const decipher = createDecipheriv(ALGORITHM, await this.read(), sealed.subarray(0, NONCE)).setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
    } catch (cause) {
      throw secretsKeyMissing('SECRETS_KEY_FILE holds another key than the one with which this secret was sealed', { cause });
    }
  }

  private async read(): Promise<Buffer> {
    if (this.key) return this.key;
    const file = this.config.SECRETS_KEY_FILE;
    if (file === undefined) throw secretsKeyMissing('SECRETS_KEY_FILE is not set');
    const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url');
    if (key.length !== 32) throw secretsKeyMissing('SECRETS_KEY_FILE must hold 32 octets in base64url');
    return (this.key = key);
  }
}
