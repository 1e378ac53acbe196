import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { ckrOf } from './ckr.js';
import { failureOf } from './messages.js';
import { readPinFile } from './pin-file.js';
import { findSlot, loadModule, trimmed, type Handle } from './library.js';
import type { InitTokenOutcome } from './token-setup.js';

// A program of its own, started by token-setup.ts: it loads the PKCS#11 library and reads both PINs from files. On a
// command line, as softhsm2-util takes them, every user of the machine could read them.

const { HSM_MODULE = '', HSM_TOKEN = '', HSM_PIN_FILE = '', HSM_SO_PIN_FILE = '' } = process.env;
const READ_WRITE = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION;

function initialise(pkcs11: PKCS11, label: string): InitTokenOutcome {
  const pin = readPinFile(HSM_PIN_FILE, 'HSM_PIN_FILE');
  const existing = findSlot(pkcs11, label);
  if (existing && isFinished(pkcs11, existing)) {
    checkPin(pkcs11, existing, pin);
    return { made: false };
  }
  if (HSM_SO_PIN_FILE === '') throw new Error(`There is no usable token with the label "${label}".`);
  const soPin = readPinFile(HSM_SO_PIN_FILE, 'HSM_SO_PIN_FILE');
  // A token without a user PIN was left by an earlier run that was killed. It holds nothing yet, so it can be finished.
  if (!existing) {
    // The library reads exactly 32 octets of label (PKCS#11 C_InitToken), whatever the string's length.
    pkcs11.C_InitToken(emptySlot(pkcs11), soPin, label.padEnd(32 - Buffer.byteLength(label) + label.length));
  }
  // SoftHSM gives the new token a slot number of its own.
  const slot = existing ?? findSlot(pkcs11, label);
  if (!slot) throw new Error(`The token "${label}" was made and then could not be found.`);
  setUserPin(pkcs11, slot, soPin, pin);
  checkPin(pkcs11, slot, pin);
  return { made: true };
}

const isFinished = (pkcs11: PKCS11, slot: Handle): boolean => (pkcs11.C_GetTokenInfo(slot).flags & pkcs11js.CKF_USER_PIN_INITIALIZED) !== 0;

/** SoftHSM always shows one slot with an empty token. The tokens of other HSMs are made with the tools of their vendors. */
function emptySlot(pkcs11: PKCS11): Handle {
  const slot = pkcs11.C_GetSlotList(true).find((candidate) => {
    const info = pkcs11.C_GetTokenInfo(candidate);
    return /softhsm/i.test(info.manufacturerID) && (info.flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0 && trimmed(info.label) === '';
  });
  if (!slot) throw new Error('The library is not SoftHSM; make the token with the tools of its vendor.');
  return slot;
}

function setUserPin(pkcs11: PKCS11, slot: Handle, soPin: string, pin: string): void {
  const session = pkcs11.C_OpenSession(slot, READ_WRITE);
  try {
    pkcs11.C_Login(session, pkcs11js.CKU_SO, soPin);
    pkcs11.C_InitPIN(session, pin);
    pkcs11.C_Logout(session);
  } catch (error) {
    if (ckrOf(error) !== 'CKR_PIN_INCORRECT') throw error;
    throw new Error('The token refuses the security officer PIN; remove the half-made token, or give the PIN it was made with.', { cause: error });
  } finally {
    pkcs11.C_CloseSession(session);
  }
}

function checkPin(pkcs11: PKCS11, slot: Handle, pin: string): void {
  const session = pkcs11.C_OpenSession(slot, READ_WRITE);
  try {
    pkcs11.C_Login(session, pkcs11js.CKU_USER, pin);
  } catch (error) {
    if (ckrOf(error) !== 'CKR_PIN_INCORRECT') throw error;
    throw new Error('A token with this label exists and refuses the PIN; the PIN file belongs to another token.', { cause: error });
  } finally {
    pkcs11.C_CloseSession(session);
  }
}

function run(): InitTokenOutcome {
  try {
    const pkcs11 = loadModule(HSM_MODULE);
    const outcome = initialise(pkcs11, HSM_TOKEN);
    pkcs11.C_Finalize();
    return outcome;
  } catch (error) {
    const ckr = ckrOf(error);
    return { error: ckr ? `The token can't be initialised (${ckr}).` : failureOf(error).message };
  }
}

process.send?.(run(), undefined, undefined, () => process.exit(0));
