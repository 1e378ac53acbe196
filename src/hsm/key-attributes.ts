import pkcs11js, { type Mechanism, type PKCS11, type Template } from 'pkcs11js';
import { DomainError } from '../platform/errors/domain-error.js';
import { spkiFromEcPoint, spkiFromRsa } from '../x509/public-key.js';
import { ckrOf, recoveryFor } from './ckr.js';
import type { HsmKey, HsmKeyAttributes, HsmKeyType, NamedKey } from './hsm.js';
import type { Handle } from './library.js';

type Curve = 'P-256' | 'P-384';

/** CKA_EC_PARAMS: the curve's OID, DER (SEC 2). */
const CURVES: Readonly<Record<Curve, Buffer>> = {
  'P-256': Buffer.from('06082a8648ce3d030107', 'hex'),
  'P-384': Buffer.from('06052b81040022', 'hex'),
};
const FOUND_AT_ONCE = 32;
const EXPONENT_65537 = Buffer.from([1, 0, 1]);

/** What C_GenerateKeyPair is asked for: a pair that stays on the token and whose private key can only sign. */
export function keyPairTemplates(label: string, id: Buffer, keyType: HsmKeyType): { mechanism: Mechanism; publicTemplate: Template; privateTemplate: Template } {
  const shared: Template = [
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_LABEL, value: label },
    { type: pkcs11js.CKA_ID, value: id },
  ];
  // CKA_PRIVATE is left out: AWS CloudHSM refuses a public key with the value false, and the service is logged in whenever it reads the key.
  const publicTemplate: Template = [
    ...shared,
    { type: pkcs11js.CKA_VERIFY, value: true },
    { type: pkcs11js.CKA_ENCRYPT, value: false },
    { type: pkcs11js.CKA_WRAP, value: false },
  ];
  const privateTemplate: Template = [
    ...shared,
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: true },
    { type: pkcs11js.CKA_EXTRACTABLE, value: false },
    { type: pkcs11js.CKA_SIGN, value: true },
    { type: pkcs11js.CKA_DECRYPT, value: false },
    { type: pkcs11js.CKA_UNWRAP, value: false },
    { type: pkcs11js.CKA_DERIVE, value: false },
  ];
  if (keyType === 'P-256' || keyType === 'P-384') {
    publicTemplate.push({ type: pkcs11js.CKA_EC_PARAMS, value: CURVES[keyType] });
    return { mechanism: { mechanism: pkcs11js.CKM_EC_KEY_PAIR_GEN }, publicTemplate, privateTemplate };
  }
  publicTemplate.push(
    { type: pkcs11js.CKA_MODULUS_BITS, value: Number(keyType.slice('RSA-'.length)) },
    { type: pkcs11js.CKA_PUBLIC_EXPONENT, value: EXPONENT_65537 },
  );
  return { mechanism: { mechanism: pkcs11js.CKM_RSA_PKCS_KEY_PAIR_GEN }, publicTemplate, privateTemplate };
}

/** Private keys that may sign: those with the label, or all. */
export function findPrivateKeys(pkcs11: PKCS11, session: Handle, label?: string): Handle[] {
  const signing: Template = [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_SIGN, value: true },
  ];
  return label === undefined ? find(pkcs11, session, signing) : findNamed(pkcs11, session, signing, { type: pkcs11js.CKA_LABEL, value: Buffer.from(label) });
}

/** What the token says of a private key, and whether signing is the only thing it may do. */
export function readAttributes(pkcs11: PKCS11, session: Handle, privateKey: Handle): HsmKeyAttributes & { onlySigns: boolean } {
  const flag = (type: number): boolean => read(pkcs11, session, privateKey, type)[0] === 1;
  return {
    token: flag(pkcs11js.CKA_TOKEN),
    private: flag(pkcs11js.CKA_PRIVATE),
    sensitive: flag(pkcs11js.CKA_SENSITIVE),
    extractable: flag(pkcs11js.CKA_EXTRACTABLE),
    alwaysSensitive: flag(pkcs11js.CKA_ALWAYS_SENSITIVE),
    neverExtractable: flag(pkcs11js.CKA_NEVER_EXTRACTABLE),
    local: flag(pkcs11js.CKA_LOCAL),
    onlySigns: flag(pkcs11js.CKA_SIGN) && ![pkcs11js.CKA_DECRYPT, pkcs11js.CKA_UNWRAP, pkcs11js.CKA_DERIVE].some(flag),
  };
}

/** Tokens do not keep CKA_ID unique, but a pair's two halves are found by it, so no other pair may have it. */
export function isFreeId(pkcs11: PKCS11, session: Handle, id: Buffer): boolean {
  return findNamed(pkcs11, session, [{ type: pkcs11js.CKA_TOKEN, value: true }], { type: pkcs11js.CKA_ID, value: id }).length === 0;
}

/** What a private key is called; empty what the token can't read of it. */
export function readName(pkcs11: PKCS11, session: Handle, privateKey: Handle): NamedKey {
  const part = (type: number) => readIfReadable(pkcs11, session, privateKey, type) ?? Buffer.alloc(0);
  return { label: part(pkcs11js.CKA_LABEL).toString('utf8'), id: part(pkcs11js.CKA_ID).toString('hex') };
}

