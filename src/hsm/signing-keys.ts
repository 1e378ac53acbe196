import { randomInt, type KeyObject } from 'node:crypto';
import { DomainError, hasCode } from '../platform/errors/domain-error.js';
import { importPublicKey } from '../x509/public-key.js';
import { verifySignature } from '../x509/signature-algorithm.js';
import { X509Error } from '../x509/x509.errors.js';
import { ckrOf, recoveryFor } from './ckr.js';
import { HsmUnavailable, SignerMustRestart } from './hsm.errors.js';
import type { HsmKey, HsmKeyType, NamedKey } from './hsm.js';
import { findPrivateKeys, isFreeId, keyPairTemplates, readAttributes, readKey, readName } from './key-attributes.js';
import { algorithmFor, signOnToken } from './signature.js';
import type { Handle } from './library.js';
import type { Token } from './token.js';

interface SigningKey {
  key: HsmKey;
  handle: Handle;
  publicKey: KeyObject;
}

/** The message that a health check signs. */
const PROBE_MESSAGE = Buffer.from('Lineside asks whether this key can sign');
/** Random ids to try, of 65,534. If so many are taken, the token does not compare ids at all. */
const ID_TRIES = 100;

/** The token's signing keys. Handles are cached by label, since finding a key takes longer than signing with it. */
export class SigningKeys {
  private readonly cache = new Map<string, SigningKey>();
  /** Labels of all keys that this process has ever found. */
  private readonly everFound = new Set<string>();
  /** Labels of the keys whose last signature in this process was good. */
  private readonly signsWell = new Set<string>();

  constructor(private readonly token: Token) {
    token.onRecovered = () => this.cache.clear();
  }

  find(label: string): HsmKey | undefined {
    // People ask for this, not stations: it is rare, and must answer what the token holds now.
    this.cache.delete(label);
    return this.token.run((session) => this.lookUp(session, label))?.key;
  }

  list(): NamedKey[] {
    return this.token.run((session) => {
      const names = this.privateKeys(session).map((handle) => readName(this.token.pkcs11, session, handle));
      if (names.some(({ label }) => label === '')) this.token.assertAnswers(session);
      return names;
    });
  }

  /**
   * Signs a message and verifies the signature with the key's public half.
   * @param publicKey SubjectPublicKeyInfo that the key must have; any key with the label will do without it
   * @returns Ecdsa-Sig-Value (DER) for EC, PKCS#1 v1.5 for RSA
   */
  sign(label: string, message: Buffer, publicKey?: Buffer): Buffer {
    return this.token.run((session) => {
      const signing = this.lookUp(session, label);
      if (!signing) throw new DomainError('hsm-key-missing', `The HSM has no key "${label}".`);
      if (publicKey && !signing.key.spki.equals(publicKey)) {
        this.cache.delete(label);
        throw new DomainError('authority-key-mismatch', `The HSM's key "${label}" is not the one that the certificate names.`);
      }
      return this.signWith(session, signing, message);
    });
  }

  async generate(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    this.assertLabelFree(label);
    return this.token.runInOwnSession(async (session) => {
      const pkcs11 = this.token.pkcs11;
      const { mechanism, publicTemplate, privateTemplate } = keyPairTemplates(label, this.freeId(session), keyType);
      const pair = await pkcs11.C_GenerateKeyPairAsync(session, mechanism, publicTemplate, privateTemplate);
      const destroy = () => [pair.privateKey, pair.publicKey].forEach((object) => pkcs11.C_DestroyObject(session, object));
      // Another service may have made a key with this label at the same time. Whoever finds two destroys its own.
      if (this.privateKeys(session, label).length > 1) {
        destroy();
        throw new DomainError('hsm-key-exists', `The HSM already has a key "${label}".`);
      }
      const { sensitive, extractable, ...rest } = readAttributes(pkcs11, session, pair.privateKey);
      if (!sensitive || extractable || !rest.token || !rest.private || !rest.onlySigns) {
        destroy();
        throw new DomainError('hsm-key-unsafe', `The HSM made the key "${label}" so that it could leave it or do more than sign. The key was destroyed.`);
      }
      return readKey(pkcs11, session, pair.privateKey);
    });
  }

  /** Looks for the key anew, so that one which was taken away or doubled since is noticed, and signs with it. */
  probe(label: string, publicKey: Buffer): void {
    this.cache.delete(label);
    this.sign(label, PROBE_MESSAGE, publicKey);
  }

