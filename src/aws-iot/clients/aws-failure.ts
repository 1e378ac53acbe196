import { type AwsIotError, AwsIotRefused, AwsIotThrottled, AwsIotUnavailable } from '../aws-iot.errors.js';

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

/** AWS's name of the error, or Node's code of a network failure. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : undefined;
}

/** Any error of the SDK as one of our three, with one sentence that may be shown. */
export function toAwsIotError(operation: string, error: unknown): AwsIotError {
  const code = codeOf(error) ?? 'unknown';
  const status = statusOf(error);
  if (THROTTLED.has(code) || status === 429) return new AwsIotThrottled(`AWS IoT throttled ${operation}`);
  const refused = (status !== undefined && status < 500) || OWN_WORDS[code] !== undefined;
  if (!refused) return new AwsIotUnavailable(`AWS IoT did not answer ${operation} (${status === undefined ? code : `${status} ${code}`})`);
  const why = OWN_WORDS[code] ?? firstSentence(error instanceof Error ? error.message : '');
  return new AwsIotRefused(code, `AWS IoT refused ${operation} (${code})${why === '' ? '' : `: ${why}`}`);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  const status = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function firstSentence(text: string): string {
  return text.split('\n', 1)[0]!.slice(0, 200).trim();
}
