import { createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';

/**
 * A voucher says that one unit may be provisioned: JWS in compact form (RFC 7515) over the claims below, signed by an authority's key (RFC 7518: ES256, ES384 or RS256). `kid` is
 * the SHA-256 of the authority's certificate, hex.
 */
export interface Voucher {
  /** Id of the entitlement. */
  jti: string;
  /** The unit's serial, which its Thing bears. */
  sub: string;
  order: string;
  /** SHA-256 of the SubjectPublicKeyInfo of the device's key, hex; absent where AWS makes the key. */
  key?: string;
  /** Seconds since 1970. */
  iat: number;
  /** Seconds since 1970; without it the voucher is good for ever. */
  exp?: number;
}

/** Attribute of a Thing: the id of the one voucher that is let in although the Thing is there. */
export const VOUCHER_ATTRIBUTE = 'lineside-voucher';

const TYPE = 'lineside-voucher';

/** What is signed for a voucher; `algorithm` is the one that the authority's key signs a text with. */
export function voucherToSign(voucher: Voucher, algorithm: VoucherAlgorithm, kid: string): string {
  return [{ alg: algorithm, typ: TYPE, kid }, voucher].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

export type VoucherAlgorithm = 'ES256' | 'ES384' | 'RS256';

/** How an authority's key signs a text that is no certificate (`Hsm.sign`). */
export function voucherAlgorithm(key: KeyObject): VoucherAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ES384' : 'ES256';
}

/** The voucher in a text, if one of these authorities (PEM) has signed it; a sentence's end that says why not otherwise. */
export function readVoucher(text: string, authorities: readonly X509Certificate[]): Voucher | string {
  const [head = '', body = '', signature = '', ...more] = text.split('.');
  const header = parsed(head);
  if (header?.['typ'] !== TYPE || more.length > 0) return 'it is no voucher';
  const authority = authorities.find((each) => fingerprintOf(each) === header['kid']);
  if (!authority) return `its authority ${String(header['kid'])} is not known here`;
  const key = createPublicKey(authority.publicKey.export({ type: 'spki', format: 'pem' }));
  const algorithm = voucherAlgorithm(key);
  const sound = header['alg'] === algorithm
    && verify(algorithm === 'ES384' ? 'sha384' : 'sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  if (!sound) return 'its signature is not good';
  return parsed(body) as unknown as Voucher;
}

/** From when on nobody is let in with a voucher of ours; undefined where it is good for ever. */
export function voucherEnd(text: string): Date | undefined {
  const exp = parsed(text.split('.')[1] ?? '')?.['exp'];
  return typeof exp === 'number' ? new Date(exp * 1_000) : undefined;
}

/** As AWS and the ledger name a certificate. */
export const fingerprintOf = (certificate: X509Certificate): string => certificate.fingerprint256.replaceAll(':', '').toLowerCase();

function parsed(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
