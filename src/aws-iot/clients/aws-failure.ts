import { AwsIotError, AwsIotRefused, AwsIotThrottled, AwsIotUnavailable } from '../aws-iot.errors.js';

const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown']);

/** AWS explains these by repeating the request's canonical form, session token included: our own words instead. */
const OWN_WORDS: Partial<Record<string, string>> = {
  InvalidSignatureException: 'the credentials do not match',
  SignatureDoesNotMatch: 'the credentials do not match',
  IncompleteSignatureException: 'the credentials are not usable',
  UnrecognizedClientException: 'the credentials are not known',
  InvalidClientTokenId: 'the credentials are not known',
  ExpiredTokenException: 'the credentials are expired',
  CredentialsProviderError: 'no credentials were found for this target',
};

/**
 * AWS's ways to say that the time of a signed request is too far from its own, IoT's and STS's with one name for this and for a
 * wrong signature (AWS General Reference, "Troubleshooting Signature Version 4 errors"; S3's and EC2's lists of error codes).
 */
const CLOCK_ERRORS = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']);
const SIGNATURE_ERRORS = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch']);
const SIGNATURE_OF_ANOTHER_TIME = /^Signature (expired|not yet current)/;

const DENIED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'NotAuthorizedException', 'ForbiddenException', 'UnauthorizedOperation']);

/** Whether AWS's error of this name says that the caller has no permission. */
export const isDenied = (code: string): boolean => DENIED.has(code);

/** Whether AWS's error of this name says that the signature does not fit: the clock is wrong, or the secret key. */
export const isAboutSignature = (code: string): boolean => CLOCK_ERRORS.has(code) || SIGNATURE_ERRORS.has(code);

/** Whether AWS has refused it: anything else may yet have been done, or be done later. */
export function isAnswer(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500;
}

/** AWS's name of the error, or Node's code of a network failure. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : undefined;
}

/** Any error of the SDK as one of our three, with one sentence that may be shown. */
export function toAwsIotError(operation: string, error: unknown, service = 'AWS IoT'): AwsIotError {
  // Of the credentials that were needed for the call.
  if (error instanceof AwsIotError) return error;
  const code = codeOf(error) ?? 'unknown';
  const status = statusOf(error);
  if (THROTTLED.has(code) || status === 429) return new AwsIotThrottled(`${service} throttled ${operation}`);
  // Nothing is said of what was asked, so that it is as if AWS had not been reached.
  if (isClockError(code, error)) return new AwsIotUnavailable(`${service} did not take ${operation} (${code}): ${clockWords(error)}`, code);
  if (UNKNOWN_NAMES.has(code)) return new AwsIotUnavailable(`The host name ${hostOf(error)} could not be looked up for ${operation} of ${service} (${code}); see to the DNS of the machine that runs this service`, code);
  // An answer that says yes and could not be read to its end leaves open what it was.
  const refused = (status !== undefined && status >= 300 && status < 500) || OWN_WORDS[code] !== undefined;
  if (!refused) return new AwsIotUnavailable(`${service} did not answer ${operation} (${status === undefined ? code : `${status} ${code}`})`, code);
  const why = OWN_WORDS[code] ?? firstSentence(error instanceof Error ? error.message : '');
  return new AwsIotRefused(code, `${service} refused ${operation} (${code})${why === '' ? '' : `: ${why}`}`, OWN_WORDS[code] !== undefined);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  const status = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Node's codes of a failed look-up (getaddrinfo). */
const UNKNOWN_NAMES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA']);

function hostOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : 'of AWS';
}

function firstSentence(text: string): string {
  return text.split('\n', 1)[0]!.slice(0, 200).trim();
}

/** The Date header of an answer. */
export function dateOf(response: unknown): Date | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const text = (response.headers as Partial<Record<string, string>>)['date'];
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(+date) ? undefined : date;
}

function isClockError(code: string, error: unknown): boolean {
  if (CLOCK_ERRORS.has(code)) return true;
  return SIGNATURE_ERRORS.has(code) && error instanceof Error && SIGNATURE_OF_ANOTHER_TIME.test(error.message);
}

function clockWords(error: unknown): string {
  const answered = typeof error === 'object' && error !== null && '$response' in error ? dateOf(error.$response) : undefined;
  const aheadMs = answered && Date.now() - +answered;
  const clock = aheadMs === undefined || Math.abs(aheadMs) < 60_000 ? 'the clock' : `the clock, ${Math.round(Math.abs(aheadMs) / 60_000)} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} AWS's,`;
  return `${clock} of the machine that runs this service is wrong; set it right (NTP)`;
}