  /** Signs with the first key of the token that can; where none can, asks the token for random bytes. One key that is unusable does not make the token so. */
  probeAny(): void {
    this.token.run((session) => {
      const signs = (handle: Handle): boolean => {
        try {
          this.signWith(session, this.signingKey(session, handle), PROBE_MESSAGE);
          return true;
        } catch (error) {
          if (hasCode(error, 'hsm-refused') || error instanceof X509Error || recoveryFor(error) === 'permanent') return false;
          throw error;
        }
      };
      if (!this.privateKeys(session).some(signs)) this.token.pkcs11.C_GenerateRandom(session, Buffer.alloc(16));
    });
  }

  /**
   * A CKA_ID that no key has. It has two octets, since a YubiHSM stores a longer one in an additional object, and is not
   * 0000, since a YubiHSM then chooses another one.
   */
  private freeId(session: Handle): Buffer {
    for (let tries = 0; tries < ID_TRIES; tries++) {
      const id = Buffer.alloc(2);
      id.writeUInt16BE(randomInt(1, 0xffff));
      if (isFreeId(this.token.pkcs11, session, id)) return id;
    }
    throw new DomainError('hsm-refused', 'The HSM says that every CKA_ID is taken.');
  }

  private assertLabelFree(label: string): void {
    const taken = this.token.run((session) => this.privateKeys(session, label).length > 0);
    if (taken) throw new DomainError('hsm-key-exists', `The HSM already has a key "${label}".`);
  }

  /** All signing keys, or those with the label. An empty answer is trusted only from a token that is logged in and has lost no key. */
  private privateKeys(session: Handle, label?: string): Handle[] {
    const handles = findPrivateKeys(this.token.pkcs11, session, label);
    if (handles.length === 0) {
      this.token.assertLoggedIn(session);
      this.assertNoKeyLost(session);
    }
    return handles;
  }

  /**
   * When its storage is away, a token may answer that it holds no key, and SoftHSM goes on answering so in the same
   * process after the storage is back. A new process sees the keys.
   */
  private assertNoKeyLost(session: Handle): void {
    const isGone = (label: string) => findPrivateKeys(this.token.pkcs11, session, label).length === 0;
    if ([...this.everFound].some(isGone)) throw new SignerMustRestart('The HSM no longer has a key that it had before.');
  }

  private lookUp(session: Handle, label: string): SigningKey | undefined {
    const cached = this.cache.get(label);
    if (cached) return cached;
    const [handle, another] = this.privateKeys(session, label);
    if (!handle) return undefined;
    if (another) throw new DomainError('hsm-key-ambiguous', `The HSM has more than one key "${label}".`);
    const found = this.signingKey(session, handle);
    this.cache.set(label, found);
    return found;
  }

  private signingKey(session: Handle, handle: Handle): SigningKey {
    const name = () => readName(this.token.pkcs11, session, handle);
    const key = this.atKey(session, name, () => readKey(this.token.pkcs11, session, handle));
    this.everFound.add(key.label);
    return { key, handle, publicKey: importPublicKey(key.spki) };
  }

  private signWith(session: Handle, { key, handle, publicKey }: SigningKey, message: Buffer): Buffer {
    const algorithm = algorithmFor(key.keyType, message);
    const signature = this.atKey(session, () => key, () => signOnToken(this.token.pkcs11, session, handle, algorithm, message));
    // One faulty signature may be enough to calculate the private key from, so it must not leave this process.
    if (!verifySignature(publicKey, algorithm, message, signature)) {
      // The handle may stand for another key by now: the next request finds the key again.
      this.cache.delete(key.label);
      const sentence = `The HSM's signature with the key "${key.label}" does not verify. It was thrown away.`;
      throw this.signsWell.delete(key.label) ? new HsmUnavailable(sentence) : new DomainError('hsm-refused', sentence);
    }
    this.signsWell.add(key.label);
    return signature;
  }

  /**
   * Work with one key. A library that fails at it is replaced with its process only where this key has signed in it before, or where the token answers nothing else either:
   * otherwise the fault is the key's, as that of a damaged file of SoftHSM's, and must not take the other keys along.
   */
  private atKey<T>(session: Handle, name: () => NamedKey, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (recoveryFor(error) !== 'library') throw error;
      const { label, id } = name();
      if (this.signsWell.has(label)) throw error;
      this.token.assertAnswers(session);
      throw new DomainError('hsm-refused', `The HSM fails at the key "${label}" (CKA_ID ${id || 'unreadable'}; ${ckrOf(error)}), and at nothing else: what it keeps of that key may be damaged.`, { cause: error });
    }
  }
}
