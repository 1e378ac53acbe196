import { createHash, createHmac, timingSafeEqual, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Account, Accounts } from '../accounts.js';
import type { Credential } from '../credentials.js';
import { ServiceError } from '../service-error.js';

/** A request as it came, before anyone decoded anything. */
export interface SignedRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** AWS allows five minutes between the caller's clock and its own. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Today's SDKs sign for `iot`; botocore up to 1.29 and so Debian 12's boto3 sign for the gateway in front of it. */
const SIGNING_NAMES: readonly string[] = ['iot', 'execute-api'];

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([A-Z0-9]{16,128})\/([0-9]{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/;

/** Finds out who calls: computes the signature (AWS Signature Version 4) once more and compares. */
export class SignatureCheck {
  private readonly credentials: ReadonlyMap<string, Credential>;

  constructor(
    credentials: readonly Credential[],
    private readonly accounts: Accounts,
  ) {
    this.credentials = new Map(credentials.map((credential) => [credential.accessKeyId, credential]));
  }

  /** The account of the access key, in the region of the credential scope. */
  async caller(request: SignedRequest): Promise<Account> {
    const given = parseAuthorization(header(request, 'authorization'));
    const credential = this.credentials.get(given.accessKeyId);
    if (credential === undefined) {
      throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    if (!SIGNING_NAMES.includes(given.service)) throw wrongSignature(`Credential should be scoped to correct service: 'iot'.`);
    const signedAt = parseDate(header(request, 'x-amz-date'));
    if (given.day !== header(request, 'x-amz-date')?.slice(0, 8)) throw wrongSignature('Date in Credential scope does not match the date of the request.');
    requireCurrent(signedAt, new Date());
    requireSignedBody(request);

    const expected = await sign(request, given, credential, signedAt);
    if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(given.signature, 'hex'))) {
      throw wrongSignature('The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.');
    }
    const account = this.accounts.find(credential.accountId, given.region);
    if (account === undefined) {
      throw new ServiceError('AccessDeniedException', `The sandbox has no account ${credential.accountId} in ${given.region}. SANDBOX_ACCOUNTS names those that it has.`);
    }
    return account;
  }
}

interface Authorization {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

function parseAuthorization(value: string | undefined): Authorization {
  if (value === undefined) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const [, accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = AUTHORIZATION.exec(value) ?? [];
  if (signature === '') throw wrongSignature('The Authorization header is not one of AWS Signature Version 4.');
  const names = signedHeaders.split(';');
  if (!names.includes('host') || !names.includes('x-amz-date')) throw wrongSignature('Host and X-Amz-Date must be signed.');
  return { accessKeyId, day, region, service, signedHeaders: names, signature };
}

function parseDate(value: string | undefined): Date {
  const iso = value?.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z');
  const date = new Date(iso ?? Number.NaN);
  if (Number.isNaN(+date)) throw wrongSignature('X-Amz-Date is missing or has another form than 20060102T150405Z.');
  return date;
}

/** AWS's words for a request of another time (AWS General Reference, "Troubleshooting Signature Version 4 errors"). */
function requireCurrent(signedAt: Date, now: Date): void {
  const earliest = new Date(+now - CLOCK_SKEW_MS);
  const latest = new Date(+now + CLOCK_SKEW_MS);
  if (signedAt < earliest) throw wrongSignature(`Signature expired: ${amzDate(signedAt)} is now earlier than ${amzDate(earliest)} (${amzDate(now)} - 5 min.)`);
  if (signedAt > latest) throw wrongSignature(`Signature not yet current: ${amzDate(signedAt)} is still later than ${amzDate(latest)} (${amzDate(now)} + 5 min.)`);
}

/** 20060102T150405Z */
const amzDate = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');

/** The signer believes a hash that stands in a header, so that header must tell the truth about the body. */
function requireSignedBody(request: SignedRequest): void {
  const claimed = header(request, 'x-amz-content-sha256');
  if (claimed !== undefined && claimed !== createHash('sha256').update(request.body).digest('hex')) {
    throw wrongSignature('X-Amz-Content-Sha256 is not the hash of the body.');
  }
}

async function sign(request: SignedRequest, given: Authorization, credential: Credential, signingDate: Date): Promise<string> {
  const signer = new SignatureV4({ credentials: credential, region: given.region, service: given.service, sha256: Sha256, applyChecksum: false });
  const headers: Record<string, string> = {};
  for (const name of given.signedHeaders) headers[name] = header(request, name) ?? '';
  const claimed = header(request, 'x-amz-content-sha256');
  if (claimed !== undefined && headers['x-amz-content-sha256'] === undefined) throw wrongSignature('X-Amz-Content-Sha256 must be signed.');
  const signed = await signer.sign(
    { method: request.method, protocol: 'http:', hostname: '', path: request.path, query: { ...request.query }, headers, body: request.body },
    { signingDate, signableHeaders: new Set(given.signedHeaders) },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '';
}

function header(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

const wrongSignature = (message: string): ServiceError => new ServiceError('InvalidSignatureException', message);

/** The hash that the signer wants, on top of node:crypto. With a secret it is an HMAC. */
export class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error('A hash of the sandbox is used once.');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
