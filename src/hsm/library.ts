import pkcs11js, { type PKCS11, type TokenInfo } from 'pkcs11js';
import { ckrOf, recoveryFor } from './ckr.js';
import { SignerMustRestart } from './hsm.errors.js';

export type Handle = Buffer;

/** Loads and starts the vendor's PKCS#11 library. @throws SignerMustRestart */
export function loadModule(path: string): PKCS11 {
  const pkcs11 = new pkcs11js.PKCS11();
  try {
    pkcs11.load(path);
  } catch (error) {
    throw new SignerMustRestart(`The PKCS#11 library named by HSM_MODULE can't be loaded: ${String(error)}`, { cause: error });
  }
  try {
    // Key pairs are made on another thread while this one signs, which the standard requires to be announced.
    pkcs11.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  } catch (error) {
    if (ckrOf(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') {
      throw new SignerMustRestart(`The PKCS#11 library does not start (${ckrOf(error) ?? String(error)}).`, { cause: error });
    }
  }
  return pkcs11;
}

/** Removes the padding of a fixed-length text: spaces by the standard (PKCS#11 CK_TOKEN_INFO), zeros from some libraries. */
export const trimmed = (padded: string): string => padded.replace(/[\0 ]+$/, '');

/**
 * The slot of the token with this label and, unless it is empty, this serial number.
 * @throws SignerMustRestart when several tokens fit: a PIN must not be tried on a wrong one
 */
export function findSlot(pkcs11: PKCS11, label: string, serialNumber = ''): Handle | undefined {
  const tokens = pkcs11.C_GetSlotList(true).flatMap((slot) => {
    const info = tokenInfo(pkcs11, slot);
    return info ? { slot, label: trimmed(info.label), serialNumber: trimmed(info.serialNumber) } : [];
  });
  const [found, ...others] = tokens.filter((token) => token.label === label && (serialNumber === '' || token.serialNumber === serialNumber));
  if (others.length === 0) return found?.slot;
  const serialNumbers = [found, ...others].map((token) => token?.serialNumber).join(', ');
  throw new SignerMustRestart(`The HSM has ${others.length + 1} tokens labelled "${label}" (serial numbers ${serialNumbers}). Set HSM_TOKEN_SERIAL to the serial number of the right one.`);
}

/** Undefined for a token that was taken out meanwhile or that the library does not know: another one may be ours. */
function tokenInfo(pkcs11: PKCS11, slot: Handle): TokenInfo | undefined {
  try {
    return pkcs11.C_GetTokenInfo(slot);
  } catch (error) {
    if (recoveryFor(error) !== 'token') throw error;
    return undefined;
  }
}
