/**
 * What has to happen after a PKCS#11 function failed:
 * - `session`: replace the session, then try again
 * - `login`: log in again, then try again
 * - `key`: the key's handle is out of date; find the key again, then try again
 * - `pin`: stop, and do not log in again until somebody has looked at the PIN
 * - `token`, `library`: only a new process starts clean
 * - `transient`: refuse this request; the next one may pass
 * - `permanent`: refuse this request; the same request will never pass
 */
export type Cure = 'session' | 'login' | 'key' | 'pin' | 'token' | 'library' | 'transient' | 'permanent';

const CURES: Readonly<Record<string, Cure>> = {
  CKR_SESSION_HANDLE_INVALID: 'session',
  CKR_SESSION_CLOSED: 'session',
  // These two mean that an earlier operation was left half done in this session.
  CKR_OPERATION_ACTIVE: 'session',
  CKR_OPERATION_NOT_INITIALIZED: 'session',
  // The standard leaves the operation active after this one.
  CKR_BUFFER_TOO_SMALL: 'session',

  CKR_USER_NOT_LOGGED_IN: 'login',

  CKR_KEY_HANDLE_INVALID: 'key',
  CKR_OBJECT_HANDLE_INVALID: 'key',

  CKR_PIN_INCORRECT: 'pin',
  CKR_PIN_INVALID: 'pin',
  CKR_PIN_LEN_RANGE: 'pin',
  CKR_PIN_EXPIRED: 'pin',
  CKR_PIN_LOCKED: 'pin',
  CKR_USER_PIN_NOT_INITIALIZED: 'pin',

  CKR_TOKEN_NOT_PRESENT: 'token',
  CKR_TOKEN_NOT_RECOGNIZED: 'token',
  CKR_SLOT_ID_INVALID: 'token',
  CKR_DEVICE_REMOVED: 'token',
  CKR_DEVICE_ERROR: 'token',

  CKR_CRYPTOKI_NOT_INITIALIZED: 'library',
  CKR_GENERAL_ERROR: 'library',
  CKR_HOST_MEMORY: 'library',
  CKR_CANT_LOCK: 'library',
  CKR_MUTEX_BAD: 'library',
  CKR_MUTEX_NOT_LOCKED: 'library',
  CKR_LIBRARY_LOAD_FAILED: 'library',

  CKR_FUNCTION_FAILED: 'transient',
  CKR_FUNCTION_CANCELED: 'transient',
  CKR_DEVICE_MEMORY: 'transient',
  CKR_SESSION_COUNT: 'transient',
  // Vendors report network trouble with codes of their own.
  CKR_VENDOR_DEFINED: 'transient',

  CKR_ARGUMENTS_BAD: 'permanent',
  CKR_ATTRIBUTE_READ_ONLY: 'permanent',
  CKR_ATTRIBUTE_SENSITIVE: 'permanent',
  CKR_ATTRIBUTE_TYPE_INVALID: 'permanent',
  CKR_ATTRIBUTE_VALUE_INVALID: 'permanent',
  CKR_CURVE_NOT_SUPPORTED: 'permanent',
  CKR_DATA_INVALID: 'permanent',
  CKR_DATA_LEN_RANGE: 'permanent',
  CKR_DOMAIN_PARAMS_INVALID: 'permanent',
  CKR_FUNCTION_NOT_SUPPORTED: 'permanent',
  CKR_FUNCTION_REJECTED: 'permanent',
  CKR_KEY_FUNCTION_NOT_PERMITTED: 'permanent',
  CKR_KEY_SIZE_RANGE: 'permanent',
  CKR_KEY_TYPE_INCONSISTENT: 'permanent',
  CKR_MECHANISM_INVALID: 'permanent',
  CKR_MECHANISM_PARAM_INVALID: 'permanent',
  CKR_SESSION_READ_ONLY: 'permanent',
  CKR_TEMPLATE_INCOMPLETE: 'permanent',
  CKR_TEMPLATE_INCONSISTENT: 'permanent',
  CKR_TOKEN_WRITE_PROTECTED: 'permanent',
};

/**
 * The CKR name of what pkcs11js threw. Most errors are a `Pkcs11Error` with the name as message; C_FindObjects
 * slips through its wrapper and says `CKR_NAME:number`.
 * @returns undefined for everything that did not come from the token
 */
export function ckrOf(error: unknown): string | undefined {
  return error instanceof Error ? /^CKR_\w+/.exec(error.message)?.[0] : undefined;
}

/** A code that is not in the table counts as transient: it costs a request, and too many of them cost the process. */
export function cureFor(error: unknown): Cure | undefined {
  const ckr = ckrOf(error);
  return ckr === undefined ? undefined : (CURES[ckr] ?? 'transient');
}
