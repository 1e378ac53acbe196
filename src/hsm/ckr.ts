/**
 * What has to happen after a PKCS#11 function has failed:
 * - `session`: open a new session and log in, then repeat the work
 * - `login`: log in again, then repeat the work
 * - `key`: the key's handle is out of date; find the key again, then repeat the work
 * - `pin`: do not log in again until somebody has changed the PIN file
 * - `token`, `library`: replace the process, since this one can't recover
 * - `transient`: refuse this request; the next one may succeed
 * - `permanent`: refuse this request; repeating it can't succeed
 */
export type Recovery = 'session' | 'login' | 'key' | 'pin' | 'token' | 'library' | 'transient' | 'permanent';

/** All error codes by their recovery, without `CKR_`. Names: PKCS#11 3.1 and pkcs11js. */
const CODES: Readonly<Record<Recovery, readonly string[]>> = {
  session: [
    'SESSION_HANDLE_INVALID',
    'SESSION_CLOSED',
    // An earlier operation in this session was not finished.
    'OPERATION_ACTIVE',
    'OPERATION_NOT_INITIALIZED',
    'OPERATION_CANCEL_FAILED',
    // The standard leaves the operation active after this error.
    'BUFFER_TOO_SMALL',
    // The service decrypts nothing. The YubiHSM's library returns it when the check of its secure channel fails.
    'ENCRYPTED_DATA_INVALID',
  ],
  login: ['USER_NOT_LOGGED_IN'],
  key: ['KEY_HANDLE_INVALID', 'OBJECT_HANDLE_INVALID', 'KEY_CHANGED'],
  pin: ['PIN_INCORRECT', 'PIN_INVALID', 'PIN_LEN_RANGE', 'PIN_EXPIRED', 'PIN_LOCKED', 'PIN_TOO_WEAK', 'USER_PIN_NOT_INITIALIZED', 'NEW_PIN_MODE', 'NEXT_OTP'],
  token: [
    'TOKEN_NOT_PRESENT',
    'TOKEN_NOT_RECOGNIZED',
    'SLOT_ID_INVALID',
    'DEVICE_REMOVED',
    'DEVICE_ERROR',
    'FIPS_SELF_TEST_FAILED',
  ],
  library: [
    'CRYPTOKI_NOT_INITIALIZED',
    'GENERAL_ERROR',
    'HOST_MEMORY',
    'CANT_LOCK',
    'MUTEX_BAD',
    'MUTEX_NOT_LOCKED',
    'LIBRARY_LOAD_FAILED',
    'NEED_TO_CREATE_THREADS',
  ],
  transient: [
    'FUNCTION_FAILED',
    'FUNCTION_CANCELED',
    'CANCEL',
    'DEVICE_MEMORY',
    'SESSION_COUNT',
    'TOKEN_RESOURCE_EXCEEDED',
    // Vendors report network errors with codes of their own.
    'VENDOR_DEFINED',
    // Another user or role is logged in to the token.
    'SESSION_READ_WRITE_SO_EXISTS',
    'USER_ANOTHER_ALREADY_LOGGED_IN',
    'USER_TOO_MANY_TYPES',
    // What was asked for had been done before.
    'CRYPTOKI_ALREADY_INITIALIZED',
    'USER_ALREADY_LOGGED_IN',
    'NO_EVENT',
  ],
  permanent: [
    'ACTION_PROHIBITED',
    'ARGUMENTS_BAD',
    'ATTRIBUTE_READ_ONLY',
    'ATTRIBUTE_SENSITIVE',
    'ATTRIBUTE_TYPE_INVALID',
    'ATTRIBUTE_VALUE_INVALID',
    'CURVE_NOT_SUPPORTED',
    'DATA_INVALID',
    'DATA_LEN_RANGE',
    'DOMAIN_PARAMS_INVALID',
    'ENCRYPTED_DATA_LEN_RANGE',
    'EXCEEDED_MAX_ITERATIONS',
    'FUNCTION_NOT_PARALLEL',
    'FUNCTION_NOT_SUPPORTED',
    'FUNCTION_REJECTED',
    'INFORMATION_SENSITIVE',
    'KEY_FUNCTION_NOT_PERMITTED',
    'KEY_INDIGESTIBLE',
    'KEY_NEEDED',
    'KEY_NOT_NEEDED',
    'KEY_NOT_WRAPPABLE',
    'KEY_SIZE_RANGE',
    'KEY_TYPE_INCONSISTENT',
    'KEY_UNEXTRACTABLE',
    'MECHANISM_INVALID',
    'MECHANISM_PARAM_INVALID',
    'PUBLIC_KEY_INVALID',
    'RANDOM_NO_RNG',
    'RANDOM_SEED_NOT_SUPPORTED',
    'SAVED_STATE_INVALID',
    'SESSION_EXISTS',
    'SESSION_PARALLEL_NOT_SUPPORTED',
    'SESSION_READ_ONLY',
    'SESSION_READ_ONLY_EXISTS',
    'SIGNATURE_INVALID',
    'SIGNATURE_LEN_RANGE',
    'STATE_UNSAVEABLE',
    'TEMPLATE_INCOMPLETE',
    'TEMPLATE_INCONSISTENT',
    'TOKEN_WRITE_PROTECTED',
    'UNWRAPPING_KEY_HANDLE_INVALID',
    'UNWRAPPING_KEY_SIZE_RANGE',
    'UNWRAPPING_KEY_TYPE_INCONSISTENT',
    'USER_TYPE_INVALID',
    'WRAPPED_KEY_INVALID',
    'WRAPPED_KEY_LEN_RANGE',
    'WRAPPING_KEY_HANDLE_INVALID',
    'WRAPPING_KEY_SIZE_RANGE',
    'WRAPPING_KEY_TYPE_INCONSISTENT',
  ],
};

/** CKR name → recovery. */
export const RECOVERIES: ReadonlyMap<string, Recovery> = new Map(
  Object.entries(CODES).flatMap(([recovery, codes]) => codes.map((code) => [`CKR_${code}`, recovery as Recovery] as const)),
);

/**
 * The CKR name of what pkcs11js threw: most errors are a `Pkcs11Error` whose message is the name; those of C_FindObjects
 * say `CKR_NAME:number`.
 * @returns undefined for an error that did not come from the PKCS#11 library
 */
export function ckrOf(error: unknown): string | undefined {
  return error instanceof Error ? /^CKR_\w+/.exec(error.message)?.[0] : undefined;
}

/**
 * A code that is not in the table counts as transient: the request is refused, and after several in a row the process is
 * replaced.
 * @returns undefined for an error that did not come from the PKCS#11 library
 */
export function recoveryFor(error: unknown): Recovery | undefined {
  const ckr = ckrOf(error);
  return ckr === undefined ? undefined : (RECOVERIES.get(ckr) ?? 'transient');
}
