import { X509Error } from './x509.errors.js';

export type PemLabel = 'PRIVATE KEY' | 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'PUBLIC KEY' | 'X509 CRL';

/** RFC 7468: lines of 64 characters, and a newline at the end. */
export function toPem(label: PemLabel, der: Buffer): string {
  const base64 = der.toString('base64');
  let lines = '';
  for (let at = 0; at < base64.length; at += 64) lines += `${base64.slice(at, at + 64)}\n`;
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}

/**
 * Reads exactly one block of the given kind, as programs write it. White space around it and CRLF are fine; text around it,
 * headers, a second block and base64 that is not canonical are not. What stations send is read by `requestFromText`.
 * @throws X509Error `pem-malformed`
 */
export function fromPem(label: PemLabel, text: string): Buffer {
  const block = text.trim();
  const found = labelOf(block);
  if (found !== label) throw malformed(found === undefined ? `It does not start with "-----BEGIN ${label}-----"` : `It is a ${found} and not a ${label}`);
  const begin = `-----BEGIN ${found}-----`;
  const end = `-----END ${found}-----`;
  if (!block.endsWith(end) || block.length < begin.length + end.length) throw malformed(`It does not end with "${end}"`);
  const body = block.slice(begin.length, -end.length);
  if (body.includes('-----')) throw malformed('It holds more than one block');
  // Every line ends in a newline of its own, so this pattern can match in one way only and stays linear.
  if (!/^\r?\n(?:[A-Za-z0-9+/=]+\r?\n)+$/.test(body)) throw malformed('Something between its first and last line is not base64');
  const base64 = body.replace(/\r?\n/g, '');
  const der = Buffer.from(base64, 'base64');
  if (der.toString('base64') !== base64) throw malformed('Its base64 is cut or wrongly padded');
  return der;
}

/**
 * One certificate or more, one after the other.
 * @throws X509Error `pem-malformed`
 */
export function fromPemChain(text: string): Buffer[] {
  const blocks = text.split(/(?<=-----END CERTIFICATE-----)/).filter((block) => block.trim() !== '');
  if (blocks.length === 0) throw malformed('It is empty');
  return blocks.map((block) => fromPem('CERTIFICATE', block));
}

function labelOf(block: string): string | undefined {
  return /^-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(block)?.[1];
}

function malformed(reason: string): X509Error {
  return new X509Error('pem-malformed', `The PEM text can't be read. ${reason}.`);
}