/** @throws HsmRefused for a key of another type than HsmKeyType, or whose public half can't be found on the token */
export function readKey(pkcs11: PKCS11, session: Handle, privateKey: Handle): HsmKey {
  const id = read(pkcs11, session, privateKey, pkcs11js.CKA_ID);
  const label = read(pkcs11, session, privateKey, pkcs11js.CKA_LABEL).toString('utf8');
  const halves = findNamed(pkcs11, session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PUBLIC_KEY }], { type: pkcs11js.CKA_ID, value: id });
  // An imported key may share its CKA_ID with others. The label then says which public half is its own.
  const own = halves.length > 1 ? halves.filter((half) => readIfReadable(pkcs11, session, half, pkcs11js.CKA_LABEL)?.equals(Buffer.from(label))) : halves;
  const [publicKey, another] = own;
  if (another) throw new DomainError('hsm-refused', `Nobody can tell which public half of the key "${label}" is its own (CKA_ID ${id.toString('hex')}).`);
  if (!publicKey) throw new DomainError('hsm-refused', `The public half of the key "${label}" is not on the token (no public key with CKA_ID ${id.toString('hex')}).`);
  const { onlySigns: _, ...attributes } = readAttributes(pkcs11, session, privateKey);
  return { label, id: id.toString('hex'), ...readPublicHalf(pkcs11, session, publicKey, label), attributes };
}

function readPublicHalf(pkcs11: PKCS11, session: Handle, publicKey: Handle, label: string): { keyType: HsmKeyType; spki: Buffer } {
  const kind = read(pkcs11, session, publicKey, pkcs11js.CKA_KEY_TYPE).readUInt32LE(0);
  if (kind === pkcs11js.CKK_EC) {
    const parameters = read(pkcs11, session, publicKey, pkcs11js.CKA_EC_PARAMS);
    const keyType = (['P-256', 'P-384'] as const).find((curve) => CURVES[curve].equals(parameters));
    if (keyType) return { keyType, spki: spkiFromEcPoint(keyType, read(pkcs11, session, publicKey, pkcs11js.CKA_EC_POINT)) };
  }
  if (kind === pkcs11js.CKK_RSA) {
    const modulus = read(pkcs11, session, publicKey, pkcs11js.CKA_MODULUS);
    const bits = modulus.subarray(modulus.findIndex((octet) => octet !== 0)).length * 8;
    const keyType = (['RSA-2048', 'RSA-3072', 'RSA-4096'] as const).find((type) => type === `RSA-${bits}`);
    if (keyType) return { keyType, spki: spkiFromRsa(modulus, read(pkcs11, session, publicKey, pkcs11js.CKA_PUBLIC_EXPONENT)) };
  }
  throw new DomainError('hsm-refused', `The key "${label}" is none of P-256, P-384, RSA-2048, RSA-3072 and RSA-4096.`);
}

function read(pkcs11: PKCS11, session: Handle, object: Handle, type: number): Buffer {
  const [attribute] = pkcs11.C_GetAttributeValue(session, object, [{ type }]);
  return attribute?.value ?? Buffer.alloc(0);
}

/** Undefined where the library fails at it, as SoftHSM does where the object's file is damaged. */
function readIfReadable(pkcs11: PKCS11, session: Handle, object: Handle, type: number): Buffer | undefined {
  try {
    return read(pkcs11, session, object, type);
  } catch (error) {
    if (!isOfOneObject(error)) throw error;
    return undefined;
  }
}

/** A library may fail as a whole because of one object of its token. */
const isOfOneObject = (error: unknown): boolean => recoveryFor(error) === 'library' || ckrOf(error) === 'CKR_ATTRIBUTE_VALUE_INVALID';

/** Objects with this value of a label or id. SoftHSM finds none by it while it can't read that of any one object: then all are read here, and those that can't be are left out. */
function findNamed(pkcs11: PKCS11, session: Handle, template: Template, name: { type: number; value: Buffer }): Handle[] {
  try {
    return find(pkcs11, session, [...template, name]);
  } catch (error) {
    if (!isOfOneObject(error)) throw error;
    return find(pkcs11, session, template).filter((object) => readIfReadable(pkcs11, session, object, name.type)?.equals(name.value));
  }
}

function find(pkcs11: PKCS11, session: Handle, template: Template): Handle[] {
  try {
    pkcs11.C_FindObjectsInit(session, template);
    const found: Handle[] = [];
    for (;;) {
      const some = pkcs11.C_FindObjects(session, FOUND_AT_ONCE);
      found.push(...some);
      if (some.length < FOUND_AT_ONCE) return found;
    }
  } finally {
    // Also after a beginning that failed, which SoftHSM takes for one under way.
    finishQuietly(pkcs11, session);
  }
}

function finishQuietly(pkcs11: PKCS11, session: Handle): void {
  try {
    pkcs11.C_FindObjectsFinal(session);
  } catch {
    // None was under way.
  }
}
