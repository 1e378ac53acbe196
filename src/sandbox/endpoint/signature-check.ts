import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credential } from '../credentials.js';
import type { Caller } from '../iam/caller.js';
import { roleSessionCaller, userCaller } from '../iam/caller.js';
import type { Store } from '../store/store.js';
import { header, type AwsRequest } from './aws-request.js';
import { signatureVersion2, signatureVersion4 } from './canonical-request.js';
import { readClaim, type SignatureClaim } from './signature-claim.js';
import { CLOCK_SKEW_MS, SignatureRefused, signedTooEarly, signedTooLate } from './signature-refused.js';

const S3_CLOCK_SKEW_MS = 15 * 60_000;
/** A URL that was signed with version 4 is good for a week at most. */
const LONGEST_URL_SECONDS = 604_800;

/** An access key with its secret, and whom it stands for. */
interface KnownKey {
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly caller: Omit<Caller, 'region'>;
}

/** A caller, and the key that signed. */
export interface SignedCaller extends Caller {
  readonly accessKeyId: string;
}

/** Finds out who calls: computes the signature once more and compares. */
export class SignatureCheck {
  private readonly users: ReadonlyMap<string, KnownKey>;

  constructor(
    credentials: readonly Credential[],
    private readonly store: Store,
  ) {
    this.users = new Map(credentials.map((credential) => [credential.accessKeyId, keyOfUser(credential)]));
  }

  /**
   * Whose key signed this request, in the region that it was signed for. Without `body` a caller who sends one must have
   * named its hash, and whoever reads the body then compares the two.
   * @throws SignatureRefused
   */
  caller(request: AwsRequest, services: readonly string[], body?: Buffer): SignedCaller {
    const claim = readClaim(request);
    const key = this.keyOf(claim);
    const region = claim.scope?.region ?? 'us-east-1';
    if (claim.scope !== undefined && !services.includes(claim.scope.service)) {
      throw new SignatureRefused('service', `Credential should be scoped to correct service: '${services[0]}'.`);
    }
    requireCurrent(claim);
    const expected = claim.scope === undefined
      ? signatureVersion2(request, claim.url?.expires ?? '', key.secretAccessKey)
      : signatureVersion4(request, claim.scope, key.secretAccessKey, payloadHash(request, claim, body));
    const given = Buffer.from(claim.signature, claim.scope === undefined ? 'base64' : 'hex');
    if (given.length !== expected.length || !timingSafeEqual(expected, given)) {
      throw new SignatureRefused('mismatch', 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.');
    }
    return { ...key.caller, region, accessKeyId: claim.accessKeyId };
  }

  private keyOf({ accessKeyId, securityToken }: SignatureClaim): KnownKey {
    const key = this.users.get(accessKeyId) ?? this.keyOfSession(accessKeyId);
    if (key === undefined) throw new SignatureRefused('unknown-key', 'The security token included in the request is invalid.');
    if (key.sessionToken !== securityToken) throw new SignatureRefused('unknown-token', 'The security token included in the request is invalid.');
    if (key.expiresAt !== undefined && key.expiresAt <= new Date()) throw new SignatureRefused('expired-token', 'The security token included in the request is expired');
    return key;
  }

  private keyOfSession(accessKeyId: string): KnownKey | undefined {
    const session = this.store.sessions.find(accessKeyId);
    // A role that was deleted takes its sessions with it.
    const role = session && this.store.roles.find(session.accountId, session.roleName);
    if (session === undefined || role === undefined || role.id !== session.roleId) return undefined;
    return { secretAccessKey: session.secretAccessKey, sessionToken: session.token, expiresAt: session.expiresAt, caller: roleSessionCaller(role, session) };
  }
}

const keyOfUser = ({ accountId, secretAccessKey }: Credential): KnownKey => ({ secretAccessKey, sessionToken: undefined, expiresAt: undefined, caller: userCaller(accountId) });

function requireCurrent({ scope, url }: SignatureClaim): void {
  const now = new Date();
  if (scope === undefined) {
    if (!/^[0-9]{1,12}$/.test(url?.expires ?? '')) throw new SignatureRefused('malformed', 'Expires must be in seconds since 1970.');
    if (Number(url?.expires) * 1_000 <= +now) throw new SignatureRefused('expired-url', 'Request has expired');
    return;
  }
  const signedAt = parseDate(scope.date);
  if (scope.day !== scope.date?.slice(0, 8)) throw new SignatureRefused('malformed', 'Date in Credential scope does not match the date of the request.');
  const skew = scope.service === 's3' ? S3_CLOCK_SKEW_MS : CLOCK_SKEW_MS;
  if (+signedAt > +now + skew) throw signedTooLate(signedAt, now, skew);
  if (url !== undefined) {
    const seconds = /^[0-9]{1,7}$/.test(url.expires) ? Number(url.expires) : Number.NaN;
    if (!(seconds >= 1 && seconds <= LONGEST_URL_SECONDS)) throw new SignatureRefused('malformed', 'X-Amz-Expires must be between 1 and 604800 seconds.');
    if (+signedAt + seconds * 1_000 <= +now) throw new SignatureRefused('expired-url', 'Request has expired');
    return;
  }
  if (+signedAt < +now - skew) throw signedTooEarly(signedAt, now, skew);
}

function parseDate(value: string | undefined): Date {
  const iso = value?.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z');
  const date = new Date(iso ?? Number.NaN);
  if (Number.isNaN(+date)) throw new SignatureRefused('malformed', 'X-Amz-Date is missing or has another form than 20060102T150405Z.');
  return date;
}

export const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** The hash of the body as the caller signed it. One that stands in a header must be signed, and must tell the truth about the body. */
function payloadHash(request: AwsRequest, claim: SignatureClaim, body: Buffer | undefined): string {
  const claimed = header(request, 'x-amz-content-sha256') ?? request.query['X-Amz-Content-Sha256'];
  if (claim.url !== undefined) return claimed ?? UNSIGNED;
  if (claimed !== undefined && claim.scope?.signedHeaders.includes('x-amz-content-sha256') !== true) {
    throw new SignatureRefused('malformed', 'X-Amz-Content-Sha256 must be signed.');
  }
  if (body === undefined) {
    if (claimed === undefined) throw new SignatureRefused('malformed', 'X-Amz-Content-Sha256 is missing.');
    return claimed;
  }
  const actual = createHash('sha256').update(body).digest('hex');
  if (claimed !== undefined && claimed !== actual) throw new SignatureRefused('body', 'X-Amz-Content-Sha256 is not the hash of the body.');
  return actual;
}
