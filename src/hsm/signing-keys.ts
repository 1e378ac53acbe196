import { randomInt, type KeyObject } from 'node:crypto';
import { importPublicKey } from '../x509/public-key.js';
import { verifySignature } from '../x509/signature-algorithm.js';
import { HsmKeyAmbiguous, HsmKeyExists, HsmKeyMissing, HsmKeyUnsafe, HsmRefused, HsmUnavailable } from './hsm.errors.js';
import type { HsmKey, HsmKeyType } from './hsm.js';
import { findPrivateKeys, isFreeId, keyPairTemplates, readAttributes, readKey } from './key-attributes.js';
import { algorithmFor, signOnToken } from './signature.js';
import { SignerSpent, type Handle, type Token } from './token.js';

interface SigningKey {
  key: HsmKey;
  handle: Handle;
  publicKey: KeyObject;
}

const PROBE = Buffer.from('Lineside asks whether this key can sign');
/** Of 65,534 ids: only a token that does not look at what it is asked for says that so many in a row are taken. */
const ID_TRIES = 100;

/** The token's signing keys. Handles are remembered, since finding a key costs more than signing with it. */
export class KeyRing {
  private readonly known = new Map<string, SigningKey>();
  /** Labels of keys that this process has found at any time. */
  private readonly seen = new Set<string>();

  constructor(private readonly token: Token) {
    token.onCure = () => this.known.clear();
  }

  find(label: string): HsmKey | undefined {
    // Asked for by people, not by stations: what the token says now counts, not what it said once.
    this.known.delete(label);
    return this.token.run((session) => this.lookUp(session, label))?.key;
  }

  /** DER for EC, PKCS#1 v1.5 for RSA; verified with the key's public half, which must be `publicKey` where one is named. */
  sign(label: string, message: Buffer, publicKey?: Buffer): Buffer {
    return this.token.run((session) => {
      const signing = this.lookUp(session, label);
      if (!signing) throw new HsmKeyMissing(`The HSM has no key "${label}".`);
      if (publicKey && !signing.key.spki.equals(publicKey)) {
        this.known.delete(label);
        throw new HsmKeyMissing(`The HSM's key "${label}" is not the one that the certificate names.`);
      }
      return this.signWith(session, signing, message);
    });
  }

  async generate(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    this.refuseTaken(label);
    return this.token.runApart(async (session) => {
      const pkcs11 = this.token.pkcs11;
      const { mechanism, publicTemplate, privateTemplate } = keyPairTemplates(label, this.freeId(session), keyType);
      const pair = await pkcs11.C_GenerateKeyPairAsync(session, mechanism, publicTemplate, privateTemplate);
      const destroy = () => [pair.privateKey, pair.publicKey].forEach((object) => pkcs11.C_DestroyObject(session, object));
      // Another service may have made one at the same time. Who sees that gives way.
      if (this.privateKeys(session, label).length > 1) {
        destroy();
        throw new HsmKeyExists(`The HSM already has a key "${label}".`);
      }
      const { sensitive, extractable, ...rest } = readAttributes(pkcs11, session, pair.privateKey);
      if (!sensitive || extractable || !rest.token || !rest.private || !rest.onlySigns) {
        destroy();
        throw new HsmKeyUnsafe(`The HSM made the key "${label}" so that it could leave it or do more than sign. The key was destroyed.`);
      }
      return readKey(pkcs11, session, pair.privateKey);
    });
  }

  probe(): void {
    this.token.run((session) => {
      const [handle] = this.privateKeys(session);
      if (!handle) {
        this.token.pkcs11.C_GenerateRandom(session, Buffer.alloc(16));
        return;
      }
      this.signWith(session, this.signingKey(session, handle), PROBE);
    });
  }

  /** Two octets, since a YubiHSM needs an object more for a longer one. 0000 would let it choose another. */
  private freeId(session: Handle): Buffer {
    for (let tries = 0; tries < ID_TRIES; tries++) {
      const id = Buffer.alloc(2);
      id.writeUInt16BE(randomInt(1, 0xffff));
      if (isFreeId(this.token.pkcs11, session, id)) return id;
    }
    throw new HsmRefused('The HSM says that every CKA_ID is taken.');
  }

  private refuseTaken(label: string): void {
    const taken = this.token.run((session) => this.privateKeys(session, label).length > 0);
    if (taken) throw new HsmKeyExists(`The HSM already has a key "${label}".`);
  }

  private privateKeys(session: Handle, label?: string): Handle[] {
    const handles = findPrivateKeys(this.token.pkcs11, session, label);
    if (handles.length === 0) {
      this.token.requireLogin(session);
      this.requireStorage(session);
    }
    return handles;
  }

  /**
   * A token whose storage is away may answer as if it had never held a key, and go on so when the storage is back:
   * SoftHSM does. A new process sees what is there.
   */
  private requireStorage(session: Handle): void {
    const isGone = (label: string) => findPrivateKeys(this.token.pkcs11, session, label).length === 0;
    if ([...this.seen].some(isGone)) throw new SignerSpent('The HSM no longer has a key that it had before.');
  }

  private lookUp(session: Handle, label: string): SigningKey | undefined {
    const known = this.known.get(label);
    if (known) return known;
    const [handle, another] = this.privateKeys(session, label);
    if (!handle) return undefined;
    if (another) throw new HsmKeyAmbiguous(`The HSM has more than one key "${label}".`);
    const found = this.signingKey(session, handle);
    this.known.set(label, found);
    return found;
  }

  private signingKey(session: Handle, handle: Handle): SigningKey {
    const key = readKey(this.token.pkcs11, session, handle);
    this.seen.add(key.label);
    return { key, handle, publicKey: importPublicKey(key.spki) };
  }

  private signWith(session: Handle, { key, handle, publicKey }: SigningKey, message: Buffer): Buffer {
    const algorithm = algorithmFor(key.keyType, message);
    const signature = signOnToken(this.token.pkcs11, session, handle, algorithm, message);
    // An HSM that miscalculates can give its private key away with one faulty signature.
    if (!verifySignature(publicKey, algorithm, message, signature)) {
      // Or the handle has come to mean another key: the next one finds the key again.
      this.known.delete(key.label);
      throw new HsmUnavailable(`The HSM's signature with the key "${key.label}" does not verify. It was thrown away.`);
    }
    return signature;
  }
}
