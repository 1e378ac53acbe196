import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { X509Error } from '../x509/x509.errors.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { ckrOf, recoveryFor } from './ckr.js';
import { HsmPinWrong, HsmUnavailable, SignerMustRestart } from './hsm.errors.js';
import type { TokenDescription } from './hsm.js';
import { findSlot, loadModule, trimmed, type Handle } from './library.js';
import { readPinFile } from './pin-file.js';

export interface TokenSettings {
  HSM_MODULE: string;
  HSM_TOKEN: string;
  /** Empty: the label alone names the token. */
  HSM_TOKEN_SERIAL?: string;
  HSM_PIN_FILE: string;
}

/** Session states in which the user is logged in: CKS_RO_USER_FUNCTIONS and CKS_RW_USER_FUNCTIONS, which pkcs11js does not name. */
const LOGGED_IN_STATES: readonly number[] = [1, 3];

const RECOVERIES_PER_CALL = 2;
/** After so many transient failures in a row the process is replaced, since the library itself may be at fault. */
const MOST_TRANSIENT_FAILURES = 3;

/** The token and this process's logged-in session with it. The session is renewed when that can mend an error. */
export class Token {
  private session: Handle;
  /** Transient failures since the last success. */
  private transientFailures = 0;

  private constructor(
    readonly pkcs11: PKCS11,
    private readonly slot: Handle,
    private readonly pinFile: string,
  ) {
    this.session = this.openSession();
  }

  /** Called after a recovery: handles of keys found before are out of date. */
  onRecovered = (): void => {};

  /** @throws SignerMustRestart or HsmPinWrong */
  static open(settings: TokenSettings): Token {
    const pkcs11 = loadModule(settings.HSM_MODULE);
    try {
      const { HSM_TOKEN, HSM_TOKEN_SERIAL } = settings;
      const slot = findSlot(pkcs11, HSM_TOKEN, HSM_TOKEN_SERIAL);
      if (!slot) throw new SignerMustRestart(`The HSM has no token labelled "${HSM_TOKEN}"${HSM_TOKEN_SERIAL ? ` with the serial number ${HSM_TOKEN_SERIAL}` : ''}.`);
      const token = new Token(pkcs11, slot, settings.HSM_PIN_FILE);
      token.login();
      return token;
    } catch (error) {
      if (ckrOf(error) === undefined) throw error;
      throw new SignerMustRestart(`The HSM does not let the service in (${ckrOf(error)}).`, { cause: error });
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

  /**
   * Does work in the session. After an error that the session can recover from, the work is repeated, so it must be safe
   * to repeat.
   */
  run<T>(work: (session: Handle) => T): T {
    for (let recoveries = 0; ; recoveries++) {
      try {
        const result = work(this.session);
        this.transientFailures = 0;
        return result;
      } catch (error) {
        if (recoveries === RECOVERIES_PER_CALL || !this.recover(error, recoveries > 0)) throw this.errorFor(error);
      }
    }
  }

  /** Does work that runs for long on another thread, in a session of its own, which nothing else may use meanwhile. */
  async runInOwnSession<T>(work: (session: Handle) => Promise<T>): Promise<T> {
    const session = this.run(() => this.openReadWrite());
    try {
      return await work(session);
    } catch (error) {
      throw this.errorFor(error);
    } finally {
      this.closeQuietly(session);
    }
  }

  /** A token that has logged the service out reports no error but hides its private keys. Call it when none is found. */
  assertLoggedIn(session: Handle): void {
    const { state } = this.pkcs11.C_GetSessionInfo(session);
    if (!LOGGED_IN_STATES.includes(state)) throw new Error('CKR_USER_NOT_LOGGED_IN');
  }

  /** Uses the session, so that the token does not end it as idle. */
  keepAlive(): void {
    this.run((session) => this.assertAnswers(session));
  }

  /** Throws what the library says where the token answers nothing at all. Random bytes are made by the token, so the call reaches it. */
  assertAnswers(session: Handle): void {
    try {
      this.pkcs11.C_GenerateRandom(session, Buffer.alloc(16));
    } catch (error) {
      // A token need not have a random number generator.
      if (recoveryFor(error) !== 'permanent') throw error;
      this.pkcs11.C_GetSessionInfo(session);
    }
  }

  close(): void {
    try {
      this.pkcs11.C_CloseAllSessions(this.slot);
      this.pkcs11.C_Finalize();
    } catch {
      // The process ends after this, and its sessions end with it.
    }
  }

  /**
   * Signing needs no read-write session, but AWS CloudHSM has no read-only ones. A write-protected token has only
   * read-only ones.
   */
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
      // It was closed already.
    }
  }

