import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { ckrOf, cureFor } from './ckr.js';
import { HsmPinWrong, HsmRefused, HsmUnavailable } from './hsm.errors.js';
import type { TokenDescription } from './hsm.js';
import { readPinFile } from './pin-file.js';

export type Handle = Buffer;

export interface TokenSettings {
  HSM_MODULE: string;
  HSM_TOKEN: string;
  HSM_PIN_FILE: string;
}

/** This process can't go on with the token; a new process may. */
export class SignerSpent extends HsmUnavailable {}

/** CKS_RO_USER_FUNCTIONS and CKS_RW_USER_FUNCTIONS, which pkcs11js does not name. */
const USER_STATES: readonly number[] = [1, 3];

const CURES_PER_CALL = 2;
/** So many refused requests in a row, for reasons that should pass, and the library itself is under suspicion. */
const FAILURES_IN_A_ROW = 3;

export function loadModule(path: string): PKCS11 {
  const pkcs11 = new pkcs11js.PKCS11();
  try {
    pkcs11.load(path);
  } catch (error) {
    throw new SignerSpent(`The PKCS#11 library named by HSM_MODULE can't be loaded: ${String(error)}`, { cause: error });
  }
  try {
    // Key pairs are made on another thread while this one signs, and the standard wants that said.
    pkcs11.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  } catch (error) {
    if (ckrOf(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') {
      throw new SignerSpent(`The PKCS#11 library does not start (${ckrOf(error) ?? String(error)}).`, { cause: error });
    }
  }
  return pkcs11;
}

export const trimmed = (padded: string): string => padded.replace(/[\0 ]+$/, '');

export function findSlot(pkcs11: PKCS11, label: string): Handle | undefined {
  return pkcs11.C_GetSlotList(true).find((slot) => trimmed(pkcs11.C_GetTokenInfo(slot).label) === label);
}

/** A session with the token, logged in, that heals itself as far as one process can. */
export class Token {
  private session: Handle;
  private failures = 0;

  private constructor(
    readonly pkcs11: PKCS11,
    private readonly slot: Handle,
    private readonly pinFile: string,
  ) {
    this.session = this.openSession();
  }

  /** Handles of keys are out of date. */
  onCure = (): void => {};

  /** @throws SignerSpent or HsmPinWrong */
  static open(settings: TokenSettings): Token {
    const pkcs11 = loadModule(settings.HSM_MODULE);
    try {
      const slot = findSlot(pkcs11, settings.HSM_TOKEN);
      if (!slot) throw new SignerSpent(`The HSM has no token labelled "${settings.HSM_TOKEN}".`);
      const token = new Token(pkcs11, slot, settings.HSM_PIN_FILE);
      token.login();
      return token;
    } catch (error) {
      if (ckrOf(error) === undefined) throw error;
      throw new SignerSpent(`The HSM does not let the service in (${ckrOf(error)}).`, { cause: error });
    }
  }

  describe(): TokenDescription {
    const info = this.run(() => this.pkcs11.C_GetTokenInfo(this.slot));
    const soft = /softhsm/i.test(info.manufacturerID + info.model);
    return {
      label: trimmed(info.label),
      manufacturer: trimmed(info.manufacturerID),
      model: trimmed(info.model),
      serialNumber: trimmed(info.serialNumber),
      firmware: `${info.firmwareVersion.major}.${info.firmwareVersion.minor}`,
      production: !soft,
      ...(soft ? { warning: 'SoftHSM: NOT FOR PRODUCTION' } : {}),
    };
  }

  /** Does work in the session; what can be cured is cured, and the work done again, so it must be safe to repeat. */
  run<T>(work: (session: Handle) => T): T {
    for (let cures = 0; ; cures++) {
      try {
        const result = work(this.session);
        this.failures = 0;
        return result;
      } catch (error) {
        if (cures === CURES_PER_CALL || !this.cure(error, cures > 0)) throw this.verdict(error);
      }
    }
  }

  /** For work that takes its time on another thread: nothing else may use its session meanwhile. */
  async runApart<T>(work: (session: Handle) => Promise<T>): Promise<T> {
    const session = this.run(() => this.openReadWrite());
    try {
      return await work(session);
    } catch (error) {
      throw this.verdict(error);
    } finally {
      this.closeQuietly(session);
    }
  }

  /** A token that has logged us out does not say so: it shows no private key. To be asked when none is found. */
  requireLogin(session: Handle): void {
    const { state } = this.pkcs11.C_GetSessionInfo(session);
    if (!USER_STATES.includes(state)) throw new Error('CKR_USER_NOT_LOGGED_IN');
  }

  /** Uses the session, so that the token does not end it for being idle. Random bytes come from the token itself. */
  keepAlive(): void {
    try {
      this.run((session) => this.pkcs11.C_GenerateRandom(session, Buffer.alloc(16)));
    } catch (error) {
      // A token need not have random bytes to give.
      if (!(error instanceof HsmRefused)) throw error;
      this.run((session) => this.pkcs11.C_GetSessionInfo(session));
    }
  }

  close(): void {
    try {
      this.pkcs11.C_CloseAllSessions(this.slot);
      this.pkcs11.C_Finalize();
    } catch {
      // The process ends anyway, and the token forgets it then.
    }
  }

  /** Signing writes nothing, but AWS CloudHSM has no read-only sessions, and a token that is write-protected has no others. */
  private openSession(): Handle {
    try {
      return this.openReadWrite();
    } catch (error) {
      if (ckrOf(error) !== 'CKR_TOKEN_WRITE_PROTECTED') throw error;
      return this.pkcs11.C_OpenSession(this.slot, pkcs11js.CKF_SERIAL_SESSION);
    }
  }

  private openReadWrite(): Handle {
    return this.pkcs11.C_OpenSession(this.slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
  }

  private closeQuietly(session: Handle): void {
    try {
      this.pkcs11.C_CloseSession(session);
    } catch {
      // It was gone already.
    }
  }

  private logoutQuietly(): void {
    try {
      this.pkcs11.C_Logout(this.session);
    } catch {
      // It was logged out already, or can't even do this.
    }
  }

  private login(): void {
    const { flags } = this.pkcs11.C_GetTokenInfo(this.slot);
    if (flags & pkcs11js.CKF_USER_PIN_LOCKED) throw new HsmPinWrong('The token has locked its user PIN.');
    // The last try belongs to a person who knows the PIN.
    if (flags & pkcs11js.CKF_USER_PIN_FINAL_TRY) throw new HsmPinWrong('The token allows one more try of the user PIN; the service does not use it up.');
    let pin: string;
    try {
      pin = readPinFile(this.pinFile, 'HSM_PIN_FILE');
    } catch (error) {
      throw new SignerSpent(String(error instanceof Error ? error.message : error));
    }
    try {
      this.pkcs11.C_Login(this.session, pkcs11js.CKU_USER, pin);
    } catch (error) {
      if (ckrOf(error) === 'CKR_USER_ALREADY_LOGGED_IN') return;
      // A refusal for good counts as a wrong PIN too: libraries say CKR_ARGUMENTS_BAD to a PIN of the wrong form, and
      // whoever tries again may use up a try.
      if (['pin', 'permanent'].includes(cureFor(error) ?? '')) throw new HsmPinWrong(`The token refuses the user PIN (${ckrOf(error)}). It was tried once and will not be tried again until HSM_PIN_FILE changes.`);
      throw error;
    }
  }

  /** @param again the first cure did not help */
  private cure(error: unknown, again: boolean): boolean {
    try {
      const cure = cureFor(error);
      if (cure !== 'session' && cure !== 'login' && cure !== 'key') return false;
      if (cure === 'session') {
        this.closeQuietly(this.session);
        this.session = this.openSession();
      }
      // A library may take itself for logged in over a connection that is dead (YubiHSM): only a new login makes a new one.
      if (again && cure !== 'key') this.logoutQuietly();
      // A new session may come without a login: closing the last one logs out.
      if (cure !== 'key') this.login();
    } catch (incurable) {
      throw ckrOf(incurable) === undefined ? incurable : new SignerSpent(`The session with the HSM can't be renewed (${ckrOf(incurable)}).`, { cause: incurable });
    }
    this.onCure();
    return true;
  }

  private verdict(error: unknown): unknown {
    const ckr = ckrOf(error);
    if (ckr === undefined) return error;
    const cure = cureFor(error);
    if (cure === 'permanent') return new HsmRefused(`The HSM refuses this (${ckr}).`, { cause: error });
    const spent = cure !== 'transient' || ++this.failures >= FAILURES_IN_A_ROW;
    return new (spent ? SignerSpent : HsmUnavailable)(`The HSM failed (${ckr}).`, { cause: error });
  }
}
