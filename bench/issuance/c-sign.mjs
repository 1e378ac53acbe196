// A program of its own: the token's plain rate. C_SignInit and C_Sign in a tight loop, one session, one process.
// It looks at the clock every STEP signatures.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pkcs11js from 'pkcs11js';

const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, SECONDS, WARM_UP, STEP } = process.env;
const pkcs11 = new pkcs11js.PKCS11();
pkcs11.load(HSM_MODULE);
pkcs11.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
const slot = pkcs11.C_GetSlotList(true).find((each) => pkcs11.C_GetTokenInfo(each).label.replace(/[\0 ]+$/, '') === HSM_TOKEN);
const session = pkcs11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION);
pkcs11.C_Login(session, pkcs11js.CKU_USER, readFileSync(HSM_PIN_FILE, 'utf8').trim());
pkcs11.C_FindObjectsInit(session, [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
  { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_EC },
]);
const [key] = pkcs11.C_FindObjects(session, 1);
pkcs11.C_FindObjectsFinal(session);
if (!key) throw new Error('the token has no EC key');

const digest = createHash('sha256').update('lineside').digest();
const mechanism = { mechanism: pkcs11js.CKM_ECDSA };
const signature = Buffer.alloc(128);
const sign = () => {
  pkcs11.C_SignInit(session, mechanism, key);
  return pkcs11.C_Sign(session, digest, signature);
};
for (let count = 0; count < Number(WARM_UP); count++) sign();
const start = performance.now();
let signatures = 0;
do {
  for (let count = 0; count < Number(STEP); count++) sign();
  signatures += Number(STEP);
} while (performance.now() - start < Number(SECONDS) * 1_000);
const seconds = (performance.now() - start) / 1_000;
process.stdout.write(JSON.stringify({ rate: signatures / seconds }));
process.exit();
