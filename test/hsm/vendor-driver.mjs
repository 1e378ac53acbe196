// Stands in for a signer process on a token that behaves as a vendor's does: SoftHSM does the work, and the functions
// below refuse or remember what that vendor's library would. Prints what came of the story named on the command line.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import pkcs11js from 'pkcs11js';
import { keyPairTemplates } from '../../dist/hsm/key-attributes.js';
import { SigningKeys } from '../../dist/hsm/signing-keys.js';
import { SignerMustRestart } from '../../dist/hsm/hsm.errors.js';
import { Token } from '../../dist/hsm/token.js';
import { crlTbs, encodeCrlEntry } from '../../dist/x509/crl.js';
import { signatureAlgorithmFor } from '../../dist/x509/signature-algorithm.js';

const library = pkcs11js.PKCS11.prototype;
const message = Buffer.from('message');

/** To be called before the library is loaded. @param answer is given the library's own function, bound to the library, and the arguments */
function bend(name, answer) {
  const own = library[name];
  library[name] = function (...args) {
    return answer(own.bind(this), ...args);
  };
}

const refuse = (ckr) => {
  throw new Error(ckr);
};

const outcome = async (work) => {
  try {
    const value = await work();
    return Buffer.isBuffer(value) ? 'signed' : typeof value === 'object' ? 'made' : (value ?? 'nothing');
  } catch (error) {
    return error instanceof SignerMustRestart ? 'new process wanted' : error.code;
  }
};

const open = () => {
  const token = Token.open(process.env);
  return { token, keys: new SigningKeys(token) };
};

/** A YubiHSM's own session, which all sessions of the library share: only a login makes another one. */
function shareOneConnection() {
  const connection = { deadWith: undefined };
  let other;
  bend('C_OpenSession', (own, slot, flags) => {
    // Keeps SoftHSM from logging out with the last session.
    other ??= own(slot, flags);
    return own(slot, flags);
  });
  for (const name of ['C_SignInit', 'C_GetSessionInfo']) bend(name, (own, ...args) => (connection.deadWith ? refuse(connection.deadWith) : own(...args)));
  bend('C_Login', (own, ...args) => {
    own(...args);
    connection.deadWith = undefined;
  });
  return connection;
}

/** As another program would, or this one before its ids were short. */
const bring = (token, label, id, signs = true) =>
  token.runInOwnSession(async (session) => {
    const { mechanism, publicTemplate, privateTemplate } = keyPairTemplates(label, id, 'P-256');
    const bentTemplate = privateTemplate.map((each) => (each.type === pkcs11js.CKA_SIGN ? { ...each, value: signs } : each));
    token.pkcs11.C_GenerateKeyPair(session, mechanism, publicTemplate, bentTemplate);
  });

/** Destroys the public key with this label. */
const losePublicHalf = (token, label) =>
  token.runInOwnSession(async (session) => {
    token.pkcs11.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PUBLIC_KEY }, { type: pkcs11js.CKA_LABEL, value: label }]);
    const found = token.pkcs11.C_FindObjects(session, 2);
    token.pkcs11.C_FindObjectsFinal(session);
    for (const object of found) token.pkcs11.C_DestroyObject(session, object);
  });

/** A revocation list that is to be signed by RSA with this hash, short or of this many megabytes. */
function listToSign(hash, megabytes = 0) {
  const entry = encodeCrlEntry(Buffer.alloc(20, 0x41), new Date('2026-01-01'), 'superseded');
  const signatureAlgorithm = signatureAlgorithmFor('RSA-2048', hash);
  const entries = [Buffer.concat(Array.from({ length: (megabytes * 1_000_000) / entry.length }, () => entry))];
  return crlTbs({ issuerName: Buffer.of(0x30, 0), issuerKeyIdentifier: Buffer.alloc(20), signatureAlgorithm, number: 1, thisUpdate: new Date(0), nextUpdate: new Date(1_000), entries });
}

async function signLists() {
  const { keys } = open();
  const { spki } = await keys.generate('ca', 'RSA-2048');
  const publicKey = crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return ['sha256', 'sha384'].flatMap((hash) => [0, 3].map((megabytes) => {
    const list = listToSign(hash, megabytes);
    return crypto.verify(hash, list, publicKey, keys.sign('ca', list));
  }));
}

