// Stands in for a signer process and does to its own token what can't be done to one from outside. Prints one JSON line.
import pkcs11js from 'pkcs11js';
import { keyPairTemplates } from '../../dist/hsm/key-attributes.js';
import { SigningKeys } from '../../dist/hsm/signing-keys.js';
import { Token } from '../../dist/hsm/token.js';

const token = Token.open(process.env);
const keys = new SigningKeys(token);
const pkcs11 = token.pkcs11;
const message = Buffer.from('message');
const outcome = async (work) => {
  try {
    const value = await work();
    return Buffer.isBuffer(value) ? 'signed' : (value ?? 'nothing');
  } catch (error) {
    return error.code;
  }
};
const destroy = (label) =>
  token.runInOwnSession(async (session) => {
    for (const objectClass of [pkcs11js.CKO_PRIVATE_KEY, pkcs11js.CKO_PUBLIC_KEY]) {
      pkcs11.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: objectClass }, { type: pkcs11js.CKA_LABEL, value: label }]);
      const found = pkcs11.C_FindObjects(session, 8);
      pkcs11.C_FindObjectsFinal(session);
      for (const object of found) pkcs11.C_DestroyObject(session, object);
    }
  });

/** As another program would. */
const make = (label, id) =>
  token.runInOwnSession(async (session) => {
    const { mechanism, publicTemplate, privateTemplate } = keyPairTemplates(label, id, 'P-256');
    pkcs11.C_GenerateKeyPair(session, mechanism, publicTemplate, privateTemplate);
  });

const faults = {
  async 'session closed'() {
    pkcs11.C_CloseAllSessions(token.slot);
  },
  async 'logged out'() {
    token.run((session) => pkcs11.C_Logout(session));
  },
  async 'operation left active'() {
    token.run((session) => pkcs11.C_FindObjectsInit(session, []));
    token.run((session) => pkcs11.C_DigestInit(session, { mechanism: pkcs11js.CKM_SHA256 }));
  },
  async 'key replaced by another'() {
    await destroy('ca');
    await make('ca', Buffer.of(9));
  },
};

const results = {};
if (!keys.find('ca')) await keys.generate('ca', 'P-256');
for (const [name, fault] of Object.entries(faults)) {
  keys.sign('ca', message);
  await fault();
  results[name] = await outcome(() => keys.sign('ca', message));
}

token.run((session) => pkcs11.C_Logout(session));
results['label taken while logged out'] = await outcome(() => keys.generate('ca', 'P-256'));

token.run((session) => {
  pkcs11.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }]);
  const [privateKey] = pkcs11.C_FindObjects(session, 1);
  pkcs11.C_FindObjectsFinal(session);
  const flag = (type) => pkcs11.C_GetAttributeValue(session, privateKey, [{ type }])[0].value[0] === 1;
  const { CKA_SIGN, CKA_DECRYPT, CKA_UNWRAP, CKA_DERIVE, CKA_EXTRACTABLE, CKA_SENSITIVE } = pkcs11js;
  results.usages = { sign: flag(CKA_SIGN), decrypt: flag(CKA_DECRYPT), unwrap: flag(CKA_UNWRAP), derive: flag(CKA_DERIVE) };
  results.protection = { extractable: flag(CKA_EXTRACTABLE), sensitive: flag(CKA_SENSITIVE) };
  try {
    pkcs11.C_GetAttributeValue(session, privateKey, [{ type: pkcs11js.CKA_VALUE }]);
    results.privateValue = 'read';
  } catch (error) {
    results.privateValue = error.message;
  }
});

const sign = pkcs11.C_Sign;
pkcs11.C_Sign = (...args) => {
  const signature = sign.apply(pkcs11, args);
  signature[7] ^= 1;
  return signature;
};
results['faulty signature'] = await outcome(() => keys.sign('ca', message));
pkcs11.C_Sign = sign;

const generate = pkcs11.C_GenerateKeyPairAsync;
for (const [name, bent] of [['extractable', pkcs11js.CKA_EXTRACTABLE], ['not sensitive', pkcs11js.CKA_SENSITIVE], ['may decrypt', pkcs11js.CKA_DECRYPT]]) {
  pkcs11.C_GenerateKeyPairAsync = (session, mechanism, publicTemplate, privateTemplate) =>
    generate.call(pkcs11, session, mechanism, publicTemplate, privateTemplate.map((each) => (each.type === bent ? { ...each, value: !each.value } : each)));
  results[`token that makes keys: ${name}`] = [await outcome(() => keys.generate('unsafe', 'RSA-2048')), await outcome(() => keys.find('unsafe'))];
}
pkcs11.C_GenerateKeyPairAsync = generate;

for (const id of [1, 2]) await make('twin', Buffer.of(id));
results['two keys with one label'] = [await outcome(() => keys.sign('twin', message)), await outcome(() => keys.find('twin'))];

await destroy('ca');
results['key gone'] = await outcome(() => keys.sign('ca', message));

token.close();
console.log(JSON.stringify(results));
