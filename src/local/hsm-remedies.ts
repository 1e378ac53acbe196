import type { Examined } from './examination.js';
import { tokenRemedy } from './local-hsm.js';

/** The key that is meant, as far as it is known. */
export interface MeantKey {
  label: string;
  /** CKA_ID, hex. */
  id: string;
  family: string;
}

/** What exactly to do about a fault of the HSM, by its published code. */
export function hsmRemedy(code: string | undefined, { settings, place }: Pick<Examined, 'settings' | 'place'>, key?: MeantKey): string {
  const isOwn = settings.hsmModule === undefined;
  const putBack = isOwn
    ? `Stop Lineside, put the folder ${place.hsm.folder} that holds this key back, with the PIN files in it ("Backup and restore" in docs/operations.md, step 3), and start again.`
    : "Point HSM_TOKEN (and HSM_TOKEN_SERIAL, where two tokens have one label) at the token that holds this key and start again, or restore the key on this token with the HSM's own backup.";
  const replace = `Only if the key is lost for good, let a new generation take over: POST /v1/authorities {"family":"${key?.family ?? '…'}"}, then POST /v1/authorities/{id}/activate. Certificates that were issued stay valid.`;
  switch (code ?? '') {
    case 'hsm-key-missing':
      return `${putBack} ${replace}`;
    case 'authority-key-mismatch':
      return `It is the key of another installation, or was made anew: don't remove it before you know whose it is. ${putBack} ${replace}`;
    case 'hsm-refused':
      return key === undefined ? `Have a security officer look at the token with the HSM's own tools. What "keys on the HSM" says of a key comes first.` : `${putBack} ${replace}`;
    case 'hsm-key-ambiguous': {
      const right = key === undefined ? 'the one that the authority does not name' : `each but the one with CKA_ID ${key.id}, with which the authority was made`;
      const tool = isOwn ? ` To see them (package opensc): SOFTHSM2_CONF=${place.hsm.conf} pkcs11-tool --module libsofthsm2.so --token-label lineside --login --list-objects --type privkey` : '';
      return `Back the token up, then have a security officer remove or rename ${right}, with the HSM's own tools: Lineside never chooses between two.${tool}`;
    }
    case 'hsm-pin-wrong':
      return isOwn
        ? tokenRemedy('PIN', place.hsm.folder, place.hsm.pinFile)
        : 'Put the right PIN into the file that HSM_PIN_FILE names (mode 600): it is tried again once the file changes, and not before, since tokens lock after a few wrong PINs.';
    case 'hsm-unavailable':
      return isOwn
        ? `What "HSM token" says comes first; if that is well, read ${place.service.logFile}. The HSM is asked again by itself.`
        : `See with the vendor's own tools that this machine reaches the HSM and that HSM_TOKEN, with the serial number of HSM_TOKEN_SERIAL where that is set, is on it (hsm-config/README.md), then read ${place.service.logFile}. The HSM is asked again by itself.`;
    default:
      return `Read what docs/errors.md says of ${code ?? 'this'}, and ${place.service.logFile}.`;
  }
}