const stories = {
  async 'short messages only'() {
    bend('C_Sign', (own, session, data, answer) => (data.length > 16_384 ? refuse('CKR_DATA_LEN_RANGE') : own(session, data, answer)));
    return signLists();
  },

  /** Names of the mechanisms, without CKM_, stand on the command line. */
  async 'mechanisms missing'() {
    const missing = process.argv.slice(3).map((name) => pkcs11js[`CKM_${name}`]);
    bend('C_SignInit', (own, session, mechanism, key) => (missing.includes(mechanism.mechanism) ? refuse('CKR_MECHANISM_INVALID') : own(session, mechanism, key)));
    return [await outcome(async () => JSON.stringify(await signLists()))];
  },

  async 'long ids'() {
    const { token, keys } = open();
    await bring(token, 'long', Buffer.alloc(20, 7));
    return [keys.find('long').id, await outcome(() => keys.sign('long', message))];
  },

  async 'short ids'() {
    const drawn = [7, 7, 7, 0xfffe];
    crypto.randomInt = () => drawn.shift();
    syncBuiltinESMExports();
    const { keys } = open();
    const ids = [];
    for (const label of ['first', 'second']) ids.push((await keys.generate(label, 'P-256')).id, await outcome(() => keys.sign(label, message)));
    return ids;
  },

  async 'one id for two keys'() {
    const { token, keys } = open();
    for (const label of ['one', 'two']) await bring(token, label, Buffer.of(1, 1));
    return [await outcome(() => keys.sign('one', message)), await outcome(() => keys.sign('two', message))];
  },

  async 'a public key that is none'() {
    const { keys } = open();
    await keys.generate('ca', 'P-256');
    bend('C_GetAttributeValue', (own, session, object, template) =>
      own(session, object, template).map((each) => (each.type === pkcs11js.CKA_EC_POINT ? { ...each, value: Buffer.of(4, 1, 4) } : each)));
    return [await outcome(() => open().keys.sign('ca', message))];
  },

  /** Leaves a key with the label on the command line, whether or not there is one. */
  async 'bring a key'() {
    await bring(open().token, process.argv[3], Buffer.from(process.argv[4], 'hex'));
    return [];
  },

  /** With the label on the command line, for some other use than signing. */
  async 'bring a key that signs nothing'() {
    await bring(open().token, process.argv[3], Buffer.from(process.argv[4], 'hex'), false);
    return [];
  },

  /** Destroys the public key with the label on the command line. */
  async 'lose a public half'() {
    await losePublicHalf(open().token, process.argv[3]);
    return [];
  },

  async 'public halves lost'() {
    const { token, keys } = open();
    const answers = [];
    for (const label of ['one', 'two']) await keys.generate(label, 'P-256');
    for (const label of ['one', 'two']) {
      await losePublicHalf(token, label);
      answers.push(await outcome(() => keys.find(label)), await outcome(() => keys.probeAny()));
    }
    return answers;
  },

  async 'connection dead until the next login'() {
    const connection = shareOneConnection();
    const { keys } = open();
    await keys.generate('ca', 'P-256');
    const signed = [];
    for (const deadWith of ['CKR_SESSION_CLOSED', 'CKR_ENCRYPTED_DATA_INVALID', 'CKR_USER_NOT_LOGGED_IN']) {
      connection.deadWith = deadWith;
      signed.push(await outcome(() => keys.sign('ca', message)));
    }
    return signed;
  },

  async 'connection dead for good'() {
    let dead = false;
    bend('C_SignInit', (own, ...args) => (dead ? refuse('CKR_ENCRYPTED_DATA_INVALID') : own(...args)));
    const { keys } = open();
    await keys.generate('ca', 'P-256');
    dead = true;
    return [await outcome(() => keys.sign('ca', message))];
  },

  async 'login refused for good'() {
    let tries = 0;
    bend('C_Login', () => {
      tries++;
      refuse(process.argv[3]);
    });
    return [await outcome(open), tries];
  },

  async 'sessions are read-write only'() {
    bend('C_OpenSession', (own, slot, flags) => (flags & pkcs11js.CKF_RW_SESSION ? own(slot, flags) : refuse('CKR_FUNCTION_FAILED')));
    const { keys } = open();
    return [await outcome(() => keys.generate('ca', 'P-256')), await outcome(() => keys.sign('ca', message))];
  },

  async 'write-protected'() {
    const first = open();
    await first.keys.generate('ca', 'P-256');
    first.token.close();
    bend('C_OpenSession', (own, slot, flags) => (flags & pkcs11js.CKF_RW_SESSION ? refuse('CKR_TOKEN_WRITE_PROTECTED') : own(slot, flags)));
    const { keys } = open();
    return [await outcome(() => keys.sign('ca', message)), await outcome(() => keys.generate('another', 'P-256'))];
  },

  async 'public keys are private'() {
    bend('C_GenerateKeyPairAsync', (own, session, mechanism, publicTemplate, privateTemplate) => {
      if (publicTemplate.some(({ type, value }) => type === pkcs11js.CKA_PRIVATE && !value)) refuse('CKR_ATTRIBUTE_VALUE_INVALID');
      const asked = publicTemplate.filter(({ type }) => type !== pkcs11js.CKA_PRIVATE);
      return own(session, mechanism, [...asked, { type: pkcs11js.CKA_PRIVATE, value: true }], privateTemplate);
    });
    const { keys } = open();
    const made = [];
    for (const keyType of ['P-256', 'RSA-2048']) made.push(await outcome(() => keys.generate(keyType, keyType)), await outcome(() => keys.sign(keyType, message)));
    return made;
  },
};

console.log(JSON.stringify(await stories[process.argv[2]]()));