  private logoutQuietly(): void {
    try {
      this.pkcs11.C_Logout(this.session);
    } catch {
      // It was logged out already, or the session is unusable.
    }
  }

  private login(): void {
    const { flags } = this.pkcs11.C_GetTokenInfo(this.slot);
    if (flags & pkcs11js.CKF_USER_PIN_LOCKED) throw new HsmPinWrong('The token has locked its user PIN.');
    // One more wrong PIN would lock the token; the last try is left to a person who knows the PIN.
    if (flags & pkcs11js.CKF_USER_PIN_FINAL_TRY) throw new HsmPinWrong('The token allows one more try of the user PIN; the service does not use it up.');
    let pin: string;
    try {
      pin = readPinFile(this.pinFile, 'HSM_PIN_FILE');
    } catch (error) {
      throw new SignerMustRestart(String(error instanceof Error ? error.message : error));
    }
    try {
      this.pkcs11.C_Login(this.session, pkcs11js.CKU_USER, pin);
    } catch (error) {
      if (ckrOf(error) === 'CKR_USER_ALREADY_LOGGED_IN') return;
      // A permanent refusal counts as a wrong PIN too: libraries say CKR_ARGUMENTS_BAD to a PIN of the wrong form, and a
      // repeated login may use up a try.
      if (['pin', 'permanent'].includes(recoveryFor(error) ?? '')) throw new HsmPinWrong(`The token refuses the user PIN (${ckrOf(error)}). It was tried once and will not be tried again until HSM_PIN_FILE changes.`);
      throw error;
    }
  }

  /**
   * Renews what the error says is out of date.
   * @param again the first recovery did not help
   * @returns false when this error needs more than that
   */
  private recover(error: unknown, again: boolean): boolean {
    try {
      const recovery = recoveryFor(error);
      if (recovery !== 'session' && recovery !== 'login' && recovery !== 'key') return false;
      if (recovery === 'session') {
        this.closeQuietly(this.session);
        this.session = this.openSession();
      }
      // The YubiHSM's library may report a login over a dead connection; it makes a new connection at a new login only.
      if (again && recovery !== 'key') this.logoutQuietly();
      // Closing the last session of a process logs it out, so a new session may need a login.
      if (recovery !== 'key') this.login();
    } catch (failure) {
      throw ckrOf(failure) === undefined ? failure : new SignerMustRestart(`The session with the HSM can't be renewed (${ckrOf(failure)}).`, { cause: failure });
    }
    this.onRecovered();
    return true;
  }

  /** What the caller gets for an error of the PKCS#11 library. Other errors pass as they are. */
  private errorFor(error: unknown): unknown {
    // What the token answers is read as DER: that it can't be is the token's fault and not the caller's.
    if (error instanceof X509Error) return new DomainError('hsm-refused', `The HSM answers something that can't be read: ${error.message}`, { cause: error });
    const ckr = ckrOf(error);
    if (ckr === undefined) return error;
    const recovery = recoveryFor(error);
    if (recovery === 'permanent') return new DomainError('hsm-refused', `The HSM refuses this (${ckr}).`, { cause: error });
    const mustRestart = recovery !== 'transient' || ++this.transientFailures >= MOST_TRANSIENT_FAILURES;
    return new (mustRestart ? SignerMustRestart : HsmUnavailable)(`The HSM failed (${ckr}).`, { cause: error });
  }
}
